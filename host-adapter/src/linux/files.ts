/** System calls on files that Node has no function for. */
import type { Fd } from '@layerscope/core/vfs';
import { FsError } from '@layerscope/core/fs';
import { architecture, SYSTEM_CALLS } from './architecture.ts';
import { AT_FDCWD, bind, call, cString } from './libc.ts';

export const O_CLOEXEC = 0o2000000;

/** openat2(2): what a path walk may not do. */
export const RESOLVE_NO_XDEV = 0x01;
export const RESOLVE_IN_ROOT = 0x10;

/** openat2(2), Linux 5.6. `resolve` are RESOLVE_* bits; RESOLVE_IN_ROOT makes `at` the root of the walk. */
export const openHow = (at: Fd, path: string, flags: number, resolve: number): Fd => {
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(architecture.openFlags(flags)), 0);
  how.writeBigUInt64LE(BigInt(resolve), 16);
  return call('openHow', SYSTEM_CALLS.openat2, at, cString(path), how, how.length);
};

/** copy_file_range(2) at `position` of both files: bytes copied inside the kernel, 0 at the end. */
export const copyRange = (from: Fd, to: Fd, position: number, length: number): number => {
  const offset = (): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(position));
    return bytes;
  };
  return call('copyRange', from, offset(), to, offset(), length, 0);
};

const FICLONE = 0x40049409;
const ioctlNumber = bind('ioctlNumber');

/** Makes `to` share all bytes of `from` (FICLONE: btrfs, xfs); `false` where the file system cannot. */
export const shareBytes = (from: Fd, to: Fd): boolean => ioctlNumber(to, FICLONE, from) === 0;

/** syncfs(2): waits until everything of the file system that holds the directory `path` is on its disk. */
export const syncFileSystem = (path: string): void => {
  const fd = call('open', AT_FDCWD, cString(path), O_CLOEXEC, 0);
  try {
    call('syncfs', fd);
  } finally {
    call('close', fd);
  }
};

const LOCK_EX = 2;
const LOCK_NB = 4;

/** flock(2), exclusive, at once; `false` when another open file has it. The lock ends with the last descriptor. */
export const tryLock = (fd: Fd): boolean => {
  try {
    call('flock', fd, LOCK_EX | LOCK_NB);
    return true;
  } catch (error) {
    if (error instanceof FsError && error.code === 'EAGAIN') return false;
    throw error;
  }
};
