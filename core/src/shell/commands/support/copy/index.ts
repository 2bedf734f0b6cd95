/**
 * Copying trees as GNU `cp` does it, call by call: the order of mkdir, open, write, chown, setxattr, chmod and utimensat
 * is what an overlay or a log of system calls shows.
 */
import {
  FsError,
  isDevice,
  isDirectory,
  isRegular,
  isSymlink,
  RENAME_NOREPLACE,
  S_IFMT,
  type Stat,
} from '../../../../fs/index.ts';
import { complain, errorText, print, quote, type Invocation } from '../../../command.ts';
import { joinPath, listDirectory } from '../../../directory.ts';
import { copyRegular } from './content.ts';
import { attempt, CopyError, type Copying } from './copying.ts';
import { preserve } from './preserve.ts';

export type { Copying } from './copying.ts';

const key = (stat: Stat): string => `${stat.dev}:${stat.ino}`;

const lookAt = (invocation: Invocation, path: string, follow: boolean): Stat | undefined => {
  try {
    return invocation.process.stat(path, follow);
  } catch (error) {
    if (error instanceof FsError && error.code === 'ENOENT') return undefined;
    if (error instanceof FsError && error.code === 'ELOOP' && follow) return undefined;
    throw error;
  }
};

/** Copies one source to one destination name. Prints what it cannot do; answers the status. */
export const copyPath = (invocation: Invocation, from: string, to: string, copying: Copying, depth = 0): number => {
  const follow = copying.follow === 'always' || (copying.follow === 'operands' && depth === 0);
  let source: Stat;
  try {
    source = invocation.process.stat(from, follow);
  } catch (error) {
    return complain(invocation, `cannot stat ${quote(from)}: ${errorText(error)}`);
  }
  if (copying.renames && depth > 0 && renamed(invocation, from, to, copying.verbose)) return 0;
  if (isDirectory(source.mode) && !copying.recursive)
    return complain(invocation, `-r not specified; omitting directory ${quote(from)}`);
  try {
    return copyNode(invocation, from, to, source, copying, depth);
  } catch (error) {
    if (error instanceof CopyError) return complain(invocation, error.message);
    throw error;
  }
};

/** On an overlay a lower directory cannot be renamed, but the files in it can. */
const renamed = (invocation: Invocation, from: string, to: string, verbose: boolean): boolean => {
  try {
    invocation.process.rename(from, to, RENAME_NOREPLACE);
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
  if (verbose) print(invocation, `renamed ${quote(from)} -> ${quote(to)}\n`);
  return true;
};

const copyNode = (
  invocation: Invocation,
  from: string,
  to: string,
  source: Stat,
  copying: Copying,
  depth: number,
): number => {
  const { process } = invocation;
  const isTree = isDirectory(source.mode);
  const asLink = isSymlink(source.mode) || copying.instead !== undefined;
  // A symlink that stands in the way is written through, except where a new node must be made.
  let target = attempt(`cannot stat ${quote(to)}`, () =>
    lookAt(invocation, to, isRegular(source.mode) && !asLink && !copying.removeDestination && !copying.moving),
  );
  if (target === undefined && isRegular(source.mode) && lookAt(invocation, to, false) !== undefined) {
    if (!copying.removeDestination) throw new CopyError(`not writing through dangling symlink ${quote(to)}`);
    attempt(`cannot remove ${quote(to)}`, () => process.unlink(to));
  }
  if (target !== undefined) {
    if (
      key(target) === key(source) &&
      !(copying.instead === undefined && isSymlink(source.mode) && !isSymlink(target.mode))
    ) {
      if (copying.instead === 'link') return 0;
      throw new CopyError(`${quote(from)} and ${quote(to)} are the same file`);
    }
    if (isTree && !isDirectory(target.mode))
      throw new CopyError(`cannot overwrite non-directory ${quote(to)} with directory ${quote(from)}`);
    if (!isTree && isDirectory(target.mode))
      throw new CopyError(`cannot overwrite directory ${quote(to)} with non-directory`);
    if (!isTree && copying.noClobber) return 0;
    if (!isTree && copying.update && target.mtime >= source.mtime) return 0;
    const linked = copying.links && source.nlink > 1;
    if (!isTree && (copying.removeDestination || !isRegular(source.mode) || copying.instead !== undefined || linked)) {
      if (copying.instead !== undefined && !copying.force && !copying.removeDestination)
        throw new CopyError(
          `cannot create ${copying.instead === 'link' ? 'hard' : 'symbolic'} link ${quote(to)} to ${quote(from)}: File exists`,
        );
      attempt(`cannot remove ${quote(to)}`, () => process.unlink(to));
      if (copying.verbose && copying.removeDestination) print(invocation, `removed ${quote(to)}\n`);
      target = undefined;
    }
  }
  const earlier = copying.links && source.nlink > 1 && !isTree ? copying.made.get(key(source)) : undefined;
  if (isTree && copying.made.get(key(source)) === to) throw intoItself(from, to);
  announce(invocation, from, to, copying, isTree && target !== undefined);
  if (earlier !== undefined) {
    attempt(`cannot create hard link ${quote(to)} to ${quote(earlier)}`, () => process.link(earlier, to));
    return 0;
  }
  if (!isTree && copying.links && source.nlink > 1) copying.made.set(key(source), to);
  if (isTree) return copyDirectory(invocation, from, to, source, target, copying, depth);
  if (copying.instead === 'link')
    attempt(`cannot create hard link ${quote(to)} to ${quote(from)}`, () => process.link(from, to));
  else if (copying.instead === 'symlink')
    attempt(`cannot create symbolic link ${quote(to)} to ${quote(from)}`, () => process.symlink(from, to));
  else if (isRegular(source.mode)) copyRegular(invocation, from, to, source, target, copying);
  else if (isSymlink(source.mode)) {
    const link = attempt(`cannot read symbolic link ${quote(from)}`, () => process.readlink(from));
    attempt(`cannot create symbolic link ${quote(to)}`, () => process.symlink(link, to));
    preserve(invocation, from, to, source, copying);
  } else if (copying.recursive) {
    const mode = (source.mode & S_IFMT) | (copying.mode ? source.mode & 0o777 & ~0o077 : source.mode & 0o777);
    attempt(`cannot create ${isDevice(source.mode) ? 'special file' : 'fifo'} ${quote(to)}`, () =>
      process.mknod(to, mode, source.rdev),
    );
    preserve(invocation, from, to, source, copying);
  } else copyRegular(invocation, from, to, source, target, copying);
  return 0;
};

const intoItself = (from: string, to: string): CopyError =>
  new CopyError(`cannot copy a directory, ${quote(from)}, into itself, ${quote(to)}`);

const announce = (invocation: Invocation, from: string, to: string, copying: Copying, quiet: boolean): void => {
  if (!copying.verbose || quiet) return;
  const isTree = copying.moving && isDirectory(invocation.process.stat(from, false).mode);
  if (isTree) print(invocation, `created directory ${quote(to)}\n`);
  else print(invocation, `${copying.moving ? 'copied ' : ''}${quote(from)} -> ${quote(to)}\n`);
};

const copyDirectory = (
  invocation: Invocation,
  from: string,
  to: string,
  source: Stat,
  target: Stat | undefined,
  copying: Copying,
  depth: number,
): number => {
  const { process } = invocation;
  const mask = process.umask(0);
  process.umask(mask);
  if (target === undefined) {
    // Made with what the copy needs and no more than the source allows others; the rest follows at the end.
    const wanted = copying.ownership ? source.mode & 0o700 : source.mode & 0o777;
    attempt(`cannot create directory ${quote(to)}`, () => process.mkdir(to, wanted | 0o700));
    copying.made.set(key(process.stat(to)), to);
  }
  let status = 0;
  let names: readonly string[] = [];
  try {
    // By inode number, the order in which a disk reads them fastest (GNU `SAVEDIR_SORT_FASTREAD`).
    const rows = listDirectory(process, from).toSorted((left, right) => Number(left.ino - right.ino));
    names = rows.map(({ name }) => name);
  } catch (error) {
    status = complain(invocation, `cannot access ${quote(from)}: ${errorText(error)}`);
  }
  for (const name of names) {
    const child = joinPath(from, name);
    if (copying.oneFileSystem && process.stat(child, false).dev !== source.dev) continue;
    const inner = process.stat(child, false);
    const made = copying.made.get(key(inner));
    if (isDirectory(inner.mode) && made !== undefined) {
      status = complain(invocation, intoItself(rootOf(from, depth), made).message);
      continue;
    }
    status |= copyPath(invocation, child, joinPath(to, name), copying, depth + 1);
  }
  preserve(invocation, from, to, source, copying);
  if (!copying.mode && target === undefined) {
    const wanted = source.mode & 0o7777 & ~mask & (copying.ownership ? 0o7777 : 0o777);
    if ((process.stat(to).mode & 0o7777 & ~0o2000) !== wanted)
      process.chmod(to, wanted | (process.stat(to).mode & 0o2000));
  }
  return status;
};

/** The operand a name below it came from. */
const rootOf = (path: string, depth: number): string =>
  path
    .split('/')
    .slice(0, path.split('/').length - depth)
    .join('/');
