/** One operation on one side: what a process sees of it, in words that are the same on both sides when the calls are. */
import { FsError, O_PATH, S_IFDIR, S_IFIFO, S_IFMT, S_IFLNK, type Stat } from '@layerscope/core/fs';
import type { Fd, SystemCalls, TimeChange } from '@layerscope/core/vfs';
import { type Operation, SLOTS } from './generate.ts';

/** One of the two machines. `act` runs something as root or as the user. */
export interface Side {
  /** The directory that all relative paths start at. */
  readonly home: Fd;
  readonly act: <Result>(user: boolean, run: (calls: SystemCalls) => Result) => Result;
  /** As root, in between, without leaving a trace in the process's credentials. */
  readonly inspect: <Result>(run: (calls: SystemCalls) => Result) => Result;
  readonly slots: (Fd | undefined)[];
  /** Inode numbers in the order they were met: only which are the same can be compared. */
  readonly numbers: Map<bigint, number>;
}

const errnoOf = (error: unknown): string => {
  if (error instanceof FsError) return error.code;
  throw error;
};

export const attempt = (run: () => string): string => {
  try {
    return run();
  } catch (error) {
    return errnoOf(error);
  }
};

export const describeStat = (side: Side, stat: Stat): string => {
  let number = side.numbers.get(stat.ino);
  if (number === undefined) side.numbers.set(stat.ino, (number = side.numbers.size));
  const { mode, nlink, uid, gid, rdev, size, blocks } = stat;
  const directory = (mode & S_IFMT) === S_IFDIR;
  return `#${number} ${mode.toString(8)} n${nlink} ${uid}:${gid} r${rdev} ${directory ? '' : `${size} b${blocks}`}`;
};

const timeOf = (code = 0): TimeChange => (code === -1 ? 'now' : code === -2 ? 'omit' : BigInt(code) * 1_000_000_000n);

const bytes = (count = 0): Uint8Array => Uint8Array.from({ length: count }, (_, index) => 65 + (index % 26));

const hex = (data: Uint8Array): string => Buffer.from(data).toString('latin1');

const isFifo = (stat: Stat): boolean => (stat.mode & S_IFMT) === S_IFIFO;

/** A blocking open of a fifo, or a read from one, is no question of file systems. */
export const touchesFifo = (side: Side, { path, slot }: Operation): boolean => {
  try {
    return side.inspect((calls) => isFifo(calls.stat(path ?? '', true, directoryOf(side, slot))));
  } catch {
    return false;
  }
};

const directoryOf = (side: Side, slot: number | undefined): Fd =>
  slot === undefined ? side.home : (side.slots[slot] ?? side.home);

const put = (side: Side, calls: SystemCalls, fd: Fd, slot = 0): void => {
  const old = side.slots[slot % SLOTS];
  if (old !== undefined) calls.close(old);
  side.slots[slot % SLOTS] = fd;
};

/** What the caller gets to see: a value, or the name of the error. */
export const execute = (side: Side, operation: Operation): string =>
  attempt(() => side.act(operation.user, (calls) => run(side, calls, operation)));

const run = (side: Side, calls: SystemCalls, operation: Operation): string => {
  const { path = '', to = '', number = 0, other = 0, name = '', value = '', follow = true } = operation;
  const at = directoryOf(side, operation.slot);
  const fd = side.slots[operation.slot ?? 0] ?? 999;
  // The calls without an `at` take the path from the home directory through their working directory.
  switch (operation.call) {
    case 'mkdir':
      return done(calls.mkdir(path, number, at));
    case 'rmdir':
      return done(calls.rmdir(path, at));
    case 'unlink':
      return done(calls.unlink(path, at));
    case 'rename':
      return done(calls.rename(path, to, number, at, side.home));
    case 'link':
      return done(path === '' ? undefined : calls.link(path, to, follow, at, side.home));
    case 'linkDescriptor':
      return done(calls.link('', to, false, fd, side.home));
    case 'symlink':
      return done(calls.symlink(to, path, at));
    case 'readlink':
      return path === '' ? '' : calls.readlink(path, at);
    case 'mknod':
      return done(calls.mknod(path, number, other, at));
    case 'stat':
      return describeStat(side, calls.stat(path, follow, at));
    case 'access':
      // access(2) asks for the real user, who is root here all the time.
      return operation.user ? '' : done(calls.access(path, number, at));
    case 'chmod':
      return done(calls.chmod(path, number, at));
    case 'chown':
      return done(calls.chown(path, number, other, follow, at));
    case 'utimens':
      return done(calls.utimens(path, timeOf(number), timeOf(other), follow, at));
    case 'truncate':
      return done(calls.truncate(path, number));
    case 'getxattr':
      return hex(calls.getxattr(path, name, follow));
    case 'listxattr':
      return [...calls.listxattr(path, follow)].toSorted().join();
    case 'setxattr':
      return done(calls.setxattr(path, name, Buffer.from(value, 'latin1'), number, follow));
    case 'removexattr':
      return done(calls.removexattr(path, name, follow));
    case 'open':
      put(side, calls, calls.open(path, number, other, at), operation.slotTo);
      return (number & O_PATH) === 0 ? 'opened' : 'path';
    case 'close':
      calls.close(fd);
      side.slots[operation.slot ?? 0] = undefined;
      return 'ok';
    case 'dup':
      put(side, calls, calls.dup(fd), operation.slotTo);
      return 'ok';
    case 'read': {
      const into = new Uint8Array(number);
      return hex(into.subarray(0, calls.read(fd, into)));
    }
    case 'pread': {
      const into = new Uint8Array(number);
      return hex(into.subarray(0, calls.pread(fd, into, other)));
    }
    case 'write':
      return String(calls.write(fd, bytes(number)));
    case 'pwrite':
      return String(calls.pwrite(fd, bytes(number), other));
    case 'lseek': {
      const whence = (['set', 'cur', 'end', 'data', 'hole'] as const).find((word) => word === name) ?? 'set';
      // Which positions the rows of a directory have is each file system's own affair.
      const directory = (calls.fstat(fd).mode & S_IFMT) === S_IFDIR;
      if (directory && whence === 'cur') return '';
      const position = calls.lseek(fd, number, whence);
      return directory ? 'ok' : String(position);
    }
    case 'fstat':
      return describeStat(side, calls.fstat(fd));
    case 'fchmod':
      return done(calls.fchmod(fd, number));
    case 'fchown':
      return done(calls.fchown(fd, number, other));
    case 'futimens':
      return done(calls.futimens(fd, timeOf(number), timeOf(other)));
    case 'ftruncate':
      return done(calls.ftruncate(fd, number));
    case 'fallocate':
      return done(calls.fallocate(fd, number, other, 6000));
    case 'getdents':
      calls.lseek(fd, 0, 'set');
      return calls
        .getdents(fd)
        .map((row) => `${row.name}:${row.type}`)
        .toSorted()
        .join();
    default:
      throw new Error(`no such call: ${operation.call}`);
  }
};

/** For calls that answer nothing. */
const done = (answer: void): string => (answer === undefined ? 'ok' : 'something');

/** Everything below the working directory as root sees it: types, modes, owners, links, bytes, attributes. */
export const dump = (side: Side): readonly string[] => {
  const lines: string[] = [];
  const visit = (calls: SystemCalls, path: string): void => {
    const stat = calls.stat(path, false);
    const type = stat.mode & S_IFMT;
    const attributes = [...calls.listxattr(path, false)]
      .toSorted()
      .map((name) => `${name}=${hex(calls.getxattr(path, name, false))}`);
    const body = type === S_IFLNK ? calls.readlink(path) : '';
    lines.push(`${path} ${describeStat(side, stat)} ${body} ${attributes.join()}`);
    if (type !== S_IFDIR) return;
    const fd = calls.open(path, 0);
    const names = calls.getdents(fd).map(({ name }) => name);
    calls.close(fd);
    for (const name of names.toSorted()) if (name !== '.' && name !== '..') visit(calls, `${path}/${name}`);
  };
  side.inspect((calls) => visit(calls, '.'));
  return lines;
};
