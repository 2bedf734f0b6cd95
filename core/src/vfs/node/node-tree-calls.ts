/** Node's calls that walk: readdir, mkdir -p, rm -r, mkdtemp, realpath. */
import { FsError, O_DIRECTORY, O_RDONLY, type Random, S_IFDIR, S_IFLNK, S_IFMT, compareNames } from '../../fs/index.ts';
import type { SystemCalls } from '../system-calls.ts';
import { type EncodingOption, type PathLike, pathOf } from './node-arguments.ts';
import { modeOf } from './node-descriptor-calls.ts';
import { named } from './node-error.ts';
import type { NodeFsSync } from './node-fs-types.ts';
import { NodeDirent } from './node-stats.ts';

type TreeCalls = Pick<NodeFsSync, 'mkdirSync' | 'mkdtempSync' | 'readdirSync' | 'realpathSync' | 'rmSync'>;

const join = (dir: string, name: string): string => (dir.endsWith('/') ? dir + name : `${dir}/${name}`);

const parentOf = (path: string): string => path.replace(/\/*[^/]+\/*$/, '') || (path.startsWith('/') ? '/' : '.');

const hasCode = (error: unknown, code: string): boolean => error instanceof FsError && error.code === code;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export const treeCalls = (calls: SystemCalls, random: Random): TreeCalls => {
  /** In byte order, as libuv's scandir sorts. */
  const entries = (path: string): readonly NodeDirent[] =>
    named('scandir', path, () => {
      const fd = calls.open(path, O_RDONLY | O_DIRECTORY);
      try {
        return calls
          .getdents(fd)
          .filter(({ name }) => name !== '.' && name !== '..')
          .toSorted((left, right) => compareNames(left.name, right.name))
          .map(({ name, type }) => new NodeDirent(name, path, type));
      } finally {
        calls.close(fd);
      }
    });

  /** A directory's own rows first, then those of its directories. */
  const below = (path: string): readonly NodeDirent[] => {
    const rows = entries(path);
    return [...rows, ...rows.flatMap((row) => (row.isDirectory() ? below(join(path, row.name)) : []))];
  };

  function readdirSync(path: PathLike, options?: EncodingOption | { readonly recursive?: boolean }): string[];
  function readdirSync(
    path: PathLike,
    options: { readonly withFileTypes: true; readonly recursive?: boolean },
  ): NodeDirent[];
  function readdirSync(
    path: PathLike,
    options?: EncodingOption | { readonly recursive?: boolean; readonly withFileTypes?: boolean },
  ): string[] | NodeDirent[] {
    const { recursive = false, withFileTypes = false } =
      typeof options === 'object' && options !== null
        ? (options as { readonly recursive?: boolean; readonly withFileTypes?: boolean })
        : {};
    const top = pathOf(path);
    const rows = recursive ? below(top) : entries(top);
    if (withFileTypes) return [...rows];
    const prefix = join(top, '').length;
    return rows.map((row) => join(row.parentPath, row.name).slice(prefix));
  }

  const isDirectory = (path: string): boolean => (calls.stat(path).mode & S_IFMT) === S_IFDIR;

  /** Answers the topmost directory it had to make. */
  const makeAll = (path: string, mode: number): string | undefined => {
    try {
      calls.mkdir(path, mode);
      return path;
    } catch (error) {
      if (hasCode(error, 'EEXIST') && isDirectory(path)) return undefined;
      const parent = parentOf(path);
      if (!hasCode(error, 'ENOENT') || parent === path) throw error;
      const first = makeAll(parent, mode);
      return makeAll(path, mode) === undefined ? first : (first ?? path);
    }
  };

  const removeAll = (path: string): void => {
    if ((calls.stat(path, false).mode & S_IFMT) !== S_IFDIR) {
      calls.unlink(path);
      return;
    }
    for (const { name } of entries(path)) removeAll(join(path, name));
    calls.rmdir(path);
  };

  return {
    mkdirSync: (path, options) => {
      const { recursive = false, mode = 0o777 } =
        typeof options === 'object' ? (options ?? {}) : { mode: options ?? 0o777 };
      const name = pathOf(path);
      return named('mkdir', name, () => {
        if (recursive) return makeAll(name, modeOf(mode));
        calls.mkdir(name, modeOf(mode));
        return undefined;
      });
    },
    mkdtempSync: (prefix) =>
      named('mkdtemp', `${prefix}XXXXXX`, () => {
        for (;;) {
          const path = prefix + [...random.bytes(6)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
          try {
            calls.mkdir(path, 0o700);
            return path;
          } catch (error) {
            if (!hasCode(error, 'EEXIST')) throw error;
          }
        }
      }),
    readdirSync,
    realpathSync: (path) => {
      const name = pathOf(path);
      return named('realpath', name, () => realpath(calls, name));
    },
    rmSync: (path, { recursive = false, force = false } = {}) => {
      const name = pathOf(path);
      try {
        named('rm', name, () => {
          if (recursive) removeAll(name);
          else calls.unlink(name);
        });
      } catch (error) {
        if (!(force && error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      }
    },
  };
};

/** The path without links, `.` and `..`. Links are counted by the system call that checks the answer. */
const realpath = (calls: SystemCalls, path: string): string => {
  calls.stat(path);
  let done = '';
  const rest = (path.startsWith('/') ? path : `${calls.getcwd()}/${path}`).split('/').toReversed();
  while (rest.length > 0) {
    const name = rest.pop();
    if (name === undefined || name === '' || name === '.') continue;
    if (name === '..') {
      done = done.slice(0, Math.max(0, done.lastIndexOf('/')));
      continue;
    }
    const next = `${done}/${name}`;
    if ((calls.stat(next, false).mode & S_IFMT) !== S_IFLNK) {
      done = next;
      continue;
    }
    const target = calls.readlink(next);
    if (target.startsWith('/')) done = '';
    rest.push(...target.split('/').toReversed());
  }
  return done === '' ? '/' : done;
};
