import type { FileSystem, Inode } from '../../fs/index.ts';
import { S_IFCHR, S_IFREG } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';

/** Whether an object hides its name: a character device 0:0 of any mode, or an empty file with the whiteout mark. */
export const isWhiteout = (superblock: Superblock, fs: FileSystem, inode: Inode): boolean =>
  isWhiteoutDevice(fs, inode) ||
  (inode.type === S_IFREG && fs.listxattr(inode).includes(superblock.marks.whiteout) && fs.getattr(inode).size === 0);

export const isWhiteoutDevice = (fs: FileSystem, inode: Inode): boolean =>
  inode.type === S_IFCHR && fs.getattr(inode).rdev === 0;
