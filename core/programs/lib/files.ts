/** Files by path, with errors as numbers of WASI. Paths are absolute, or relative to `/`. */
import {
  fd_close,
  fd_filestat_get,
  fd_pread,
  fd_prestat_dir_name,
  fd_prestat_get,
  fd_pwrite,
  fd_read,
  fd_readdir,
  path_create_directory,
  path_filestat_get,
  path_link,
  path_open,
  path_remove_directory,
  path_rename,
  path_symlink,
  path_unlink_file,
} from './wasi';
import { die, writeAll } from './program';

export const ENOENT = 44;
export const EEXIST = 20;

export const READ = 1;
export const WRITE = 2;
export const CREATE = 4;
export const TRUNCATE = 8;
export const APPEND = 16;
export const DIRECTORY = 32;

export const TYPE_DIRECTORY: u8 = 3;
export const TYPE_FILE: u8 = 4;

const scratch = memory.data(256);
/** What went wrong in the call before; 0 is nothing. */
let lastError: i32 = 0;

export function failure(): i32 {
  return lastError;
}

/** What strerror(3) says. */
export function errorText(errno: i32): string {
  switch (errno) {
    case 2:
      return 'Permission denied';
    case 8:
      return 'Bad file descriptor';
    case 20:
      return 'File exists';
    case 28:
      return 'Invalid argument';
    case 29:
      return 'Input/output error';
    case 31:
      return 'Is a directory';
    case 32:
      return 'Too many levels of symbolic links';
    case 44:
      return 'No such file or directory';
    case 51:
      return 'No space left on device';
    case 54:
      return 'Not a directory';
    case 55:
      return 'Directory not empty';
    case 63:
      return 'Operation not permitted';
    case 69:
      return 'Read-only file system';
    case 75:
      return 'Invalid cross-device link';
    default:
      return 'error ' + errno.toString();
  }
}

/** `path: what strerror says`, and the end. */
export function dieOf(path: string): void {
  die(path + ': ' + errorText(lastError));
}

/** The directory all paths start at: the first that was preopened. */
const ROOT: i32 = 3;

/** A path as bytes without its first slashes, or `.`. */
function encode(path: string): ArrayBuffer {
  let start = 0;
  while (start < path.length && path.charCodeAt(start) == 47) start++;
  return String.UTF8.encode(start == path.length ? '.' : path.substring(start));
}

function done(errno: i32): bool {
  lastError = errno;
  return errno == 0;
}

const READS: i64 = (1 << 1) | (1 << 2) | (1 << 5) | (1 << 14) | (1 << 21);
const WRITES: i64 = (1 << 6) | (1 << 2) | (1 << 5) | (1 << 4) | (1 << 8) | (1 << 21) | (1 << 22);

/** A descriptor, or -1. */
export function open(path: string, flags: i32): i32 {
  const name = encode(path);
  const oflags =
    ((flags & CREATE) != 0 ? 1 : 0) | ((flags & TRUNCATE) != 0 ? 8 : 0) | ((flags & DIRECTORY) != 0 ? 2 : 0);
  const rights = ((flags & READ) != 0 ? READS : 0) | ((flags & WRITE) != 0 ? WRITES : 0);
  const fdflags = (flags & APPEND) != 0 ? 1 : 0;
  return done(path_open(ROOT, 1, changetype<usize>(name), name.byteLength, oflags, rights, 0, fdflags, scratch))
    ? <i32>load<u32>(scratch)
    : -1;
}

/** The same, or the end with a message. */
export function mustOpen(path: string, flags: i32): i32 {
  const fd = open(path, flags);
  if (fd < 0) dieOf(path);
  return fd;
}

export function close(fd: i32): void {
  fd_close(fd);
}

function vector(bytes: Uint8Array): void {
  store<u32>(scratch, <u32>bytes.dataStart);
  store<u32>(scratch + 4, <u32>bytes.length);
}

/** Bytes read at the position, 0 at the end, -1 for an error. */
export function read(fd: i32, into: Uint8Array): i32 {
  vector(into);
  return done(fd_read(fd, scratch, 1, scratch + 8)) ? <i32>load<u32>(scratch + 8) : -1;
}

export function readAt(fd: i32, into: Uint8Array, offset: i64): i32 {
  vector(into);
  return done(fd_pread(fd, scratch, 1, offset, scratch + 8)) ? <i32>load<u32>(scratch + 8) : -1;
}

export function writeAt(fd: i32, from: Uint8Array, offset: i64): bool {
  vector(from);
  return done(fd_pwrite(fd, scratch, 1, offset, scratch + 8));
}

export function writeText(fd: i32, text: string): void {
  const bytes = String.UTF8.encode(text);
  writeAll(fd, changetype<usize>(bytes), bytes.byteLength);
}

/** A whole file as bytes; `null` for an error. */
export function readFile(path: string): Uint8Array | null {
  const fd = open(path, READ);
  if (fd < 0) return null;
  if (!done(fd_filestat_get(fd, scratch + 64))) return null;
  const bytes = new Uint8Array(<i32>load<u64>(scratch + 64 + 32));
  let used = 0;
  while (used < bytes.length) {
    const count = read(fd, bytes.subarray(used));
    if (count <= 0) break;
    used += count;
  }
  close(fd);
  return bytes.subarray(0, used);
}

export class Stat {
  type: u8 = 0;
  size: i64 = 0;
  mtime: i64 = 0;
  ino: u64 = 0;
}

/** `null` for an error. */
export function stat(path: string, follow: bool = true): Stat | null {
  const name = encode(path);
  if (!done(path_filestat_get(ROOT, follow ? 1 : 0, changetype<usize>(name), name.byteLength, scratch + 64)))
    return null;
  const answer = new Stat();
  answer.ino = load<u64>(scratch + 64 + 8);
  answer.type = load<u8>(scratch + 64 + 16);
  answer.size = load<i64>(scratch + 64 + 32);
  answer.mtime = load<i64>(scratch + 64 + 48);
  return answer;
}

/** Names in a directory without `.` and `..`, in order; `null` for an error. */
export function list(path: string): string[] | null {
  const fd = open(path, READ | DIRECTORY);
  if (fd < 0) return null;
  const names: string[] = [];
  const buffer = new Uint8Array(4096);
  let cookie: i64 = 0;
  for (;;) {
    if (!done(fd_readdir(fd, buffer.dataStart, 4096, cookie, scratch))) return null;
    const used = load<u32>(scratch);
    let at: u32 = 0;
    while (at + 24 <= used) {
      const row = buffer.dataStart + at;
      const length = load<u32>(row + 16);
      if (at + 24 + length > used) break;
      const name = String.UTF8.decodeUnsafe(row + 24, length);
      if (name != '.' && name != '..') names.push(name);
      cookie = load<i64>(row);
      at += 24 + length;
    }
    if (used < 4096) break;
  }
  close(fd);
  return names.sort();
}

export function makeDirectory(path: string): bool {
  const name = encode(path);
  return done(path_create_directory(ROOT, changetype<usize>(name), name.byteLength));
}

/** Makes a directory and those above it that are missing. */
export function makeDirectories(path: string): bool {
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1))
    if (!makeDirectory(path.substring(0, at)) && lastError != EEXIST) return false;
  return makeDirectory(path) || lastError == EEXIST;
}

export function removeDirectory(path: string): bool {
  const name = encode(path);
  return done(path_remove_directory(ROOT, changetype<usize>(name), name.byteLength));
}

export function remove(path: string): bool {
  const name = encode(path);
  return done(path_unlink_file(ROOT, changetype<usize>(name), name.byteLength));
}

export function rename(from: string, to: string): bool {
  const one = encode(from);
  const other = encode(to);
  return done(
    path_rename(ROOT, changetype<usize>(one), one.byteLength, ROOT, changetype<usize>(other), other.byteLength),
  );
}

export function link(from: string, to: string): bool {
  const one = encode(from);
  const other = encode(to);
  return done(
    path_link(ROOT, 0, changetype<usize>(one), one.byteLength, ROOT, changetype<usize>(other), other.byteLength),
  );
}

export function symlink(target: string, path: string): bool {
  const text = String.UTF8.encode(target);
  const name = encode(path);
  return done(path_symlink(changetype<usize>(text), text.byteLength, ROOT, changetype<usize>(name), name.byteLength));
}

/** What the first preopened directory is called. */
export function rootName(): string {
  if (fd_prestat_get(ROOT, scratch) != 0) return '';
  const length = load<u32>(scratch + 4);
  const name = new ArrayBuffer(<i32>length);
  fd_prestat_dir_name(ROOT, changetype<usize>(name), length);
  return String.UTF8.decode(name);
}
