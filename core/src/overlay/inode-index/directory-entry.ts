import type { Inode } from '../../fs/index.ts';
import { temporaryName, type WritableUpper } from '../change/work-directory.ts';
import type { Superblock } from '../superblock.ts';
import { encodeUpper } from '../xattr/origin.ts';
import { indexName } from './index-entry.ts';

/** Directories have one name: their entry is an empty directory with a mark that leads to the upper one. */
export const addDirectoryEntry = (
  superblock: Superblock,
  upper: WritableUpper,
  origin: Uint8Array,
  directory: Inode,
): void => {
  const { fs, work } = upper;
  const { marks, mounter } = superblock;
  const name = temporaryName(superblock, upper);
  const entry = fs.mkdir(work, name, 0, mounter);
  fs.setxattr(entry, marks.upper, encodeUpper(fs, directory), 0, mounter);
  fs.rename(work, name, work, indexName(origin), 0, mounter);
};
