import type { Superblock } from '../superblock.ts';
import type { OverlayInode } from '../tree/overlay-inode.ts';
import { redirectForRename } from '../tree/redirect.ts';
import { setOpaque, setRedirect } from '../xattr/upper-marks.ts';

/**
 * What moves keeps what it shows: with a lower part it remembers where that is; a directory without one must not begin
 * to merge with what lies below its new name.
 */
export const keepLowerPart = (
  superblock: Superblock,
  inode: OverlayInode,
  fromDir: OverlayInode,
  toDir: OverlayInode,
): void => {
  if (inode.lowerData !== undefined) keepLowerData(superblock, inode, fromDir === toDir, 'rename');
  if (!inode.isDirectory) return;
  if (inode.isMerged) {
    const redirect = redirectForRename(inode, fromDir === toDir);
    if (redirect !== undefined) setRedirect(superblock, inode, redirect, 'rename');
  } else if (!inode.opaque && toDir.isMerged) setOpaque(superblock, inode, 'rename', 'directory-in-merged-parent');
};

/**
 * The redirect of a metacopy file that gets another name. With several names, in whichever directories, only an
 * absolute one is right for all.
 */
export const keepLowerData = (superblock: Superblock, inode: OverlayInode, sameParent: boolean, call: string): void => {
  const lower = inode.lowers[0];
  const isHardLink = lower !== undefined && lower.layer.fs.getattr(lower.inode).nlink > 1;
  const redirect = redirectForRename(inode, sameParent && !isHardLink);
  if (redirect !== undefined) setRedirect(superblock, inode, redirect, call);
};
