/**
 * The system calls a process makes, path- and descriptor-shaped, as Linux's VFS offers them over any `FileSystem`s
 * mounted in one namespace. Everything is synchronous and throws `FsError`.
 *
 * Paths are strings; relative ones start at `at` when given (a directory descriptor), else at the process's cwd.
 * A trailing slash, `.`/`..`, symlinks (40 at most) and mount points mean what path_resolution(7) says.
 */
import type { Caller, FileMode, Nanoseconds, Stat, StatFs } from '../fs/index.ts';

/** A file descriptor: an index into the process's table. */
export type Fd = number;

/** A row of getdents64(2). `offset` is what lseek(2) takes to go on after this row. */
export interface Dirent {
  readonly name: string;
  readonly ino: bigint;
  /** The `S_IFMT` bits (Linux's `DT_*` is this, shifted right by 12). */
  readonly type: FileMode;
  readonly offset: number;
}

/** A time for utimensat(2): nanoseconds, now, or leave. */
export type TimeChange = Nanoseconds | 'now' | 'omit';

export interface SystemCalls {
  readonly caller: Caller;

  // Paths: names
  mkdir(path: string, mode: number, at?: Fd): void;
  rmdir(path: string, at?: Fd): void;
  unlink(path: string, at?: Fd): void;
  rename(from: string, to: string, flags?: number, fromAt?: Fd, toAt?: Fd): void;
  /** linkat(2); `follow` is AT_SYMLINK_FOLLOW. An empty `from` with `fromAt` links an O_TMPFILE (AT_EMPTY_PATH). */
  link(from: string, to: string, follow?: boolean, fromAt?: Fd, toAt?: Fd): void;
  symlink(target: string, path: string, at?: Fd): void;
  readlink(path: string, at?: Fd): string;
  /** `mode` carries type and permission bits; umask applies. */
  mknod(path: string, mode: number, rdev: number, at?: Fd): void;

  // Paths: attributes. `follow` defaults to true, as in the calls without an `l`.
  stat(path: string, follow?: boolean, at?: Fd): Stat;
  /** access(2) mask: R=4 W=2 X=1, 0 = exists. */
  access(path: string, mask: number, at?: Fd): void;
  chmod(path: string, mode: number, at?: Fd): void;
  /** -1 leaves an id as it is. */
  chown(path: string, uid: number, gid: number, follow?: boolean, at?: Fd): void;
  utimens(path: string, atime: TimeChange, mtime: TimeChange, follow?: boolean, at?: Fd): void;
  truncate(path: string, size: number): void;
  getxattr(path: string, name: string, follow?: boolean): Uint8Array;
  listxattr(path: string, follow?: boolean): readonly string[];
  setxattr(path: string, name: string, value: Uint8Array, flags?: number, follow?: boolean): void;
  removexattr(path: string, name: string, follow?: boolean): void;
  statfs(path: string): StatFs;

  // Descriptors
  open(path: string, flags: number, mode?: number, at?: Fd): Fd;
  close(fd: Fd): void;
  dup(fd: Fd): Fd;
  dup2(fd: Fd, to: Fd): Fd;
  read(fd: Fd, into: Uint8Array): number;
  pread(fd: Fd, into: Uint8Array, position: number): number;
  write(fd: Fd, from: Uint8Array): number;
  pwrite(fd: Fd, from: Uint8Array, position: number): number;
  lseek(fd: Fd, offset: number, whence: 'set' | 'cur' | 'end' | 'data' | 'hole'): number;
  fstat(fd: Fd): Stat;
  fchmod(fd: Fd, mode: number): void;
  fchown(fd: Fd, uid: number, gid: number): void;
  futimens(fd: Fd, atime: TimeChange, mtime: TimeChange): void;
  ftruncate(fd: Fd, size: number): void;
  fallocate(fd: Fd, mode: number, offset: number, length: number): void;
  fsync(fd: Fd): void;
  /** Up to `count` rows from the descriptor's position, `.` and `..` first; an empty answer is the end. */
  getdents(fd: Fd, count?: number): readonly Dirent[];
  fgetxattr(fd: Fd, name: string): Uint8Array;
  /** ioctl_iflags(2): chattr(1)'s flags of an open file or directory. ENOTTY where there are none. */
  getFlags(fd: Fd): number;
  setFlags(fd: Fd, flags: number): void;
  fsetxattr(fd: Fd, name: string, value: Uint8Array, flags?: number): void;

  // The process
  chdir(path: string): void;
  fchdir(fd: Fd): void;
  /** The absolute path of the cwd, seen from the process's root. */
  getcwd(): string;
  chroot(path: string): void;
  umask(mask: number): number;
}
