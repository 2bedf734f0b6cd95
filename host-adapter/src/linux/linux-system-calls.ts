/**
 * This process's own system calls in the shape of core's `SystemCalls`, so that one program runs on Linux and on the
 * simulated kernel. Paths are the host's.
 */
import { type Caller, decodeName, fail, ROOT, type Stat, type StatFs } from '@layerscope/core/fs';
import type { Dirent, Fd, SystemCalls, TimeChange } from '@layerscope/core/vfs';
import { architecture } from './architecture.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  call,
  cString,
} from './libc.ts';
import {
  decodeDirents,
  decodeStatfs,
  decodeStatx,
  encodeTimes,
  FS_IOC_GETFLAGS,
  FS_IOC_SETFLAGS,
  STATFS_SIZE,
  STATX_MASK,
  STATX_SIZE,
} from './records.ts';

const ROOM = 65_536;
const WHENCE = { set: 0, cur: 1, end: 2, data: 3, hole: 4 } as const;

export const createLinuxSystemCalls = (): SystemCalls => new LinuxSystemCalls();

class LinuxSystemCalls implements SystemCalls {
  readonly #buffer = Buffer.alloc(ROOM);
  readonly #statxView = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, STATX_SIZE);

  get caller(): Caller {
    const uid = process.getuid?.() ?? 0;
    const umask = process.umask();
    return { ...ROOT, uid, gid: process.getgid?.() ?? 0, groups: process.getgroups?.() ?? [], umask };
  }

  mkdir(path: string, mode: number, at: Fd = AT_FDCWD): void {
    call('mkdir', at, cString(path), mode);
  }
  rmdir(path: string, at: Fd = AT_FDCWD): void {
    call('unlink', at, cString(path), AT_REMOVEDIR);
  }
  unlink(path: string, at: Fd = AT_FDCWD): void {
    call('unlink', at, cString(path), 0);
  }
  rename(from: string, to: string, flags = 0, fromAt: Fd = AT_FDCWD, toAt: Fd = AT_FDCWD): void {
    call('rename', fromAt, cString(from), toAt, cString(to), flags);
  }
  link(from: string, to: string, follow = false, fromAt: Fd = AT_FDCWD, toAt: Fd = AT_FDCWD): void {
    const flags = (follow ? AT_SYMLINK_FOLLOW : 0) | (from === '' && fromAt !== AT_FDCWD ? AT_EMPTY_PATH : 0);
    call('link', fromAt, cString(from), toAt, cString(to), flags);
  }
  symlink(target: string, path: string, at: Fd = AT_FDCWD): void {
    call('symlink', cString(target), at, cString(path));
  }
  readlink(path: string, at: Fd = AT_FDCWD): string {
    return this.#text(call('readlink', at, cString(path), this.#buffer, ROOM));
  }
  mknod(path: string, mode: number, rdev: number, at: Fd = AT_FDCWD): void {
    call('mknod', at, cString(path), mode, rdev);
  }

  stat(path: string, follow = true, at: Fd = AT_FDCWD): Stat {
    return this.#statx(at, path, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }
  access(path: string, mask: number, at: Fd = AT_FDCWD): void {
    call('access', at, cString(path), mask, 0);
  }
  chmod(path: string, mode: number, at: Fd = AT_FDCWD): void {
    call('chmod', at, cString(path), mode, 0);
  }
  chown(path: string, uid: number, gid: number, follow = true, at: Fd = AT_FDCWD): void {
    call('chown', at, cString(path), uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }
  utimens(path: string, atime: TimeChange, mtime: TimeChange, follow = true, at: Fd = AT_FDCWD): void {
    call('utimens', at, cString(path), encodeTimes(atime, mtime), follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }
  truncate(path: string, size: number): void {
    call('truncate', cString(path), size);
  }
  getxattr(path: string, name: string, follow = true): Uint8Array {
    return this.#bytes(call(follow ? 'getxattr' : 'lgetxattr', cString(path), cString(name), this.#buffer, ROOM));
  }
  listxattr(path: string, follow = true): readonly string[] {
    const length = call(follow ? 'listxattr' : 'llistxattr', cString(path), this.#buffer, ROOM);
    return length === 0 ? [] : this.#text(length - 1).split('\0');
  }
  setxattr(path: string, name: string, value: Uint8Array, flags = 0, follow = true): void {
    call(follow ? 'setxattr' : 'lsetxattr', cString(path), cString(name), value, value.length, flags);
  }
  removexattr(path: string, name: string, follow = true): void {
    call(follow ? 'removexattr' : 'lremovexattr', cString(path), cString(name));
  }
  statfs(path: string): StatFs {
    const bytes = Buffer.alloc(STATFS_SIZE);
    call('statfs', cString(path), bytes);
    return decodeStatfs(bytes);
  }

  open(path: string, flags: number, mode = 0, at: Fd = AT_FDCWD): Fd {
    return call('open', at, cString(path), flags, mode);
  }
  close(fd: Fd): void {
    call('close', fd);
  }
  dup(fd: Fd): Fd {
    return call('dup', fd);
  }
  dup2(fd: Fd, to: Fd): Fd {
    return call('dup2', fd, to);
  }
  read(fd: Fd, into: Uint8Array): number {
    return call('read', fd, into, into.length);
  }
  pread(fd: Fd, into: Uint8Array, position: number): number {
    return call('pread', fd, into, into.length, position);
  }
  write(fd: Fd, from: Uint8Array): number {
    return call('write', fd, from, from.length);
  }
  pwrite(fd: Fd, from: Uint8Array, position: number): number {
    return call('pwrite', fd, from, from.length, position);
  }
  lseek(fd: Fd, offset: number, whence: keyof typeof WHENCE): number {
    return call('lseek', fd, offset, WHENCE[whence]);
  }
  fstat(fd: Fd): Stat {
    return this.#statx(fd, '', AT_EMPTY_PATH);
  }
  fchmod(fd: Fd, mode: number): void {
    call('fchmod', fd, mode);
  }
  fchown(fd: Fd, uid: number, gid: number): void {
    call('fchown', fd, uid, gid);
  }
  futimens(fd: Fd, atime: TimeChange, mtime: TimeChange): void {
    call('futimens', fd, encodeTimes(atime, mtime));
  }
  ftruncate(fd: Fd, size: number): void {
    call('ftruncate', fd, size);
  }
  fallocate(fd: Fd, mode: number, offset: number, length: number): void {
    call('fallocate', fd, mode, offset, length);
  }
  fsync(fd: Fd): void {
    call('fsync', fd);
  }
  /** The kernel gives as many rows as fit its buffer; a smaller `count` is refused, as its rest would be lost. */
  getdents(fd: Fd, count?: number): readonly Dirent[] {
    if (count !== undefined) fail('EINVAL', 'getdents64 counts bytes, not rows');
    const rows: Dirent[] = [];
    for (;;) {
      const length = call('getdents', fd, this.#buffer, ROOM);
      if (length === 0) return rows;
      rows.push(...decodeDirents(this.#buffer, length));
    }
  }
  fgetxattr(fd: Fd, name: string): Uint8Array {
    return this.#bytes(call('fgetxattr', fd, cString(name), this.#buffer, ROOM));
  }
  getFlags(fd: Fd): number {
    call('ioctl', fd, FS_IOC_GETFLAGS, this.#buffer);
    return this.#buffer.readInt32LE(0);
  }
  setFlags(fd: Fd, flags: number): void {
    this.#buffer.writeInt32LE(flags, 0);
    call('ioctl', fd, FS_IOC_SETFLAGS, this.#buffer);
  }
  fsetxattr(fd: Fd, name: string, value: Uint8Array, flags = 0): void {
    call('fsetxattr', fd, cString(name), value, value.length, flags);
  }

  chdir(path: string): void {
    call('chdir', cString(path));
  }
  fchdir(fd: Fd): void {
    call('fchdir', fd);
  }
  getcwd(): string {
    return this.#text(call('getcwd', architecture.getcwd, this.#buffer, ROOM) - 1);
  }
  chroot(path: string): void {
    call('chroot', cString(path));
  }
  umask(mask: number): number {
    return call('umask', mask);
  }

  #statx(at: Fd, path: string, flags: number): Stat {
    call('statx', at, cString(path), flags, STATX_MASK, this.#buffer);
    return decodeStatx(this.#statxView);
  }

  #bytes(length: number): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, length));
  }

  #text(length: number): string {
    return decodeName(this.#buffer.subarray(0, length));
  }
}

/**
 * Does the file-system work of `run` as another user (setfsuid(2), setfsgid(2)): this thread then lacks the file
 * capabilities, but not CAP_SYS_ADMIN. Needs root.
 */
export const asUser = <Result>(uid: number, gid: number, run: () => Result): Result => {
  call('setfsgid', gid);
  call('setfsuid', uid);
  try {
    return run();
  } finally {
    call('setfsuid', 0);
    call('setfsgid', 0);
  }
};
