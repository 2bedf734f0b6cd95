/**
 * A file system over an inode table, with tmpfs's answers.
 *
 * Times follow Linux: what adds or removes a name stamps the directory (mtime, ctime) and the inode (ctime); a change
 * of bytes stamps mtime and ctime; every other attribute stamps ctime. Reading stamps nothing here: access times are
 * the vfs's decision (relatime), which it carries out through `accessed`.
 */
import { isAcl } from '../acl/acl.ts';
import type { Inherited } from '../acl/index.ts';
import type { Clock, Nanoseconds } from '../clock.ts';
import type { Content } from '../content.ts';
import { PAGE_SIZE } from '../content/extent.ts';
import type { Caller } from '../credentials.ts';
import { fail } from '../errno.ts';
import {
  RENAME_EXCHANGE,
  RENAME_WHITEOUT,
  type AttributeChange,
  type DirectoryEntry,
  type FileSystem,
  type Inode,
  type OpenFile,
  type Stat,
  type StatFs,
} from '../file-system.ts';
import { FS_NOATIME_FL, FS_NODUMP_FL, FS_PROTECTION_FL } from '../inode-flags.ts';
import { isLongerThan, NAME_MAX, nameLength, PATH_MAX } from '../names.ts';
import { O_TRUNC, PERMISSION_BITS, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type FileMode } from '../mode.ts';
import { permissionOf } from '../permissions.ts';
import {
  accessListOf,
  defaultListOf,
  followMode,
  requireAclCarrier,
  setAccessList,
  setInherited,
} from './access-lists.ts';
import {
  asDirectory,
  asFile,
  asInode,
  DirectoryInode,
  FileInode,
  type InodeTable,
  type MemoryInode,
  NodeInode,
  SymlinkInode,
} from './inode.ts';
import {
  bind,
  deleteXattr,
  endLinkable,
  freezeData,
  setFlags,
  setLinks,
  setOwnership,
  setTimes,
  setXattr,
  unbind,
} from './mutations.ts';
import { newAccess, newGroup } from './new-inode.ts';
import { MemoryFile, replaceContent, stampBytes, truncateFile } from './open-file.ts';
import { applyRename, checkRename, checkRenameFlags } from './rename.ts';
import { releaseName, type Space, type SpaceOptions, targetBytes } from './space.ts';
import { checkGetXattr, checkRemoveXattr, checkSetXattr, listXattrs } from './xattrs.ts';

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

/** tmpfs's st_size of a directory: 40 for `.` and `..`, 20 for each further entry. */
const ENTRY_SIZE = 20;

export class InodeFileSystem implements FileSystem {
  readonly type: string;
  readonly dev: number;
  readonly root: DirectoryInode;
  readonly #clock: Clock;
  readonly #space: Space;
  readonly #linkLimit: number;
  readonly #table: InodeTable;

  constructor(table: InodeTable, space: Space, options: InodeFileSystemOptions) {
    this.#table = table;
    this.root = table.root;
    this.type = options.type ?? 'tmpfs';
    this.dev = options.dev ?? 1;
    this.#clock = options.clock;
    this.#space = space;
    this.#linkLimit = options.links ?? Infinity;
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
    const row = asInode(inode);
    let size = 0;
    let bytes = 0;
    let rdev = 0;
    if (row instanceof FileInode) {
      size = row.data.size;
      bytes = row.data.allocated;
    } else if (row instanceof DirectoryInode) size = ENTRY_SIZE * (2 + row.count);
    else if (row instanceof SymlinkInode) {
      size = row.length;
      bytes = targetBytes(size);
    } else if (row instanceof NodeInode) rdev = row.rdev;
    return {
      dev: this.dev,
      ino: row.ino,
      mode: row.mode,
      nlink: row.links,
      uid: row.uid,
      gid: row.gid,
      rdev,
      size,
      blocks: bytes / 512,
      blksize: PAGE_SIZE,
      atime: row.atime,
      mtime: row.mtime,
      ctime: row.ctime,
      btime: row.btime,
    };
  }

  permission(inode: Inode, mask: number, caller: Caller): void {
    const row = asInode(inode);
    if (!permissionOf(row.mode, row.uid, row.gid, mask, caller, accessListOf(row))) fail('EACCES');
  }

  setattr(inode: Inode, change: AttributeChange, _caller: Caller): void {
    const row = asInode(inode);
    const { mode, uid, gid, size, atime, mtime } = change;
    const file = size === undefined ? undefined : asFile(row);
    const now = this.#clock.now();
    if (file !== undefined && size !== undefined) {
      const changed = truncateFile(file, size, this.#space, this.#table.largestFile);
      if (changed) stampBytes(file, now);
      if ((mode ?? uid ?? gid ?? atime ?? mtime) === undefined) return;
    }
    if (mode !== undefined || uid !== undefined || gid !== undefined) {
      const newBits = mode === undefined ? row.mode : (row.mode & S_IFMT) | (mode & PERMISSION_BITS);
      setOwnership(row, newBits, uid ?? row.uid, gid ?? row.gid);
      if (mode !== undefined) followMode(row);
    }
    setTimes(row, timeOf(atime, row.atime, now), timeOf(mtime, row.mtime, now), now);
  }

  accessed(inode: Inode): void {
    const row = asInode(inode);
    if ((row.flags & FS_NOATIME_FL) !== 0) return;
    const now = this.#clock.now();
    const isStale = row.atime <= row.mtime || row.atime <= row.ctime || now - row.atime >= ONE_DAY;
    if (isStale) setTimes(row, now, row.mtime, row.ctime);
  }

  create(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    const parent = this.#newEntry(dir, name);
    const now = this.#clock.now();
    return this.#add(parent, name, this.#newFile(parent, mode, caller, 1, now), now);
  }

  mkdir(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    const parent = this.#newEntry(dir, name);
    if (parent.links >= this.#linkLimit) fail('EMLINK');
    const now = this.#clock.now();
    const access = this.#newAccess(parent, S_IFDIR | (mode & PERMISSION_BITS), caller);
    const gid = newGroup(parent.mode, parent.gid, caller);
    setLinks(parent, parent.links + 1);
    const made = this.#table.directory(access.mode, caller.uid, gid, now, parent);
    setInherited(made, access);
    return this.#add(parent, name, made, now);
  }

  mknod(dir: Inode, name: string, mode: number, rdev: number, caller: Caller): Inode {
    const type = mode & S_IFMT;
    if (type === S_IFDIR) fail('EPERM');
    if (type === S_IFREG || type === 0) return this.create(dir, name, mode, caller);
    if (type === S_IFLNK) fail('EINVAL');
    const parent = this.#newEntry(dir, name);
    const now = this.#clock.now();
    return this.#add(parent, name, this.#newNode(parent, mode, rdev, caller, now), now);
  }

  symlink(dir: Inode, name: string, target: string, caller: Caller): Inode {
    if (target === '') fail('ENOENT');
    const length = nameLength(target);
    if (length >= PATH_MAX) fail('ENAMETOOLONG');
    const parent = this.#newEntry(dir, name);
    const bytes = targetBytes(length);
    if (!this.#space.fits(bytes)) fail('ENOSPC');
    const now = this.#clock.now();
    const gid = newGroup(parent.mode, parent.gid, caller);
    this.#space.addBytes(bytes);
    const link = this.#table.symlink(S_IFLNK | 0o777, caller.uid, gid, now, target, length);
    return this.#add(parent, name, link, now);
  }

  tmpfile(dir: Inode, mode: number, caller: Caller): Inode {
    const parent = asDirectory(dir);
    if (parent.links === 0) fail('ENOENT');
    this.#space.checkInode();
    this.#space.addInodes(1);
    return this.#newFile(parent, mode, caller, 0, this.#clock.now());
  }

  link(inode: Inode, dir: Inode, name: string, _caller: Caller): void {
    const row = asInode(inode);
    const parent = asDirectory(dir);
    this.#checkFree(parent, name);
    if (row instanceof DirectoryInode) fail('EPERM');
    const unnamed = row instanceof FileInode && row.linkable;
    if (row.links === 0 && !unnamed) fail('ENOENT');
    if (row.links >= this.#linkLimit) fail('EMLINK');
    if (!unnamed) {
      this.#space.checkInode();
      this.#space.addInodes(1);
    } else if (row instanceof FileInode) endLinkable(row);
    const now = this.#clock.now();
    setLinks(row, row.links + 1);
    this.#stamp(row, now);
    bind(parent, name, row);
    this.#stampEntries(parent, now);
  }

  unlink(dir: Inode, name: string, _caller: Caller): void {
    const parent = asDirectory(dir);
    const row = this.#entry(parent, name);
    if (row instanceof DirectoryInode) fail('EISDIR');
    const now = this.#clock.now();
    unbind(parent, name);
    this.#stampEntries(parent, now);
    setLinks(row, row.links - 1);
    this.#stamp(row, now);
    releaseName(row, this.#space);
  }

  rmdir(dir: Inode, name: string, _caller: Caller): void {
    const parent = asDirectory(dir);
    const row = asDirectory(this.#entry(parent, name));
    if (row.count > 0) fail('ENOTEMPTY');
    const now = this.#clock.now();
    unbind(parent, name);
    setLinks(parent, parent.links - 1);
    this.#stampEntries(parent, now);
    setLinks(row, 0);
    this.#stamp(row, now);
    releaseName(row, this.#space);
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string, flags: number, caller: Caller): void {
    checkRenameFlags(flags);
    const from = asDirectory(fromDir);
    const to = asDirectory(toDir);
    const source = this.#entry(from, fromName);
    if (isLongerThan(toName, NAME_MAX)) fail('ENAMETOOLONG');
    const renaming = { fromDir: from, fromName, toDir: to, toName, flags, source, target: to.get(toName) };
    if (!checkRename(renaming, this.#linkLimit)) return;
    let whiteout: MemoryInode | undefined;
    if ((flags & RENAME_WHITEOUT) !== 0) this.#space.checkInode();
    const now = this.#clock.now();
    if ((flags & RENAME_WHITEOUT) !== 0) {
      whiteout = this.#newNode(from, S_IFCHR, 0, caller, now);
      this.#space.addInodes(1);
    }
    applyRename(renaming, whiteout, now);
    const replaced = (flags & RENAME_EXCHANGE) === 0 ? renaming.target : undefined;
    if (replaced !== undefined) releaseName(replaced, this.#space);
  }

  readlink(inode: Inode): string {
    return inode instanceof SymlinkInode ? inode.target : fail('EINVAL');
  }

  readdir(dir: Inode): readonly DirectoryEntry[] {
    return asDirectory(dir).list();
  }

  open(inode: Inode, flags: number, _caller: Caller): OpenFile {
    const file = asFile(inode);
    if ((flags & O_TRUNC) !== 0) {
      truncateFile(file, 0, this.#space, this.#table.largestFile);
      stampBytes(file, this.#clock.now());
    }
    return new MemoryFile(file, this.#space, this.#clock, this.#table.largestFile);
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
    this.#stamp(row, this.#clock.now());
  }

  /** Removing a list that is not there is no error. */
  removexattr(inode: Inode, name: string, caller: Caller): void {
    const row = asInode(inode);
    if (isAcl(name)) setAccessList(row, name, NO_LIST, caller);
    else {
      checkRemoveXattr(row.mode, row.xattrs?.has(name) ?? false, name);
      deleteXattr(row, name);
    }
    this.#stamp(row, this.#clock.now());
  }

  getFlags(inode: Inode): number {
    return asInode(inode).flags;
  }

  setFlags(inode: Inode, flags: number, _caller: Caller): void {
    const row = asInode(inode);
    if ((flags & ~KEPT_FLAGS) !== 0) fail('EOPNOTSUPP');
    setFlags(row, flags);
    this.#stamp(row, this.#clock.now());
  }

  statfs(): StatFs {
    return this.#space.statfs();
  }

  content(inode: Inode): Content {
    return freezeData(asFile(inode));
  }

  setContent(inode: Inode, content: Content, _caller: Caller): void {
    replaceContent(asFile(inode), content, this.#space, this.#clock, this.#table.largestFile);
  }

  #entry(dir: DirectoryInode, name: string): MemoryInode {
    const found = dir.get(name);
    if (found !== undefined) return found;
    return fail(isLongerThan(name, NAME_MAX) ? 'ENAMETOOLONG' : 'ENOENT');
  }

  /** EEXIST, ENAMETOOLONG, and ENOENT in a directory that was removed. */
  #checkFree(dir: DirectoryInode, name: string): void {
    if (dir.get(name) !== undefined) fail('EEXIST');
    if (isLongerThan(name, NAME_MAX)) fail('ENAMETOOLONG');
    if (dir.links === 0) fail('ENOENT');
  }

  /** The directory, once it is sure that one more inode under this name can be made. */
  #newEntry(dir: Inode, name: string): DirectoryInode {
    const parent = asDirectory(dir);
    this.#checkFree(parent, name);
    this.#space.checkInode();
    return parent;
  }

  #add(parent: DirectoryInode, name: string, child: MemoryInode, now: Nanoseconds): MemoryInode {
    bind(parent, name, child);
    child.flags = parent.flags & INHERITED_FLAGS;
    this.#stampEntries(parent, now);
    this.#space.addInodes(1);
    return child;
  }

  #newFile(parent: DirectoryInode, mode: number, caller: Caller, links: number, now: Nanoseconds): FileInode {
    const access = this.#newAccess(parent, S_IFREG | (mode & PERMISSION_BITS), caller);
    const made = this.#table.file(access.mode, caller.uid, newGroup(parent.mode, parent.gid, caller), links, now);
    setInherited(made, access);
    return made;
  }

  #newNode(parent: DirectoryInode, mode: FileMode, rdev: number, caller: Caller, now: Nanoseconds): NodeInode {
    const access = this.#newAccess(parent, mode, caller);
    const made = this.#table.node(access.mode, caller.uid, newGroup(parent.mode, parent.gid, caller), now, rdev);
    setInherited(made, access);
    return made;
  }

  #newAccess(parent: DirectoryInode, mode: FileMode, caller: Caller): Inherited {
    return newAccess(mode, parent.mode, parent.gid, defaultListOf(parent), caller);
  }

  #stampEntries(dir: DirectoryInode, now: Nanoseconds): void {
    setTimes(dir, dir.atime, now, now);
  }

  #stamp(row: MemoryInode, now: Nanoseconds): void {
    setTimes(row, row.atime, row.mtime, now);
  }
}

/** What tmpfs lets be set, and what of it goes to that which is made in a directory. */
const KEPT_FLAGS = FS_PROTECTION_FL | FS_NODUMP_FL | FS_NOATIME_FL;
const INHERITED_FLAGS = FS_NODUMP_FL | FS_NOATIME_FL;

const NO_NAMES: readonly string[] = Object.freeze([]);
const NO_LIST = new Uint8Array(0);
const ONE_DAY = 86_400_000_000_000n;

const timeOf = (change: Nanoseconds | 'now' | undefined, current: Nanoseconds, now: Nanoseconds): Nanoseconds =>
  change === undefined ? current : change === 'now' ? now : change;
