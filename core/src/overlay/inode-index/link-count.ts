import { fail } from '../../fs/index.ts';
import { type Cause, copyUp } from '../change/copy-up/copy-up.ts';
import type { WritableUpper } from '../change/work-directory.ts';
import type { Superblock } from '../superblock.ts';
import { kernelLog } from '../superblock.ts';
import { changing, type OverlayInode, pathOf } from '../tree/overlay-inode.ts';
import { lacksUpperName, needsIndex, writeLinks } from './indexed-inode.ts';
import { removeIndexEntry } from './remove-entry.ts';

/*
 * An indexed file counts its names in all layers. The upper inode has some of them, and one more in the index, so the
 * difference is kept in its nlink mark, relative to a count that changes in the same step as the names:
 *
 *   lower h1, h2 (2 names)      chmod h1: upper h1 + index entry = 2 links   nlink U+0   2 names
 *                               chmod h2: upper h1, h2 + entry   = 3 links   nlink U-1   2 names
 *                               rm h1:    whiteout, h2 + entry   = 2 links   nlink U-1   1 name
 */

/**
 * Before a name of `inode` comes or goes: makes sure that it is in the index, because only there the count can be kept,
 * and writes down what it is now.
 */
export const beginLinkChange = (
  superblock: Superblock,
  upper: WritableUpper,
  inode: OverlayInode,
  call: string,
): void => {
  if (superblock.indexed === 'none') return;
  const cause: Cause = { call, rule: 'counted-in-index' };
  if (needsIndex(superblock, inode) && (inode.upper === undefined || lacksUpperName(superblock, inode))) {
    copyUp(superblock, inode, cause);
  }
  if (inode.indexed && !inode.isDirectory) writeLinks(superblock, upper, inode, 'U');
};

/** A name of `inode` has gone. */
export const dropLink = (inode: OverlayInode): void => {
  inode.links = inode.isDirectory ? 0 : Math.max(0, inode.links - 1);
};

/** Afterwards, whether it succeeded or not: without a name the index entry goes. */
export const endLinkChange = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode): void => {
  if (!inode.indexed || inode.links > 0) return;
  const { nlink } = upper.fs.getattr(inode.upper ?? fail('EIO'));
  if (!inode.isDirectory && nlink !== 1) {
    kernelLog(superblock, `cleanup linked index (${pathOf(inode)}, nlink=${nlink})`);
    changing(superblock, inode);
    inode.links = nlink - 1;
    writeLinks(superblock, upper, inode, 'U');
    return;
  }
  removeIndexEntry(superblock, upper, inode);
};
