/** A process whose system calls are made in another thread: for a WASI program in a worker of its own. */
import { FsError, type ErrnoName, type Nanoseconds, type Stat } from '../../fs/index.ts';
import type { Dirent } from '../../vfs/index.ts';
import { ProgramExit } from '../exit.ts';
import type { WasiProcess } from '../system.ts';
import type { WasiStream } from '../descriptors/stream.ts';
import { PAYLOAD } from './channel.ts';
import type { Value } from './codec.ts';

/** An answer: `[true, value]`, `[false, code]` for an `FsError`, or `[status]`: the program is to end. */
export type Call = (name: string, ...args: readonly Value[]) => Value;

export const createCall =
  (send: (request: Value) => Value): Call =>
  (name, ...args) => {
    const answer = send([name, ...args]) as readonly Value[];
    const [succeeded, value] = answer;
    if (succeeded === true) return value;
    if (succeeded === false) throw new FsError(value as ErrnoName);
    throw new ProgramExit(Number(succeeded));
  };

/** The order in which a `Stat` travels. */
const STAT_FIELDS = [
  'dev',
  'ino',
  'mode',
  'nlink',
  'uid',
  'gid',
  'rdev',
  'size',
  'blocks',
  'blksize',
  'atime',
  'mtime',
  'ctime',
  'btime',
] as const satisfies readonly (keyof Stat)[];

export const statToList = (stat: Stat): Value => STAT_FIELDS.map((field) => stat[field]);
const statFromList = (list: Value): Stat =>
  Object.fromEntries(STAT_FIELDS.map((field, index) => [field, (list as readonly Value[])[index]])) as unknown as Stat;

/** Rows told of in one answer, with names of the longest kind. */
const ROWS = 200;

/** Copies what was answered to a read. */
const fill = (into: Uint8Array, answer: Value): number => {
  const bytes = answer as Uint8Array;
  into.set(bytes);
  return bytes.length;
};

export const remoteProcess = (call: Call): WasiProcess => {
  const number = (name: string, ...args: readonly Value[]): number => call(name, ...args) as number;
  const run = (name: string, ...args: readonly Value[]): void => void call(name, ...args);
  return {
    open: (path, flags, mode, at) => number('open', path, flags, mode, at),
    close: (fd) => run('close', fd),
    read: (fd, into) => fill(into, call('read', fd, Math.min(into.length, PAYLOAD))),
    pread: (fd, into, position) => fill(into, call('pread', fd, Math.min(into.length, PAYLOAD), position)),
    write: (fd, from) => number('write', fd, from.subarray(0, PAYLOAD)),
    pwrite: (fd, from, position) => number('pwrite', fd, from.subarray(0, PAYLOAD), position),
    lseek: (fd, offset, whence) => number('lseek', fd, offset, whence),
    fsync: (fd) => run('fsync', fd),
    fallocate: (fd, mode, offset, length) => run('fallocate', fd, mode, offset, length),
    ftruncate: (fd, size) => run('ftruncate', fd, size),
    fstat: (fd) => statFromList(call('fstat', fd)),
    stat: (path, follow, at) => statFromList(call('stat', path, follow, at)),
    futimens: (fd, atime, mtime) => run('futimens', fd, atime, mtime),
    utimens: (path, atime, mtime, follow, at) => run('utimens', path, atime, mtime, follow, at),
    mkdir: (path, mode, at) => run('mkdir', path, mode, at),
    rmdir: (path, at) => run('rmdir', path, at),
    unlink: (path, at) => run('unlink', path, at),
    symlink: (target, path, at) => run('symlink', target, path, at),
    readlink: (path, at) => call('readlink', path, at) as string,
    link: (from, to, follow, fromAt, toAt) => run('link', from, to, follow, fromAt, toAt),
    rename: (from, to, flags, fromAt, toAt) => run('rename', from, to, flags, fromAt, toAt),
    getdents: (fd, count = ROWS) => {
      const rows = call('getdents', fd, Math.min(count, ROWS)) as readonly (readonly Value[])[];
      return rows.map(([name, ino, type, offset]) => ({ name, ino, type, offset }) as Dirent);
    },
    confine: (beneath) => run('confine', beneath),
  };
};

/** One of the program's streams: reading makes the program wait, writing waits for room. */
export const remoteStream = (
  call: Call,
  index: number,
  { file, terminal }: { readonly file?: number | undefined; readonly terminal?: boolean | undefined },
): WasiStream => ({
  ...(file === undefined ? {} : { file }),
  ...(terminal === true ? { terminal } : {}),
  read: (into) => fill(into, call('stream-read', index, Math.min(into.length, PAYLOAD))),
  write: (bytes) => {
    for (let done = 0; done < bytes.length; done += PAYLOAD)
      call('stream-write', index, bytes.subarray(done, done + PAYLOAD));
  },
});

export const remoteClock = (call: Call): { now(): Nanoseconds } => ({ now: () => call('now') as bigint });

export const remoteRandom = (call: Call): { bytes(length: number): Uint8Array } => ({
  bytes: (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += PAYLOAD)
      bytes.set(call('random', Math.min(PAYLOAD, length - at)) as Uint8Array, at);
    return bytes;
  },
});
