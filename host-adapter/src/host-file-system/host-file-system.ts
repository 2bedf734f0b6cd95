/**
 * A real directory as a `FileSystem`: the layers of an overlay that lie on a disk.
 *
 * It answers what the host's file system answers, and does all work with the credentials of this process; what is made
 * is then given to the caller. Inodes are known by device and number, so that hard links are one inode and an open
 * file stays itself when it is renamed or removed. What others do to the directory meanwhile is seen at the next
 * lookup; an inode that was moved by others is ESTALE until then.
 */
import {
  ACL_ACCESS,
  type AttributeChange,
  type Caller,
  type DirectoryEntry,
  decodeAcl,
  decodeName,
  fail,
  type FileSystem,
  type Inode,
  isAclAsked,
  isLongerThan,
  NAME_MAX,
  O_DIRECTORY,
  O_RDONLY,
  O_TRUNC,
  type OpenFile,
  permissionOf,
  PERMISSION_BITS,
  RENAME_EXCHANGE,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  type Stat,
  type StatFs,
} from '@layerscope/core/fs';
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  bind,
  call,
  cString,
  decodeDirents,
  decodeStatfs,
  encodeTimes,
  STATFS_SIZE,
} from '../linux/index.ts';
import { HostAccess } from './host-access.ts';
import { HostFile } from './host-file.ts';
import { HostInode } from './host-inode.ts';
import { InodeTable } from './inode-table.ts';
import { getXattr, listXattrs, removeXattr, setXattr } from './host-xattrs.ts';
import { holdOpen, Lifetimes } from './lifetimes.ts';
import { NewObjects } from './new-objects.ts';
import { resize } from './resize.ts';

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

const ROOM = 65_536;
const O_CLOEXEC = 0o2000000;
const O_PATH_DIRECTORY = 0o10000000 | O_DIRECTORY | O_CLOEXEC;
const ONE_DAY = 86_400_000_000_000n;

const closeFd = bind('close');

class HostDirectory implements HostFileSystem {
  readonly type = 'host';
  readonly dev: number;
  readonly root: HostInode;
  readonly #access: HostAccess;
  readonly #table = new InodeTable();
  readonly #new = new NewObjects();
  readonly #lifetimes: Lifetimes;
  readonly #buffer = Buffer.alloc(ROOM);
  /** Counts moments; 0 until the first. */
  #moment = 0;

  constructor(directory: string, limit: number) {
    this.#access = new HostAccess(limit);
    this.#lifetimes = new Lifetimes(this.#access, this.#table);
    this.root = this.attach(directory);
    this.dev = this.root.dev;
  }

  attach(directory: string): HostInode {
    const fd = call('open', AT_FDCWD, cString(directory), O_PATH_DIRECTORY, 0);
    const inode = this.#table.intern(this.#access.statOf(fd));
    if (inode.fd >= 0) closeFd(fd);
    else this.#access.directories.adopt(inode, fd);
    inode.pinned = true;
    return inode;
  }

  beginMoment(): void {
    this.#moment += 1;
  }

  close(): void {
    this.#new.settle();
    this.#access.directories.closeAll();
  }

  lookup(dir: Inode, name: string): Inode | undefined {
    const parent = own(dir);
    if (parent.type !== S_IFDIR) fail('ENOTDIR');
    if (isLongerThan(name, NAME_MAX)) fail('ENAMETOOLONG');
    if (isRemoved(parent)) return undefined;
    this.#begin();
    const stat = this.#access.statAt(this.#access.directories.of(parent), name);
    return stat && this.#found(stat, parent, name);
  }

  parent(dir: Inode): Inode {
    const inode = own(dir);
    if (inode === this.root) return inode;
    if (inode.type !== S_IFDIR) fail('ENOTDIR');
    if (inode.location !== undefined) return inode.location.parent;
    const fd = call('open', this.#access.directories.of(inode), cString('..'), O_PATH_DIRECTORY, 0);
    const above = this.#table.intern(this.#access.statOf(fd));
    if (above.fd >= 0) closeFd(fd);
    else this.#access.directories.adopt(above, fd);
    above.pinned = true;
    return above;
  }

  getattr(inode: Inode): Stat {
    const row = own(inode);
    if (row.stat !== undefined && row.moment === this.#moment) return row.stat;
    const stat = this.#access.stat(row) ?? row.remembered ?? fail('ESTALE');
    this.#keep(row, stat);
    return stat;
  }

  permission(inode: Inode, mask: number, caller: Caller): void {
    const { mode, uid, gid } = this.getattr(inode);
    const list = isAclAsked(mode, uid, caller) ? this.getxattr(inode, ACL_ACCESS) : undefined;
    if (!permissionOf(mode, uid, gid, mask, caller, list && decodeAcl(list))) fail('EACCES');
  }

  setattr(inode: Inode, change: AttributeChange, _caller: Caller): void {
    const row = own(inode);
    const { mode, uid, gid, size, atime, mtime } = change;
    forget(row);
    if (size !== undefined) resize(this.#access, row, size);
    const isEmpty = (mode ?? uid ?? gid ?? size ?? atime ?? mtime) === undefined;
    if (uid !== undefined || gid !== undefined || isEmpty) {
      this.#access.at(row, (at, path, flags) => call('chown', at, path, (uid ?? -1) | 0, (gid ?? -1) | 0, flags));
    }
    if (mode !== undefined && row.type !== S_IFLNK) this.#access.chmod(row, mode & PERMISSION_BITS);
    if (atime !== undefined || mtime !== undefined) {
      const times = encodeTimes(atime ?? 'omit', mtime ?? 'omit');
      this.#access.at(row, (at, path, flags) => call('utimens', at, path, times, flags));
    }
  }

  /** relatime's rule is the host's: it is made to see a read. A link is read, a directory listed. */
  accessed(inode: Inode): void {
    const row = own(inode);
    const { atime, mtime, ctime } = this.getattr(row);
    const isStale = atime <= mtime || atime <= ctime || BigInt(Date.now()) * 1_000_000n - atime >= ONE_DAY;
    if (!isStale || (row.type !== S_IFREG && row.type !== S_IFDIR && row.type !== S_IFLNK)) return;
    forget(row);
    if (row.type === S_IFLNK) this.readlink(row);
    else this.#access.touch(row);
  }

  create(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    return this.#add(dir, name, (at, bytes, parent) => this.#new.file(at, bytes, mode, caller, parent, this.#statOf));
  }

  mkdir(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    return this.#add(dir, name, (at, bytes, parent) => this.#new.directory(at, bytes, mode, caller, parent));
  }

  mknod(dir: Inode, name: string, mode: number, rdev: number, caller: Caller): Inode {
    return this.#add(dir, name, (at, bytes, parent) => {
      const made = (): Stat => this.#access.statAt(at, name) ?? fail('ENOENT', name);
      return this.#new.node(at, bytes, mode, rdev, caller, { parent, made });
    });
  }

  symlink(dir: Inode, name: string, target: string, caller: Caller): Inode {
    return this.#add(dir, name, (at, bytes, parent) => this.#new.symlink(at, bytes, target, caller, parent));
  }

  tmpfile(dir: Inode, mode: number, caller: Caller): Inode {
    const parent = own(dir);
    if (isRemoved(parent)) fail('ENOENT');
    this.#begin();
    const at = this.#access.directories.of(parent);
    const fd = this.#new.unnamed(at, mode, caller, () => this.getattr(parent), this.#statOf);
    const inode = this.#table.intern(this.#access.statOf(fd));
    inode.fd = fd;
    inode.isUnnamed = true;
    return inode;
  }

  link(inode: Inode, dir: Inode, name: string, _caller: Caller): void {
    const row = own(inode);
    const parent = own(dir);
    this.#begin();
    const to = this.#access.directories.of(parent);
    const target = Buffer.from(this.#access.names.encode(name).subarray(0, TARGET_ROOM));
    if (row.location !== undefined) {
      const from = this.#access.directories.of(row.location.parent);
      call('link', from, this.#access.names.encode(row.location.name), to, target, 0);
    } else if (row.fd >= 0) {
      call('link', AT_FDCWD, this.#access.names.encodeProc(row.fd, ''), to, target, AT_SYMLINK_FOLLOW);
    } else fail('ENOENT');
    forget(row);
    forget(parent);
    row.addLocation(parent, name);
    this.#lifetimes.releaseIfUnused(row);
  }

  unlink(dir: Inode, name: string, _caller: Caller): void {
    this.#remove(dir, name, 0);
  }

  rmdir(dir: Inode, name: string, _caller: Caller): void {
    this.#remove(dir, name, AT_REMOVEDIR);
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string, flags: number, _caller: Caller): void {
    const from = own(fromDir);
    const to = own(toDir);
    this.#begin();
    const fromFd = this.#access.directories.of(from);
    const toFd = this.#access.directories.of(to);
    const source = this.#at(fromFd, fromName);
    const target = this.#at(toFd, toName);
    if (target?.inode !== undefined && (flags & RENAME_EXCHANGE) === 0) this.#hold(target.inode);
    const toBytes = Buffer.from(this.#access.names.encode(toName).subarray(0, TARGET_ROOM));
    call('rename', fromFd, this.#access.names.encode(fromName), toFd, toBytes, flags);
    for (const each of [from, to, source?.inode, target?.inode]) if (each !== undefined) forget(each);
    // Two names of one inode: nothing happens.
    if (source?.stat.ino === target?.stat.ino && source?.stat.dev === target?.stat.dev) return;
    source?.inode?.removeLocation(from, fromName);
    target?.inode?.removeLocation(to, toName);
    source?.inode?.addLocation(to, toName);
    if ((flags & RENAME_EXCHANGE) !== 0) target?.inode?.addLocation(from, fromName);
    else if (target?.inode !== undefined) this.#lifetimes.lostName(target.inode, target.stat);
  }

  readlink(inode: Inode): string {
    const row = own(inode);
    if (row.type !== S_IFLNK) fail('EINVAL');
    // The host may stamp the access.
    forget(row);
    const length = this.#access.at(row, (at, path) => call('readlink', at, path, this.#buffer, ROOM));
    return decodeName(this.#buffer.subarray(0, length));
  }

  readdir(dir: Inode): readonly DirectoryEntry[] {
    const row = own(dir);
    if (row.type !== S_IFDIR) fail('ENOTDIR');
    if (isRemoved(row)) return [];
    this.#begin();
    return this.#access.withOpen(row, O_RDONLY | O_DIRECTORY, (fd) => {
      const entries: DirectoryEntry[] = [];
      for (;;) {
        const length = call('getdents', fd, this.#buffer, ROOM);
        if (length === 0) return Object.freeze(entries);
        for (const { name, ino, type } of decodeDirents(this.#buffer, length)) {
          if (name !== '.' && name !== '..') entries.push({ name, ino, type: type || this.#typeOf(row, name) });
        }
      }
    });
  }

  open(inode: Inode, flags: number, _caller: Caller): OpenFile {
    const row = own(inode);
    if (row.type !== S_IFREG) fail(row.type === S_IFDIR ? 'EISDIR' : 'EINVAL');
    // A file without a name has a descriptor that all its opens share: positions are ours.
    let fd = this.#new.take(row) ?? (row.isUnnamed && row.fd >= 0 ? row.fd : undefined);
    if (fd === undefined) fd = this.#access.open(row, flags);
    else if ((flags & O_TRUNC) !== 0) call('ftruncate', fd, 0);
    if ((flags & O_TRUNC) !== 0) forget(row);
    const file = new HostFile(fd, row, forget, this.#onClose);
    row.files.push(file);
    return file;
  }

  getxattr(inode: Inode, name: string): Uint8Array | undefined {
    return getXattr(this.#access, own(inode), name);
  }

  listxattr(inode: Inode): readonly string[] {
    return listXattrs(this.#access, own(inode));
  }

  setxattr(inode: Inode, name: string, value: Uint8Array, flags: number, _caller: Caller): void {
    const row = own(inode);
    forget(row);
    setXattr(this.#access, row, name, value, flags);
  }

  removexattr(inode: Inode, name: string, _caller: Caller): void {
    const row = own(inode);
    forget(row);
    removeXattr(this.#access, row, name);
  }

  statfs(): StatFs {
    const bytes = Buffer.alloc(STATFS_SIZE);
    call('fstatfs', this.root.fd, bytes);
    return decodeStatfs(bytes);
  }

  readonly #statOf = (fd: number): Stat => this.#access.statOf(fd);

  readonly #onClose = (file: HostFile): void => {
    const { inode, fd } = file;
    inode.files.splice(inode.files.indexOf(file), 1);
    forget(inode);
    if (fd !== inode.fd) closeFd(fd);
    this.#lifetimes.releaseIfUnused(inode);
  };

  /** Between operations: what was kept for the next one, or is too much, goes. */
  #begin(): void {
    this.#new.settle();
    this.#access.directories.sweep();
  }

  #keep(inode: HostInode, stat: Stat): void {
    if (this.#moment === 0) return;
    inode.stat = stat;
    inode.moment = this.#moment;
  }

  #found(stat: Stat, parent: HostInode, name: string): HostInode {
    const inode = this.#table.intern(stat);
    inode.addLocation(parent, name);
    this.#keep(inode, stat);
    return inode;
  }

  /** What stands at a name, and its inode if it was met. */
  #at(fd: number, name: string): { readonly stat: Stat; readonly inode: HostInode | undefined } | undefined {
    if (isLongerThan(name, NAME_MAX)) return undefined;
    const stat = this.#access.statAt(fd, name);
    return stat && { stat, inode: this.#table.find(stat) };
  }

  #typeOf(dir: HostInode, name: string): number {
    return this.lookup(dir, name)?.type ?? S_IFREG;
  }

  #add(
    dir: Inode,
    name: string,
    make: (at: number, bytes: Uint8Array, parent: () => Stat) => number | undefined,
  ): HostInode {
    const parent = own(dir);
    this.#begin();
    const at = this.#access.directories.of(parent);
    const fd = make(at, this.#access.names.encode(name), () => this.getattr(parent));
    forget(parent);
    const stat = fd === undefined ? this.#access.statAt(at, name) : this.#access.statOf(fd);
    const inode = this.#found(stat ?? fail('ENOENT', name), parent, name);
    if (fd !== undefined) this.#new.offer(inode, fd);
    return inode;
  }

  /** Before a name goes: whoever still has the inode open, or works in the directory, can go on. */
  #hold(inode: HostInode): void {
    if (inode.type !== S_IFDIR) holdOpen(inode);
    // A server's clients may have it open without our knowing.
    else if (this.#moment > 0) this.#access.directories.of(inode);
  }

  #remove(dir: Inode, name: string, flags: number): void {
    const parent = own(dir);
    this.#begin();
    const at = this.#access.directories.of(parent);
    const victim = this.#at(at, name);
    if (victim?.inode !== undefined) this.#hold(victim.inode);
    call('unlink', at, this.#access.names.encode(name), flags);
    forget(parent);
    if (victim?.inode === undefined) return;
    forget(victim.inode);
    victim.inode.removeLocation(parent, name);
    this.#lifetimes.lostName(victim.inode, victim.stat);
  }
}

/** Room for the second name of a call that takes two; longer ones are ENAMETOOLONG all the same. */
const TARGET_ROOM = 1024;

/** Its attributes are about to change, or have. */
const forget = (inode: HostInode): void => {
  inode.stat = undefined;
};

const own = (inode: Inode): HostInode => (inode instanceof HostInode ? inode : fail('ESTALE'));

const isRemoved = (dir: HostInode): boolean => dir.remembered !== undefined && dir.location === undefined;
