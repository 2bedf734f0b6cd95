import { O_NONBLOCK, O_RDWR, O_TMPFILE, O_RDONLY, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '@layerscope/core/fs';
import type { Fd, SystemCalls, TimeChange } from '@layerscope/core/vfs';
import { type Machine, MERGED } from './machine.ts';
import { describeStat, listDirectory, type Numbers, outcome, readAll, readFile, rowsOf, text } from './observe.ts';
import type { Operation, Time } from './scene.ts';

const encoder = new TextEncoder();

/** The descriptors and numbers that a sequence has met on one machine. */
export interface Run {
  readonly machine: Machine;
  readonly slots: Map<number, Fd>;
  readonly numbers: Numbers;
}

const timeOf = (time: Time): TimeChange => (typeof time === 'number' ? BigInt(time) * 1_000_000_000n : time);

/** Does one operation and answers what can be seen of its result: an errno's name, or the values. */
export const execute = (run: Run, operation: Operation): string =>
  outcome(() => {
    if ('slot' in operation && operation.call !== 'open') return onSlot(run, operation.slot, operation);
    if (!('path' in operation)) return 'nothing';
    const { machine } = run;
    if ('user' in operation && operation.user === true) {
      // The slots belong to root's process.
      if (operation.call === 'open') return 'skipped';
      return machine.asUser((calls) => onPath(run, calls, operation));
    }
    return onPath(run, machine.calls, operation);
  });

const SPECIAL = 'special file';

const isSpecial = (calls: SystemCalls, path: string): boolean => {
  const type = outcome(() => String(calls.stat(path).mode & S_IFMT));
  return /^\d+$/.test(type) && ![S_IFREG, S_IFDIR, S_IFLNK].includes(Number(type));
};

const onPath = (run: Run, calls: SystemCalls, operation: Operation & { readonly path: string }): string => {
  const root = run.machine.base + MERGED;
  const path = `${root}/${operation.path}`;
  switch (operation.call) {
    case 'stat':
    case 'lstat':
      return describeStat(calls.stat(path, operation.call === 'stat'), run.numbers);
    case 'readdir':
      return listDirectory(calls, path).join(' ');
    case 'read':
      return isSpecial(calls, path) ? SPECIAL : readFile(calls, path);
    case 'readlink':
      return calls.readlink(path);
    case 'listxattr':
      return calls.listxattr(path, false).toSorted().join(' ');
    case 'rmdir':
      calls.rmdir(path);
      return 'ok';
    case 'unlink':
      calls.unlink(path);
      return 'ok';
    case 'access':
      calls.access(path, operation.mode);
      return 'ok';
    case 'mkdir':
      calls.mkdir(path, operation.mode);
      return 'ok';
    case 'chmod':
      calls.chmod(path, operation.mode);
      return 'ok';
    case 'open':
      return open(run, path, operation.flags, operation.mode, operation.slot);
    case 'rename':
      calls.rename(path, `${root}/${operation.to}`, operation.flags);
      return 'ok';
    case 'link':
      calls.link(path, `${root}/${operation.to}`, operation.flags === 1);
      return 'ok';
    case 'tmpfile':
      return linkUnnamed(calls, path, `${root}/${operation.to}`);
    case 'getflags':
      return isSpecial(calls, path) ? SPECIAL : withOpen(calls, path, (fd) => `flags ${calls.getFlags(fd)}`);
    case 'setflags':
      if (isSpecial(calls, path)) return SPECIAL;
      return withOpen(calls, path, (fd) => (calls.setFlags(fd, operation.flags), 'ok'));
    case 'symlink':
      calls.symlink(operation.target, path);
      return 'ok';
    case 'mknod':
      calls.mknod(path, operation.mode, operation.rdev);
      return 'ok';
    case 'chown':
    case 'lchown':
      calls.chown(path, operation.uid, operation.gid, operation.call === 'chown');
      return 'ok';
    case 'utimens':
      calls.utimens(path, timeOf(operation.atime), timeOf(operation.mtime), operation.follow);
      return 'ok';
    case 'truncate':
      if (isSpecial(calls, path)) return SPECIAL;
      calls.truncate(path, operation.size);
      return 'ok';
    case 'getxattr':
      return text(calls.getxattr(path, operation.name, false));
    case 'removexattr':
      calls.removexattr(path, operation.name, false);
      return 'ok';
    case 'setxattr':
      calls.setxattr(path, operation.name, Buffer.from(operation.value, 'latin1'), operation.flags, false);
      return 'ok';
    default:
      return 'nothing';
  }
};

const open = (run: Run, path: string, flags: number, mode: number, slot: number): string => {
  const { calls } = run.machine;
  if (isSpecial(calls, path)) return SPECIAL;
  const fd = calls.open(path, flags | O_NONBLOCK, mode);
  const before = run.slots.get(slot);
  if (before !== undefined) calls.close(before);
  run.slots.set(slot, fd);
  return describeStat(calls.fstat(fd), run.numbers);
};

const withOpen = (calls: SystemCalls, path: string, use: (fd: Fd) => string): string => {
  const fd = calls.open(path, O_RDONLY | O_NONBLOCK);
  try {
    return use(fd);
  } finally {
    calls.close(fd);
  }
};

const linkUnnamed = (calls: SystemCalls, dir: string, to: string): string => {
  const fd = calls.open(dir, O_TMPFILE | O_RDWR, 0o640);
  try {
    calls.write(fd, encoder.encode('unnamed'));
    calls.link('', to, false, fd);
    return 'ok';
  } finally {
    calls.close(fd);
  }
};

const onSlot = (run: Run, slot: number, operation: Operation): string => {
  const { calls } = run.machine;
  const fd = run.slots.get(slot);
  if (fd === undefined) return 'empty slot';
  switch (operation.call) {
    case 'close':
      calls.close(fd);
      run.slots.delete(slot);
      return 'ok';
    case 'fstat':
      return describeStat(calls.fstat(fd), run.numbers);
    case 'fdents':
      calls.lseek(fd, 0, 'set');
      return rowsOf(calls, fd).join(' ');
    case 'fread': {
      const into = new Uint8Array(16);
      return text(into.slice(0, calls.pread(fd, into, operation.position)));
    }
    case 'fwrite':
      return String(calls.pwrite(fd, encoder.encode(operation.data), operation.position));
    case 'fchmod':
      calls.fchmod(fd, operation.mode);
      return 'ok';
    case 'fchown':
      calls.fchown(fd, operation.uid, operation.gid);
      return 'ok';
    case 'futimens':
      calls.futimens(fd, timeOf(operation.atime), timeOf(operation.mtime));
      return 'ok';
    case 'ftruncate':
      calls.ftruncate(fd, operation.size);
      return 'ok';
    case 'fallocate':
      calls.fallocate(fd, operation.mode, operation.position, operation.size);
      return 'ok';
    case 'fsetxattr':
      calls.fsetxattr(fd, operation.name, Buffer.from(operation.value, 'latin1'), operation.flags);
      return 'ok';
    case 'mkdirat':
      calls.mkdir(operation.path, 0o755, fd);
      return 'ok';
    case 'unlinkat':
      calls.unlink(operation.path, fd);
      return 'ok';
    case 'openat': {
      const type = calls.stat(operation.path, true, fd).mode & S_IFMT;
      if (type !== S_IFREG && type !== S_IFDIR) return SPECIAL;
      const opened = calls.open(operation.path, O_RDONLY | O_NONBLOCK, 0, fd);
      const shown = outcome(() => readAll(calls, opened));
      calls.close(opened);
      return shown;
    }
    default:
      return 'nothing';
  }
};
