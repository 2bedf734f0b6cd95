import {
  FsError,
  O_DIRECTORY,
  O_RDONLY,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  type Stat,
} from '@layerscope/core/fs';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';

const decoder = new TextDecoder('latin1');
const buffer = new Uint8Array(16_384);
/** Times later than this were taken from a clock, and differ. */
const CLOCK_TIMES = 1_500_000_000_000_000_000n;

export const text = (bytes: Uint8Array): string =>
  decoder.decode(bytes).replace(/\0+/g, (zeros) => `{0*${zeros.length}}`);

/** `name` of the error that `run` throws, or what it answers. */
export const outcome = (run: () => string): string => {
  try {
    return run();
  } catch (error) {
    if (error instanceof FsError) return error.code;
    throw error;
  }
};

/**
 * Inode and device numbers differ between machines, and which are the same does not: each is called by the order in
 * which it was first seen.
 */
export class Numbers {
  readonly #seen = new Map<string, number>();

  nameOf(number: number | bigint, kind: string): string {
    const key = `${kind}${number}`;
    let known = this.#seen.get(key);
    if (known === undefined) {
      known = this.#seen.size;
      this.#seen.set(key, known);
    }
    return `${kind}${known}`;
  }
}

export const describeStat = (stat: Stat, numbers: Numbers): string => {
  const type = stat.mode & S_IFMT;
  const size = type === S_IFDIR ? '' : ` s${stat.size}`;
  const rdev = type === S_IFCHR ? ` r${stat.rdev}` : '';
  const inode = `${numbers.nameOf(stat.dev, 'd')}${numbers.nameOf((BigInt(stat.dev) << 64n) + stat.ino, 'i')}`;
  const time = stat.mtime < CLOCK_TIMES ? `m${stat.mtime / 1_000_000_000n}` : 'm+';
  return `${stat.mode.toString(8)} ${stat.uid}:${stat.gid} n${stat.nlink}${size}${rdev} ${inode} ${time}`;
};

export const readAll = (calls: SystemCalls, fd: Fd): string => text(buffer.slice(0, calls.pread(fd, buffer, 0)));

export const readFile = (calls: SystemCalls, path: string): string => {
  const fd = calls.open(path, O_RDONLY);
  try {
    return readAll(calls, fd);
  } finally {
    calls.close(fd);
  }
};

/** The names of a directory with their types, sorted: the order within a layer is the layer's own. */
export const listDirectory = (calls: SystemCalls, path: string): readonly string[] => {
  const fd = calls.open(path, O_RDONLY | O_DIRECTORY);
  try {
    return rowsOf(calls, fd);
  } finally {
    calls.close(fd);
  }
};

export const rowsOf = (calls: SystemCalls, fd: Fd): readonly string[] =>
  calls
    .getdents(fd)
    .filter(({ name }) => name !== '.' && name !== '..')
    .map(({ name, type }) => `${name}:${(type >> 12).toString(8)}`)
    .toSorted();

const describeXattrs = (calls: SystemCalls, path: string): string => {
  const names = calls.listxattr(path, false).toSorted();
  return names
    .map((name) => {
      // Handles and ids are chosen by each machine for itself.
      if (/^(trusted|user)\.overlay\.(origin|uuid|upper)$/.test(name)) return ` ${name}`;
      return ` ${name}=${text(calls.getxattr(path, name, false))}`;
    })
    .join('');
};

/** Every object below `path` as a line; with `entryNumbers`, whether listings have the number that stat has. */
export const describeTree = (calls: SystemCalls, path: string, entryNumbers: boolean): readonly string[] => {
  const numbers = new Numbers();
  const lines: string[] = [];
  const visit = (at: string, shown: string): void => {
    const line = outcome(() => {
      const stat = calls.stat(at, false);
      const type = stat.mode & S_IFMT;
      const body = type === S_IFLNK ? ` -> ${calls.readlink(at)}` : type === S_IFREG ? ` "${readFile(calls, at)}"` : '';
      return `${describeStat(stat, numbers)}${body}${describeXattrs(calls, at)}`;
    });
    lines.push(`${shown || '/'} ${line}`);
    if (!line.startsWith('4')) return;
    const listing = outcome(() => listDirectory(calls, at).join('\n'));
    if (/^E[A-Z]+$/.test(listing)) lines.push(`${shown}/* ${listing}`);
    else
      for (const row of listing.split('\n').filter(Boolean)) {
        const name = row.slice(0, row.lastIndexOf(':'));
        lines.push(`${shown}/* lists ${row}${entryNumbers ? numberNote(calls, at, name) : ''}`);
        visit(`${at}/${name}`, `${shown}/${name}`);
      }
  };
  visit(path, '');
  return lines;
};

const numberNote = (calls: SystemCalls, dir: string, name: string): string => {
  const fd = calls.open(dir, O_RDONLY | O_DIRECTORY);
  const listed = calls.getdents(fd).find((row) => row.name === name)?.ino;
  calls.close(fd);
  return outcome(() => (calls.stat(`${dir}/${name}`, false).ino === listed ? '' : ' with another number'));
};

/** What lies in the work directory, without the names, which are counters. */
export const describeWork = (calls: SystemCalls, path: string): readonly string[] =>
  listDirectory(calls, path)
    .flatMap((row) => {
      const at = `${path}/${row.slice(0, row.lastIndexOf(':'))}`;
      const stat = calls.stat(at, false);
      const line = `${stat.mode.toString(8)} n${stat.nlink}${describeXattrs(calls, at)}`;
      return (stat.mode & S_IFMT) === S_IFDIR ? [`work ${line}`, ...describeWork(calls, at)] : [line];
    })
    .toSorted();
