import { fail, FS_PROTECTION_FL } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import { changing, type OverlayInode } from '../tree/overlay-inode.ts';
import { setProtection } from './copy-up/copy-flags.ts';
import { copyUp } from './copy-up/copy-up.ts';
import { writableUpper } from './work-directory.ts';

/**
 * Replaces the flags, copying up for it. That a file is immutable or only grows is written into a mark, not into the
 * upper object's own flags: the overlay itself could not remove or replace it any more. ENOTTY where the upper layer
 * knows no flags.
 */
export const changeFlags = (superblock: Superblock, inode: OverlayInode, flags: number): void => {
  const { fs } = writableUpper(superblock);
  copyUp(superblock, inode, { call: 'ioctl(FS_IOC_SETFLAGS)', rule: 'attribute-change' });
  const upper = inode.upper ?? fail('EROFS');
  if (fs.setFlags === undefined) return fail('ENOTTY');
  setProtection(superblock, fs, upper, flags);
  changing(superblock, inode);
  inode.protection = flags & FS_PROTECTION_FL;
  return fs.setFlags(upper, flags & ~FS_PROTECTION_FL, superblock.mounter);
};
