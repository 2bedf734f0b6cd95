import {
  ACL_ACCESS,
  CAP_FSETID,
  type Caller,
  decodeAcl,
  fail,
  hasCapability,
  inGroup,
  isAcl,
  S_ISGID,
} from '../../fs/index.ts';
import { changeAttributes } from '../attributes.ts';
import type { Superblock } from '../superblock.ts';
import type { OverlayInode } from '../tree/overlay-inode.ts';
import { toLayer } from '../xattr/user-xattrs.ts';
import { copyUp } from './copy-up/copy-up.ts';
import { writableUpper } from './work-directory.ts';

/** Copies up first and asks the upper file system then, so that a refused change (EEXIST, EOPNOTSUPP) has copied up. */
export const setXattr = (
  superblock: Superblock,
  inode: OverlayInode,
  name: string,
  value: Uint8Array,
  flags: number,
  caller: Caller,
): void => {
  // Setting an empty list is removing the list.
  if (isAcl(name) && decodeAcl(value) === undefined) return removeXattr(superblock, inode, name, caller);
  const upper = writableUpper(superblock);
  const layerName = toLayer(superblock.marks, name);
  if (name === ACL_ACCESS) dropSetgid(superblock, inode, caller);
  // Any of the names of an indexed file will do.
  if (inode.upper === undefined) copyUp(superblock, inode, { call: 'setxattr', rule: 'extended-attribute-change' });
  upper.fs.setxattr(inode.real, layerName, value, flags, superblock.mounter);
};

/** ENODATA for a missing attribute, without copying up. */
export const removeXattr = (superblock: Superblock, inode: OverlayInode, name: string, caller: Caller): void => {
  const upper = writableUpper(superblock);
  const layerName = toLayer(superblock.marks, name);
  if (name === ACL_ACCESS) dropSetgid(superblock, inode, caller);
  if (inode.upper === undefined && inode.fs.getxattr(inode.real, layerName) === undefined) fail('ENODATA', name);
  if (inode.upper === undefined) copyUp(superblock, inode, { call: 'removexattr', rule: 'extended-attribute-change' });
  upper.fs.removexattr(inode.real, layerName, superblock.mounter);
};

/**
 * Whoever changes who may do what, but is not in the file's group, loses its setgid bit. The upper layer sees the mounter
 * change it, who may keep it.
 */
const dropSetgid = (superblock: Superblock, inode: OverlayInode, caller: Caller): void => {
  const { mode, gid } = inode.fs.getattr(inode.real);
  if ((mode & S_ISGID) === 0 || inGroup(caller, gid) || hasCapability(caller, CAP_FSETID)) return;
  changeAttributes(superblock, inode, { mode: mode & ~S_ISGID });
};
