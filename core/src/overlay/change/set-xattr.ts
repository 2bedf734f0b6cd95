import { fail } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import type { OverlayInode } from '../tree/overlay-inode.ts';
import { toLayer } from '../xattr/user-xattrs.ts';
import { copyUp } from './copy-up.ts';
import { writableUpper } from './work-directory.ts';

/** Copies up first and asks the upper file system then, so that a refused change (EEXIST, EOPNOTSUPP) has copied up. */
export const setXattr = (
  superblock: Superblock,
  inode: OverlayInode,
  name: string,
  value: Uint8Array,
  flags: number,
): void => {
  const upper = writableUpper(superblock);
  const layerName = toLayer(superblock.marks, name);
  copyUp(superblock, inode, { call: 'setxattr', rule: 'extended-attribute-change' });
  upper.fs.setxattr(inode.real, layerName, value, flags, superblock.mounter);
};

/** ENODATA for a missing attribute, without copying up. */
export const removeXattr = (superblock: Superblock, inode: OverlayInode, name: string): void => {
  const upper = writableUpper(superblock);
  const layerName = toLayer(superblock.marks, name);
  if (inode.upper === undefined && inode.fs.getxattr(inode.real, layerName) === undefined) fail('ENODATA', name);
  copyUp(superblock, inode, { call: 'removexattr', rule: 'extended-attribute-change' });
  upper.fs.removexattr(inode.real, layerName, superblock.mounter);
};
