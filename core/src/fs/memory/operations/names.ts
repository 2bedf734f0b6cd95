/** Names that are added, taken away and moved. */
import type { Nanoseconds } from '../../clock.ts';
import type { Caller } from '../../credentials.ts';
import { fail } from '../../errno.ts';
import { RENAME_EXCHANGE, RENAME_WHITEOUT } from '../../file-system.ts';
import { S_IFCHR } from '../../mode.ts';
import { isLongerThan, NAME_MAX } from '../../names.ts';
import { asDirectory, DirectoryInode, FileInode, type MemoryInode } from '../inode.ts';
import { bind, endLinkable, setLinks, setTimes, unbind } from '../mutations.ts';
import { releaseName } from '../space.ts';
import type { Store } from '../store.ts';
import { checkFree, newNode } from './make.ts';
import { applyRename, checkRename, checkRenameFlags } from './rename.ts';

export const linkName = (store: Store, row: MemoryInode, parent: DirectoryInode, name: string): void => {
  const { space, clock, linkLimit } = store;
  checkFree(parent, name);
  if (row instanceof DirectoryInode) fail('EPERM');
  const unnamed = row instanceof FileInode && row.linkable;
  if (row.links === 0 && !unnamed) fail('ENOENT');
  if (row.links >= linkLimit) fail('EMLINK');
  if (!unnamed) {
    space.checkInode();
    space.addInodes(1);
  } else if (row instanceof FileInode) endLinkable(row);
  const now = clock.now();
  setLinks(row, row.links + 1);
  stamp(row, now);
  bind(parent, name, row);
  stampEntries(parent, now);
};

export const unlinkName = ({ space, clock }: Store, parent: DirectoryInode, name: string): void => {
  const row = entryOf(parent, name);
  if (row instanceof DirectoryInode) fail('EISDIR');
  const now = clock.now();
  unbind(parent, name);
  stampEntries(parent, now);
  setLinks(row, row.links - 1);
  stamp(row, now);
  releaseName(row, space);
};

export const removeDirectory = ({ space, clock }: Store, parent: DirectoryInode, name: string): void => {
  const row = asDirectory(entryOf(parent, name));
  if (row.count > 0) fail('ENOTEMPTY');
  const now = clock.now();
  unbind(parent, name);
  setLinks(parent, parent.links - 1);
  stampEntries(parent, now);
  setLinks(row, 0);
  stamp(row, now);
  releaseName(row, space);
};

/** renameat2(2). */
export const renameEntry = (
  store: Store,
  fromDir: DirectoryInode,
  fromName: string,
  toDir: DirectoryInode,
  toName: string,
  flags: number,
  caller: Caller,
): void => {
  checkRenameFlags(flags);
  const { space, clock, linkLimit } = store;
  const source = entryOf(fromDir, fromName);
  if (isLongerThan(toName, NAME_MAX)) fail('ENAMETOOLONG');
  const renaming = { fromDir, fromName, toDir, toName, flags, source, target: toDir.get(toName) };
  if (!checkRename(renaming, linkLimit)) return;
  let whiteout: MemoryInode | undefined;
  if ((flags & RENAME_WHITEOUT) !== 0) space.checkInode();
  const now = clock.now();
  if ((flags & RENAME_WHITEOUT) !== 0) {
    whiteout = newNode(store, fromDir, S_IFCHR, 0, caller, now);
    space.addInodes(1);
  }
  applyRename(renaming, whiteout, now);
  const replaced = (flags & RENAME_EXCHANGE) === 0 ? renaming.target : undefined;
  if (replaced !== undefined) releaseName(replaced, space);
};

const entryOf = (dir: DirectoryInode, name: string): MemoryInode => {
  const found = dir.get(name);
  if (found !== undefined) return found;
  return fail(isLongerThan(name, NAME_MAX) ? 'ENAMETOOLONG' : 'ENOENT');
};

const stampEntries = (dir: DirectoryInode, now: Nanoseconds): void => setTimes(dir, dir.atime, now, now);

const stamp = (row: MemoryInode, now: Nanoseconds): void => setTimes(row, row.atime, row.mtime, now);
