/**
 * The `FileSystem` port: what a file system is to everything above it.
 *
 * Vocabulary
 * - *inode*: one object, many names. An `Inode` value is a reference to it: two hard links answer the same
 *   reference, and it stays valid after the last name is gone (open-unlinked files) for as long as someone holds it.
 * - *name*: one path component; a string in which a byte that is not UTF-8 stands as a lone surrogate (see `names.ts`).
 * - *caller*: whose credentials an object is made with (`credentials.ts`).
 *
 * Division of labour, as between Linux's VFS and its file systems:
 * - The **vfs** (`../vfs`) walks paths, crosses mounts, follows symlinks and decides *in Linux's order* whether the
 *   caller may do it (`permission`, sticky bits, EEXIST before EACCES, …). A file system does not repeat those checks.
 * - A **file system** keeps its own structure sound whoever calls: ENOTDIR, EEXIST, ENOTEMPTY, ENAMETOOLONG, EMLINK,
 *   ENOSPC, EROFS, and what only it can know (overlayfs: EXDEV on a directory rename).
 *
 * Every operation is synchronous (WASI system calls are) and throws `FsError` with a Linux errno. An operation a
 * file system does not know throws ENOSYS or EOPNOTSUPP, as Linux would: it is never silently ignored.
 */
import type { Content } from './content.ts';
import type { Caller } from './credentials.ts';
import type { FileMode } from './mode.ts';
import type { Nanoseconds } from './clock.ts';

/** A reference to an inode of one file system. Compare with `===`. */
export interface Inode {
  /** The inode number in its own file system; what `getattr` answers may differ (overlayfs). */
  readonly ino: bigint;
  /** The `S_IFMT` bits. An inode keeps its type for life; a path walk asks for it at every component. */
  readonly type: FileMode;
}

/** A directory of some file system: what an overlay layer, a bind source or a process's root is. */
export interface Tree {
  readonly fs: FileSystem;
  readonly root: Inode;
}

/** stat(2). Times are nanoseconds since the epoch, `blocks` counts 512-byte units. */
export interface Stat {
  readonly dev: number;
  readonly ino: bigint;
  /** Type and permission bits, e.g. 0o100644. */
  readonly mode: FileMode;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Device number of a char or block device, see `device.ts`; 0 otherwise. */
  readonly rdev: number;
  readonly size: number;
  readonly blocks: number;
  readonly blksize: number;
  readonly atime: Nanoseconds;
  readonly mtime: Nanoseconds;
  readonly ctime: Nanoseconds;
  readonly btime: Nanoseconds;
}

/** One row of a directory listing. `type` is the `S_IFMT` part of the mode. `.` and `..` are the vfs's business. */
export interface DirectoryEntry {
  readonly name: string;
  readonly ino: bigint;
  readonly type: FileMode;
}

/**
 * What `setattr` shall change; absent fields stay. An empty change is legal and still advances ctime (chown(-1,-1)).
 * `'now'` is the file system's clock. Changing `size` or owner clears setuid/setgid by Linux's rules when the
 * *vfs* says so, by passing the new `mode`.
 */
export interface AttributeChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly atime?: Nanoseconds | 'now';
  readonly mtime?: Nanoseconds | 'now';
}

/** statfs(2), in units of `bsize` bytes. */
export interface StatFs {
  readonly type: number;
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
  readonly namelen: number;
}

/** renameat2(2) flags, Linux's numbers. */
export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;
export const RENAME_WHITEOUT = 4;

/** setxattr(2) flags, Linux's numbers. */
export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;

/**
 * An open regular file. Positions and lengths are bytes. The current position, O_APPEND and access mode belong to the
 * vfs's file description. A file keeps reading the *inode*, so over an overlay it sees a later copy-up.
 */
export interface OpenFile {
  /** Copies into `into` from `position`; answers the bytes copied, 0 at or past the end. */
  read(into: Uint8Array, position: number): number;
  /** Writes all of `from` at `position` (a gap becomes a hole); ENOSPC writes nothing. Answers the bytes written. */
  write(from: Uint8Array, position: number): number;
  /** fallocate(2): mode 0, KEEP_SIZE (1), PUNCH_HOLE (2, with KEEP_SIZE). Others EOPNOTSUPP. */
  allocate(mode: number, offset: number, length: number): void;
  /** lseek(2) SEEK_DATA / SEEK_HOLE; ENXIO past the end. */
  seek(offset: number, whence: 'data' | 'hole'): number;
  sync(): void;
  /**
   * The inode is about to be changed through this open file. An overlay that indexes hard links copies up the name it was
   * opened by; to other file systems names do not matter, and they leave this out.
   */
  reached?: () => void;
  /** Gives back what only this open kept alive. Every open is closed exactly once. */
  close(): void;
}

export interface FileSystem {
  /** As in /proc/mounts: `tmpfs`, `overlay`, … */
  readonly type: string;
  /** st_dev of the file system. */
  readonly dev: number;
  readonly root: Inode;

  /** `undefined` = ENOENT. Throws ENOTDIR when `dir` is none, ENAMETOOLONG over 255 bytes. */
  lookup(dir: Inode, name: string): Inode | undefined;
  /** The directory that holds directory `dir` now (`..`); the root answers itself. */
  parent(dir: Inode): Inode;
  getattr(inode: Inode): Stat;
  /** Linux's `inode_permission`: throws EACCES unless `caller` may do all of `mask` (R=4 W=2 X=1). */
  permission(inode: Inode, mask: number, caller: Caller): void;
  setattr(inode: Inode, change: AttributeChange, caller: Caller): void;

  /** Makes an empty regular file. `mode` is the permission bits; umask of `caller` applies, setgid directories too. */
  create(dir: Inode, name: string, mode: number, caller: Caller): Inode;
  mkdir(dir: Inode, name: string, mode: number, caller: Caller): Inode;
  /** Device, fifo or socket; `mode` carries the type. */
  mknod(dir: Inode, name: string, mode: number, rdev: number, caller: Caller): Inode;
  symlink(dir: Inode, name: string, target: string, caller: Caller): Inode;
  /** O_TMPFILE: a regular file with no name, nlink 0. */
  tmpfile(dir: Inode, mode: number, caller: Caller): Inode;
  link(inode: Inode, dir: Inode, name: string, caller: Caller): void;
  unlink(dir: Inode, name: string, caller: Caller): void;
  rmdir(dir: Inode, name: string, caller: Caller): void;
  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string, flags: number, caller: Caller): void;

  readlink(inode: Inode): string;
  /** The whole listing, frozen: the vfs keeps it for an open directory and asks anew after a rewind. */
  readdir(dir: Inode): readonly DirectoryEntry[];
  /** Opens a regular file. `flags` are O_*; O_TRUNC is done here, so that an overlay can copy up zero bytes. */
  open(inode: Inode, flags: number, caller: Caller): OpenFile;

  /** `undefined` = ENODATA. */
  getxattr(inode: Inode, name: string): Uint8Array | undefined;
  listxattr(inode: Inode): readonly string[];
  setxattr(inode: Inode, name: string, value: Uint8Array, flags: number, caller: Caller): void;
  removexattr(inode: Inode, name: string, caller: Caller): void;

  /**
   * chattr(1)'s flags of a file or directory (`inode-flags.ts`). That an immutable one is not changed is the vfs's
   * business. Absent: this file system knows no flags.
   */
  getFlags?(inode: Inode): number;
  /** Replaces all flags. EOPNOTSUPP for one that this file system does not keep. */
  setFlags?(inode: Inode, flags: number, caller: Caller): void;

  statfs(): StatFs;

  /**
   * Something was read through `inode` (bytes, entries, a link target): sets atime to now when relatime asks for it
   * (atime not after mtime or ctime, or a day old), and nothing else: ctime stays. The vfs does not call it on a
   * noatime or read-only mount. Absent: this file system's atimes never move by reading.
   */
  accessed?(inode: Inode): void;

  /**
   * The bytes of a regular file as an immutable value, shared rather than copied, when this file system can.
   * With `setContent` on the other side this is Linux's reflink: O(1) copy-up, zero-copy layer import.
   */
  content?(inode: Inode): Content;
  /** Replaces the bytes of a regular file (size included); shares them with every other holder until a write. */
  setContent?(inode: Inode, content: Content, caller: Caller): void;
}
