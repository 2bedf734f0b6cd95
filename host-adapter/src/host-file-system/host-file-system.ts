/**
 * A real directory as a `FileSystem`: the layers of an overlay that lie on a disk.
 *
 * It answers what the host's file system answers, and does all work with the credentials of this process; what is made
 * is then given to the caller. Inodes are known by device and number, so that hard links are one inode and an open
 * file stays itself when it is renamed or removed. What others do to the directory meanwhile is seen at the next
 * lookup; an inode that was moved by others is ESTALE until then.
 */
import {
  type AttributeChange,
  type Caller,
  type DirectoryEntry,
  fail,
  type FileSystem,
  type Inode,
  type OpenFile,
  S_IFDIR,
  type Stat,
  type StatFs,
} from '@layerscope/core/fs';
import { AT_REMOVEDIR, call, decodeStatfs, STATFS_SIZE } from '../linux/index.ts';
import { DirectoryState, forget, own } from './directory-state.ts';
import type { HostInode } from './inodes/host-inode.ts';
import { getFlags, setFlags } from './objects/host-flags.ts';
import { getXattr, listXattrs, removeXattr, setXattr } from './objects/host-xattrs.ts';
import { accessed, checkPermission, getattr, setattr } from './operations/attributes.ts';
import { add, addUnnamed, link, remove, rename } from './operations/names.ts';
import { lookup, open, readdir, readlink } from './operations/read.ts';

export interface HostFileSystemOptions {
  /** Directories that may be open at a time, besides the files that are; default 1024. */
  readonly descriptors?: number;
}

export interface HostFileSystem extends FileSystem {
  /**
   * Another directory of the host as a tree of this file system: the same inode is then the same object in both, and
   * names can be moved between them where the kernel allows it. It is held open until `close`.
   */
  attach(directory: string): Inode;
  /**
   * Reaches attached directories through a mount of our own from now on, as the kernel's overlayfs does its layers: what
   * others mount on or unmount from the path does not concern us, and we do not keep them from unmounting. Those that
   * names move between are given together. Without the right to do so, all stays as it was.
   */
  detach(directories: readonly string[]): void;
  /**
   * For a server to call before each request: from now to the next call, attributes once read are taken as unchanged,
   * except by what is done through this object. Without it, every `getattr` asks the host.
   */
  beginMoment(): void;
  /** Gives all descriptors back. Open files stay. */
  close(): void;
}

/** @throws {FsError} ENOENT, ENOTDIR, EACCES of opening `directory`. */
export const createHostFileSystem = (directory: string, options: HostFileSystemOptions = {}): HostFileSystem =>
  new HostDirectory(directory, options.descriptors ?? 1024);

class HostDirectory implements HostFileSystem {
  readonly type = 'host';
  readonly dev: number;
  readonly root: HostInode;
  readonly #state: DirectoryState;

  constructor(directory: string, descriptors: number) {
    this.#state = new DirectoryState(descriptors);
    this.root = this.attach(directory);
    this.dev = this.root.dev;
  }

  attach(directory: string): HostInode {
    return this.#state.attach(directory);
  }

  detach(directories: readonly string[]): void {
    this.#state.newObjects.settle();
    this.#state.detach(directories);
  }

  beginMoment(): void {
    this.#state.moment += 1;
  }

  close(): void {
    this.#state.newObjects.settle();
    this.#state.access.directories.closeAll();
  }

  lookup(dir: Inode, name: string): Inode | undefined {
    return lookup(this.#state, own(dir), name);
  }

  parent(dir: Inode): Inode {
    const inode = own(dir);
    if (inode === this.root) return inode;
    if (inode.type !== S_IFDIR) fail('ENOTDIR');
    return inode.location?.parent ?? this.#state.above(inode);
  }

  getattr(inode: Inode): Stat {
    return getattr(this.#state, own(inode));
  }

  permission(inode: Inode, mask: number, caller: Caller): void {
    checkPermission(this.#state, own(inode), mask, caller);
  }

  setattr(inode: Inode, change: AttributeChange, _caller: Caller): void {
    setattr(this.#state, own(inode), change);
  }

  accessed(inode: Inode): void {
    accessed(this.#state, own(inode));
  }

  create(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    const { newObjects } = this.#state;
    return add(this.#state, own(dir), name, (at, bytes, parent) =>
      newObjects.file(at, bytes, mode, caller, parent, this.#statOf),
    );
  }

  mkdir(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    const { newObjects } = this.#state;
    return add(this.#state, own(dir), name, (at, bytes, parent) =>
      newObjects.directory(at, bytes, mode, caller, parent),
    );
  }

  mknod(dir: Inode, name: string, mode: number, rdev: number, caller: Caller): Inode {
    const { newObjects, access } = this.#state;
    return add(this.#state, own(dir), name, (at, bytes, parent) => {
      const made = (): Stat => access.statAt(at, name) ?? fail('ENOENT', name);
      return newObjects.node(at, bytes, mode, rdev, caller, { parent, made });
    });
  }

  symlink(dir: Inode, name: string, target: string, caller: Caller): Inode {
    const { newObjects } = this.#state;
    return add(this.#state, own(dir), name, (at, bytes, parent) =>
      newObjects.symlink(at, bytes, target, caller, parent),
    );
  }

  tmpfile(dir: Inode, mode: number, caller: Caller): Inode {
    const { newObjects } = this.#state;
    return addUnnamed(this.#state, own(dir), (at, parent) =>
      newObjects.unnamed(at, mode, caller, parent, this.#statOf),
    );
  }

  link(inode: Inode, dir: Inode, name: string, _caller: Caller): void {
    link(this.#state, own(inode), own(dir), name);
  }

  unlink(dir: Inode, name: string, _caller: Caller): void {
    remove(this.#state, own(dir), name, 0);
  }

  rmdir(dir: Inode, name: string, _caller: Caller): void {
    remove(this.#state, own(dir), name, AT_REMOVEDIR);
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string, flags: number, _caller: Caller): void {
    rename(this.#state, own(fromDir), fromName, own(toDir), toName, flags);
  }

  readlink(inode: Inode): string {
    return readlink(this.#state, own(inode));
  }

  readdir(dir: Inode): readonly DirectoryEntry[] {
    return readdir(this.#state, own(dir));
  }

  open(inode: Inode, flags: number, _caller: Caller): OpenFile {
    return open(this.#state, own(inode), flags);
  }

  getxattr(inode: Inode, name: string): Uint8Array | undefined {
    return getXattr(this.#state.access, own(inode), name);
  }

  listxattr(inode: Inode): readonly string[] {
    return listXattrs(this.#state.access, own(inode));
  }

  setxattr(inode: Inode, name: string, value: Uint8Array, flags: number, _caller: Caller): void {
    const row = own(inode);
    forget(row);
    // A list of access is in the mode, too.
    this.#state.newObjects.changed();
    setXattr(this.#state.access, row, name, value, flags);
  }

  removexattr(inode: Inode, name: string, _caller: Caller): void {
    const row = own(inode);
    forget(row);
    removeXattr(this.#state.access, row, name);
  }

  getFlags(inode: Inode): number {
    return getFlags(this.#state.access, own(inode));
  }

  setFlags(inode: Inode, flags: number, _caller: Caller): void {
    const row = own(inode);
    forget(row);
    setFlags(this.#state.access, row, flags);
  }

  statfs(): StatFs {
    const bytes = Buffer.alloc(STATFS_SIZE);
    call('fstatfs', this.root.fd, bytes);
    return decodeStatfs(bytes);
  }

  readonly #statOf = (fd: number): Stat => this.#state.access.statOf(fd);
}
