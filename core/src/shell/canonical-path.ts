/** realpath(3): an absolute path without symlinks, `.` or `..`. */
import { fail, FsError, isSymlink } from '../fs/index.ts';
import type { SystemCalls } from '../vfs/index.ts';
import { joinPath } from './directory.ts';

/** How much of the path must be there: all of it, all but the last component, or nothing. */
export type Existing = 'all' | 'parent' | 'none';

/** MAXSYMLINKS of Linux. */
const MAX_LINKS = 40;

/** Throws `FsError`: ENOENT by `existing`, ENOTDIR, ELOOP. */
export const canonicalPath = (process: SystemCalls, path: string, existing: Existing = 'all'): string => {
  if (path === '') return fail('ENOENT');
  let done = path.startsWith('/') ? '/' : process.getcwd();
  let pending = path.split('/').filter((name) => name !== '' && name !== '.');
  let links = 0;
  while (pending.length > 0) {
    const [name = '', ...rest] = pending;
    pending = rest;
    if (name === '..') {
      done = done.slice(0, done.lastIndexOf('/')) || '/';
      continue;
    }
    const next = joinPath(done, name);
    const target = linkTarget(process, next, existing === 'none' || (existing === 'parent' && rest.length === 0));
    if (target === undefined) {
      done = next;
      continue;
    }
    if (++links > MAX_LINKS) return fail('ELOOP');
    if (target.startsWith('/')) done = '/';
    pending = [...target.split('/').filter((part) => part !== '' && part !== '.'), ...rest];
  }
  if (path.endsWith('/') && existing === 'all') process.stat(`${done}/`);
  return done;
};

/** Where a symlink points; `undefined` for anything else, and for a missing name where that is allowed. */
const linkTarget = (process: SystemCalls, path: string, mayBeMissing: boolean): string | undefined => {
  try {
    return isSymlink(process.stat(path, false).mode) ? process.readlink(path) : undefined;
  } catch (error) {
    if (error instanceof FsError && mayBeMissing && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
};
