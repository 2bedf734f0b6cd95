import { type FileSystem, FS_NOATIME_FL, FS_SYNC_FL, type Inode } from '../../../fs/index.ts';
import type { Superblock } from '../../superblock.ts';
import { flagsOf, protectionText } from '../../tree/flags.ts';
import type { OverlayInode } from '../../tree/overlay-inode.ts';
import { canCarry } from '../../xattr/marks.ts';

/** What a copy takes over of the lower object's flags. */
const COPIED = FS_SYNC_FL | FS_NOATIME_FL;

/** Gives a copy the flags of what is copied. */
export const copyFlags = (superblock: Superblock, inode: OverlayInode, fs: FileSystem, copy: Inode): void => {
  const flags = flagsOf(superblock, inode);
  if (flags === 0 || !canCarry(superblock.marks, inode.type)) return;
  setProtection(superblock, fs, copy, flags);
  if ((flags & COPIED) !== 0) fs.setFlags?.(copy, (fs.getFlags?.(copy) ?? 0) | (flags & COPIED), superblock.mounter);
};

/** Writes the mark, or takes it away. */
export const setProtection = ({ marks, mounter }: Superblock, fs: FileSystem, inode: Inode, flags: number): void => {
  const text = protectionText(flags);
  if (text !== '') fs.setxattr(inode, marks.protattr, new TextEncoder().encode(text), 0, mounter);
  else if (fs.getxattr(inode, marks.protattr) !== undefined) fs.removexattr(inode, marks.protattr, mounter);
};
