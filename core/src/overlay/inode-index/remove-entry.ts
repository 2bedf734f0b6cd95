import type { Inode } from '../../fs/index.ts';
import { fail, RENAME_EXCHANGE, S_IFDIR } from '../../fs/index.ts';
import { makeWhiteout, type WritableUpper } from '../change/work-directory.ts';
import type { Superblock } from '../superblock.ts';
import type { OverlayInode } from '../tree/overlay-inode.ts';
import { encodeOrigin } from '../xattr/origin.ts';
import { indexName } from './index-entry.ts';

/** The last name of an indexed object has gone: its entry goes, too, or (nfs_export) becomes a whiteout. */
export const removeIndexEntry = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode): void => {
  const name = indexName(originOf(superblock, upper, inode));
  const entry = upper.fs.lookup(upper.work, name);
  if (entry === undefined) return;
  if (superblock.indexed === 'all') whiteOutEntry(superblock, upper, name, entry);
  else upper.fs.unlink(upper.work, name, superblock.mounter);
};

const originOf = ({ marks }: Superblock, { fs }: WritableUpper, inode: OverlayInode): Uint8Array => {
  const lower = inode.lowers[0];
  if (lower !== undefined) return encodeOrigin(lower.layer, lower.inode);
  return fs.getxattr(inode.upper ?? fail('EIO'), marks.origin) ?? fail('EIO');
};

/** So that whoever holds a file handle of the object learns that it is gone. */
export const whiteOutEntry = (superblock: Superblock, upper: WritableUpper, name: string, entry: Inode): void => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  const whiteout = makeWhiteout(superblock, upper);
  const isDirectory = entry.type === S_IFDIR;
  fs.rename(work, whiteout, work, name, isDirectory ? RENAME_EXCHANGE : 0, mounter);
  if (isDirectory) fs.rmdir(work, whiteout, mounter);
};
