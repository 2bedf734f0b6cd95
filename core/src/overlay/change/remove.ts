import { fail, RENAME_EXCHANGE, S_IFDIR } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import { lookup, lowerHas } from '../tree/lookup.ts';
import { ABSENT, changing, type OverlayInode, pathIn, setChild, WHITEOUT } from '../tree/overlay-inode.ts';
import { checkVisiblyEmpty } from '../tree/readdir.ts';
import { beginLinkChange, dropLink, endLinkChange } from '../inode-index/link-count.ts';
import { copyUp } from './copy-up/copy-up.ts';
import { makeWhiteout, type WritableUpper, writableUpper } from './work-directory.ts';

/**
 * unlink and rmdir. The object itself is never copied up: where a lower layer shows the name, a whiteout takes its
 * place; elsewhere the upper entry just goes. Throws ENOENT, EISDIR, ENOTDIR, ENOTEMPTY, EROFS.
 */
export const removeObject = (superblock: Superblock, dir: OverlayInode, name: string, isRmdir: boolean): void => {
  const upper = writableUpper(superblock);
  const call = isRmdir ? 'rmdir' : 'unlink';
  const inode = lookup(superblock, dir, name) ?? fail('ENOENT');
  if (isRmdir && !inode.isDirectory) fail('ENOTDIR');
  if (!isRmdir && inode.isDirectory) fail('EISDIR');
  const isVisibleBelow = inode.upper === undefined || lowerHas(superblock, dir, name);
  // A directory of the upper layer alone is judged by the upper file system.
  if (isRmdir && (isVisibleBelow || inode.lowers.length > 0)) {
    checkVisiblyEmpty(superblock, inode);
    // Linux first puts an opaque directory in the place of one that holds whiteouts.
    if (!superblock.canMark && inode.upper !== undefined && upper.fs.readdir(inode.upper).length > 0) fail('EIO');
  }
  copyUp(superblock, dir, { call, rule: 'parent-of-change' });
  beginLinkChange(superblock, upper, inode, call);
  inode.lowerFiles?.forEach((file) => file.holdUpper());
  try {
    removeUpper(superblock, upper, dir, name, inode, { call, isVisibleBelow });
    changing(superblock, dir);
    changing(superblock, inode);
    dropLink(inode);
  } finally {
    endLinkChange(superblock, upper, inode);
  }
  setChild(superblock, dir, name, isVisibleBelow ? WHITEOUT : ABSENT);
  dir.listing = undefined;
  if (inode.hasOrigin) dir.trueNumbers = undefined;
  if (inode.isDirectory || inode.upper === undefined) inode.removed = true;
};

const removeUpper = (
  superblock: Superblock,
  upper: WritableUpper,
  dir: OverlayInode,
  name: string,
  inode: OverlayInode,
  { call, isVisibleBelow }: { readonly call: 'unlink' | 'rmdir'; readonly isVisibleBelow: boolean },
): void => {
  const { fs } = upper;
  const { mounter } = superblock;
  const parent = dir.upper ?? fail('ENOENT');
  if (isVisibleBelow) {
    whiteOut(superblock, upper, dir, name, inode);
    superblock.emit?.({ type: 'whiteout', path: pathIn(dir, name), call, rule: 'removed-over-lower' });
  } else if (call === 'rmdir') {
    if (inode.lowers.length > 0) emptyDirectory(superblock, upper, inode);
    fs.rmdir(parent, name, mounter);
  } else fs.unlink(parent, name, mounter);
};

const whiteOut = (
  superblock: Superblock,
  upper: WritableUpper,
  dir: OverlayInode,
  name: string,
  inode: OverlayInode,
): void => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  const parent = dir.upper ?? fail('ENOENT');
  const whiteout = makeWhiteout(superblock, upper);
  try {
    if (inode.upper?.type === S_IFDIR) {
      emptyDirectory(superblock, upper, inode);
      fs.rename(work, whiteout, parent, name, RENAME_EXCHANGE, mounter);
      fs.rmdir(work, whiteout, mounter);
    } else fs.rename(work, whiteout, parent, name, 0, mounter);
  } catch (error) {
    if (fs.lookup(work, whiteout) !== undefined) fs.unlink(work, whiteout, mounter);
    throw error;
  }
};

/** Takes the whiteouts out of the upper part of a directory in which nothing shows. */
export const emptyDirectory = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode): void => {
  if (inode.upper === undefined) return;
  for (const { name } of upper.fs.readdir(inode.upper)) upper.fs.unlink(inode.upper, name, superblock.mounter);
};
