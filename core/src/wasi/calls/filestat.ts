/** filestat: stat(2) as WASI tells it, and the times a program may set. */
import { isCharDevice, S_IFMT, type Nanoseconds, type Stat } from '../../fs/index.ts';
import type { TimeChange } from '../../vfs/index.ts';
import { refuse } from '../abi/errno.ts';
import { FILETYPE_CHARACTER_DEVICE, filetypeOf, LOOKUP_SYMLINK_FOLLOW } from '../abi/types.ts';
import * as rights from '../descriptors/rights.ts';
import type { WasiSystem } from '../system.ts';
import type { CallTable } from './call.ts';

const ATIM = 1;
const ATIM_NOW = 2;
const MTIM = 4;
const MTIM_NOW = 8;

const writeFilestat = ({ memory }: WasiSystem, out: number, stat: Stat): void => {
  const at = out >>> 0;
  memory.setSize(at, stat.dev);
  memory.setU64(at + 8, stat.ino);
  memory.setSize(at + 16, filetypeOf(stat.mode & S_IFMT));
  memory.setSize(at + 24, stat.nlink);
  memory.setSize(at + 32, isCharDevice(stat.mode) ? 0 : stat.size);
  memory.setU64(at + 40, stat.atime);
  memory.setU64(at + 48, stat.mtime);
  memory.setU64(at + 56, stat.ctime);
};

/** A stream that is no file has no stat: a character device at no place, with the time now. */
const writeStreamStat = (system: WasiSystem, out: number, filetype: number): void => {
  const at = out >>> 0;
  const now = system.now();
  system.memory.slice(at, 40).fill(0);
  system.memory.setSize(at + 16, filetype);
  system.memory.setSize(at + 24, 1);
  for (const offset of [40, 48, 56]) system.memory.setU64(at + offset, now);
};

const timeChange = (flags: number, given: number, now: number, value: Nanoseconds): TimeChange => {
  if ((flags & given) !== 0 && (flags & now) !== 0) refuse('EINVAL');
  if ((flags & now) !== 0) return 'now';
  return (flags & given) !== 0 ? BigInt.asUintN(64, value) : 'omit';
};

const times = (atim: bigint, mtim: bigint, flags: number): readonly [TimeChange, TimeChange] => {
  if ((flags & ~(ATIM | ATIM_NOW | MTIM | MTIM_NOW)) !== 0) refuse('EINVAL');
  return [timeChange(flags, ATIM, ATIM_NOW, atim), timeChange(flags, MTIM, MTIM_NOW, mtim)];
};

export const filestatCalls = (system: WasiSystem): CallTable => {
  const { process, table } = system;
  return {
    fd_filestat_get: (fd: number, out: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_FILESTAT_GET);
      if (descriptor.file === undefined) writeStreamStat(system, out, descriptor.filetype);
      else writeFilestat(system, out, process.fstat(descriptor.file));
    },
    fd_filestat_set_size: (fd: number, size: bigint) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_FILESTAT_SET_SIZE);
      process.ftruncate(descriptor.requireFile('EINVAL'), Number(BigInt.asIntN(64, size)));
    },
    fd_filestat_set_times: (fd: number, atim: bigint, mtim: bigint, flags: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_FILESTAT_SET_TIMES);
      const [atime, mtime] = times(atim, mtim, flags);
      process.futimens(descriptor.requireFile('EINVAL'), atime, mtime);
    },
    path_filestat_get: (fd: number, lookup: number, pointer: number, length: number, out: number) => {
      const { file } = system.directory(fd, rights.PATH_FILESTAT_GET);
      const follow = (lookup & LOOKUP_SYMLINK_FOLLOW) !== 0;
      writeFilestat(system, out, process.stat(system.path(pointer, length), follow, file));
    },
    path_filestat_set_times: (
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      atim: bigint,
      mtim: bigint,
      flags: number,
    ) => {
      const { file } = system.directory(fd, rights.PATH_FILESTAT_SET_TIMES);
      const [atime, mtime] = times(atim, mtim, flags);
      const follow = (lookup & LOOKUP_SYMLINK_FOLLOW) !== 0;
      process.utimens(system.path(pointer, length), atime, mtime, follow, file);
    },
  };
};

/** What a stream that is no file is to a program: a terminal is a character device, a pipe has no type. */
export const streamFiletype = (terminal: boolean | undefined): number =>
  terminal === true ? FILETYPE_CHARACTER_DEVICE : 0;
