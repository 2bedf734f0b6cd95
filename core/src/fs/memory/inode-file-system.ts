/**
 * A file system over an inode table, with tmpfs's answers.
 *
 * Times follow Linux: what adds or removes a name stamps the directory (mtime, ctime) and the inode (ctime); a change
 * of bytes stamps mtime and ctime; every other attribute stamps ctime. Reading stamps nothing here: access times are
 * the vfs's decision (relatime), which it carries out through `accessed`.
 */
import { isAcl } from '../acl/acl.ts';
import type { Clock } from '../clock.ts';
import type { Content } from '../content.ts';
import type { Caller } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { AttributeChange, DirectoryEntry, FileSystem, Inode, OpenFile, Stat, StatFs } from '../file-system.ts';
import { FS_NOATIME_FL, FS_NODUMP_FL, FS_PROTECTION_FL } from '../inode-flags.ts';
import { O_TRUNC } from '../mode.ts';
import { isLongerThan, NAME_MAX } from '../names.ts';
import { permissionOf } from '../permissions.ts';
import { accessListOf, requireAclCarrier, setAccessList } from './access-lists.ts';
import {
  asDirectory,
  asFile,
  asInode,
  type DirectoryInode,
  type InodeTable,
  type MemoryInode,
  SymlinkInode,
} from './inode.ts';
import { deleteXattr, freezeData, setFlags, setTimes, setXattr } from './mutations.ts';
import { MemoryFile, replaceContent, stampBytes, truncateFile } from './open-file.ts';
import { attributesOf, changeAttributes, stampAccess } from './operations/attributes.ts';
import { makeDirectory, makeFile, makeNode, makeSymlink, makeUnnamed } from './operations/make.ts';
import { linkName, removeDirectory, renameEntry, unlinkName } from './operations/names.ts';
import { checkGetXattr, checkRemoveXattr, checkSetXattr, listXattrs } from './operations/xattrs.ts';
import type { Space, SpaceOptions } from './space.ts';
import type { Store } from './store.ts';

/** What every file system over an inode table is told at its making. */
export interface InodeFileSystemOptions extends SpaceOptions {
  /** Where times come from. */
  readonly clock: Clock;
  /** Links of one inode, subdirectories counting for their parent; default none, as on tmpfs. More is EMLINK. */
  readonly links?: number;
  /** st_dev, default 1. */
  readonly dev?: number;
  /** As in /proc/mounts, default `tmpfs`. */
  readonly type?: string;
}

export class InodeFileSystem implements FileSystem {
  readonly type: string;
  readonly dev: number;
  readonly root: DirectoryInode;
  readonly #store: Store;

  constructor(table: InodeTable, space: Space, options: InodeFileSystemOptions) {
    this.root = table.root;
    this.type = options.type ?? 'tmpfs';
    this.dev = options.dev ?? 1;
    this.#store = { table, space, clock: options.clock, linkLimit: options.links ?? Infinity };
  }

  lookup(dir: Inode, name: string): Inode | undefined {
    const found = asDirectory(dir).get(name);
    if (found === undefined && isLongerThan(name, NAME_MAX)) fail('ENAMETOOLONG');
    return found;
  }

  parent(dir: Inode): Inode {
    return asDirectory(dir).parent;
  }

  getattr(inode: Inode): Stat {
    return attributesOf(asInode(inode), this.dev);
  }

  permission(inode: Inode, mask: number, caller: Caller): void {
    const row = asInode(inode);
    if (!permissionOf(row.mode, row.uid, row.gid, mask, caller, accessListOf(row))) fail('EACCES');
  }

  setattr(inode: Inode, change: AttributeChange, _caller: Caller): void {
    changeAttributes(this.#store, asInode(inode), change);
  }

  accessed(inode: Inode): void {
    stampAccess(this.#store, asInode(inode));
  }

  create(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    return makeFile(this.#store, asDirectory(dir), name, mode, caller);
  }

  mkdir(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    return makeDirectory(this.#store, asDirectory(dir), name, mode, caller);
  }

  mknod(dir: Inode, name: string, mode: number, rdev: number, caller: Caller): Inode {
    return makeNode(this.#store, asDirectory(dir), name, mode, rdev, caller);
  }

  symlink(dir: Inode, name: string, target: string, caller: Caller): Inode {
    return makeSymlink(this.#store, asDirectory(dir), name, target, caller);
  }

  tmpfile(dir: Inode, mode: number, caller: Caller): Inode {
    return makeUnnamed(this.#store, asDirectory(dir), mode, caller);
  }

  link(inode: Inode, dir: Inode, name: string, _caller: Caller): void {
    linkName(this.#store, asInode(inode), asDirectory(dir), name);
  }

  unlink(dir: Inode, name: string, _caller: Caller): void {
    unlinkName(this.#store, asDirectory(dir), name);
  }

  rmdir(dir: Inode, name: string, _caller: Caller): void {
    removeDirectory(this.#store, asDirectory(dir), name);
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string, flags: number, caller: Caller): void {
    renameEntry(this.#store, asDirectory(fromDir), fromName, asDirectory(toDir), toName, flags, caller);
  }

  readlink(inode: Inode): string {
    return inode instanceof SymlinkInode ? inode.target : fail('EINVAL');
  }

  readdir(dir: Inode): readonly DirectoryEntry[] {
    return asDirectory(dir).list();
  }

  open(inode: Inode, flags: number, _caller: Caller): OpenFile {
    const file = asFile(inode);
    const { space, clock, table } = this.#store;
    if ((flags & O_TRUNC) !== 0) {
      truncateFile(file, 0, space, table.largestFile);
      stampBytes(file, clock.now());
    }
    return new MemoryFile(file, space, clock, table.largestFile);
  }

  getxattr(inode: Inode, name: string): Uint8Array | undefined {
    const row = asInode(inode);
    const value = row.xattrs?.get(name);
    if (value !== undefined) return value.slice();
    if (isAcl(name)) requireAclCarrier(row);
    else checkGetXattr(row.mode, name);
    return undefined;
  }

  listxattr(inode: Inode): readonly string[] {
    const { xattrs } = asInode(inode);
    return xattrs === undefined ? NO_NAMES : listXattrs(xattrs.keys());
  }

  setxattr(inode: Inode, name: string, value: Uint8Array, flags: number, caller: Caller): void {
    const row = asInode(inode);
    if (isAcl(name)) setAccessList(row, name, value, caller);
    else {
      checkSetXattr(row.mode, row.xattrs?.has(name) ?? false, name, value, flags);
      // Not `slice`: that of a Buffer of Node is a view, of bytes that its owner uses again.
      setXattr(row, name, new Uint8Array(value));
    }
    this.#stamp(row);
  }

  /** Removing a list that is not there is no error. */
  removexattr(inode: Inode, name: string, caller: Caller): void {
    const row = asInode(inode);
    if (isAcl(name)) setAccessList(row, name, NO_LIST, caller);
    else {
      checkRemoveXattr(row.mode, row.xattrs?.has(name) ?? false, name);
      deleteXattr(row, name);
    }
    this.#stamp(row);
  }

  getFlags(inode: Inode): number {
    return asInode(inode).flags;
  }

  setFlags(inode: Inode, flags: number, _caller: Caller): void {
    const row = asInode(inode);
    if ((flags & ~KEPT_FLAGS) !== 0) fail('EOPNOTSUPP');
    setFlags(row, flags);
    this.#stamp(row);
  }

  statfs(): StatFs {
    return this.#store.space.statfs();
  }

  content(inode: Inode): Content {
    return freezeData(asFile(inode));
  }

  setContent(inode: Inode, content: Content, _caller: Caller): void {
    const { space, clock, table } = this.#store;
    replaceContent(asFile(inode), content, space, clock, table.largestFile);
  }

  #stamp(row: MemoryInode): void {
    setTimes(row, row.atime, row.mtime, this.#store.clock.now());
  }
}

/** What tmpfs lets be set. */
const KEPT_FLAGS = FS_PROTECTION_FL | FS_NODUMP_FL | FS_NOATIME_FL;

const NO_NAMES: readonly string[] = Object.freeze([]);
const NO_LIST = new Uint8Array(0);
