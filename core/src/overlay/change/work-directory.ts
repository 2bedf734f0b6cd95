import type { Inode } from '../../fs/index.ts';
import { fail, S_IFCHR } from '../../fs/index.ts';
import type { Superblock, UpperLayer } from '../superblock.ts';

/** An upper layer that can be written: it has a work directory. */
export interface WritableUpper extends UpperLayer {
  readonly work: Inode;
}

/** Throws EROFS on a read-only mount. */
export const writableUpper = (superblock: Superblock): WritableUpper => {
  const { upper, writable } = superblock;
  return writable && upper?.work !== undefined ? (upper as WritableUpper) : fail('EROFS');
};

/** A free name in the work directory. Two overlays that share one (index=off allows it) do not meet. */
export const temporaryName = (superblock: Superblock, upper: WritableUpper): string => {
  superblock.recorder?.touch(superblock);
  let name: string;
  do {
    superblock.lastTemporary += 1;
    name = `#${superblock.lastTemporary.toString(16)}`;
  } while (upper.fs.lookup(upper.work, name) !== undefined);
  return name;
};

/**
 * A whiteout under a temporary name in the work directory, ready to be renamed to its place. All are hard links of one
 * inode that stays in the work directory until the next mount, so that a thousand removals cost one inode.
 */
export const makeWhiteout = (superblock: Superblock, upper: WritableUpper): string => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  superblock.sharedWhiteout ??= fs.mknod(work, temporaryName(superblock, upper), S_IFCHR, 0, mounter);
  const name = temporaryName(superblock, upper);
  fs.link(superblock.sharedWhiteout, work, name, mounter);
  return name;
};
