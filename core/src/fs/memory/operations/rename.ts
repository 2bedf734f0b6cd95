/** renameat2(2): what may be renamed onto what, then the change itself. */
import type { Nanoseconds } from '../../clock.ts';
import { fail } from '../../errno.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT } from '../../file-system.ts';
import { DirectoryInode, type MemoryInode } from '../inode.ts';
import { bind, setLinks, setParent, setTimes, unbind } from '../mutations.ts';

export interface Renaming {
  readonly fromDir: DirectoryInode;
  readonly fromName: string;
  readonly toDir: DirectoryInode;
  readonly toName: string;
  readonly flags: number;
  readonly source: MemoryInode;
  readonly target: MemoryInode | undefined;
}

/** EINVAL for combinations that contradict each other, and for flags nobody knows. */
export const checkRenameFlags = (flags: number): void => {
  const known = RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT;
  if ((flags & ~known) !== 0) fail('EINVAL');
  if ((flags & RENAME_EXCHANGE) !== 0 && flags !== RENAME_EXCHANGE) fail('EINVAL');
};

const contains = (ancestor: MemoryInode, dir: DirectoryInode): boolean => {
  for (let current = dir; ; current = current.parent) {
    if (current === ancestor) return true;
    if (current.parent === current) return false;
  }
};

/** Throws what Linux would; answers false when there is nothing to do (both names are the same inode). */
export const checkRename = (renaming: Renaming, linkLimit: number): boolean => {
  const { fromDir, toDir, source, target, flags } = renaming;
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  if ((flags & RENAME_NOREPLACE) !== 0 && target !== undefined) fail('EEXIST');
  if (exchange && target === undefined) fail('ENOENT');
  if (source instanceof DirectoryInode && contains(source, toDir)) fail('EINVAL');
  if (target instanceof DirectoryInode && contains(target, fromDir)) fail(exchange ? 'EINVAL' : 'ENOTEMPTY');
  if (source === target) return false;
  if (toDir.links === 0) fail('ENOENT');
  if (!exchange && target !== undefined) {
    if (source instanceof DirectoryInode) {
      if (!(target instanceof DirectoryInode)) fail('ENOTDIR');
      else if (target.count > 0) fail('ENOTEMPTY');
    } else if (target instanceof DirectoryInode) fail('EISDIR');
  }
  if (fromDir !== toDir) {
    const gains = source instanceof DirectoryInode && !(target instanceof DirectoryInode);
    const loses = exchange && target instanceof DirectoryInode && !(source instanceof DirectoryInode);
    if ((gains && toDir.links >= linkLimit) || (loses && fromDir.links >= linkLimit)) fail('EMLINK');
  }
  return true;
};

const adopt = (child: MemoryInode, from: DirectoryInode, to: DirectoryInode): void => {
  if (!(child instanceof DirectoryInode) || from === to) return;
  setParent(child, to);
  setLinks(from, from.links - 1);
  setLinks(to, to.links + 1);
};

const stampEntryChange = (dir: DirectoryInode, now: Nanoseconds): void => setTimes(dir, dir.atime, now, now);
const stampInode = (inode: MemoryInode, now: Nanoseconds): void => setTimes(inode, inode.atime, inode.mtime, now);

/** Does what `checkRename` allowed. Names that stand for something else now go to the end of their directory's listing. */
export const applyRename = (renaming: Renaming, whiteout: MemoryInode | undefined, now: Nanoseconds): void => {
  const { fromDir, fromName, toDir, toName, source, target, flags } = renaming;
  if ((flags & RENAME_EXCHANGE) !== 0 && target !== undefined) {
    unbind(fromDir, fromName);
    unbind(toDir, toName);
    bind(fromDir, fromName, target);
    bind(toDir, toName, source);
    adopt(target, toDir, fromDir);
  } else {
    unbind(fromDir, fromName);
    if (target !== undefined) {
      unbind(toDir, toName);
      const isDirectory = target instanceof DirectoryInode;
      if (isDirectory) setLinks(toDir, toDir.links - 1);
      setLinks(target, isDirectory ? 0 : target.links - 1);
    }
    bind(toDir, toName, source);
    if (whiteout !== undefined) bind(fromDir, fromName, whiteout);
  }
  adopt(source, fromDir, toDir);
  stampEntryChange(fromDir, now);
  stampEntryChange(toDir, now);
  stampInode(source, now);
  if (target !== undefined) stampInode(target, now);
};
