import { decodeName, isAcl, S_IFLNK } from '@layerscope/core/fs';
import { bind, call, cString, lastErrno, throwLast } from '../../linux/index.ts';
import type { HostAccess } from '../access/host-access.ts';
import type { HostInode } from '../inodes/host-inode.ts';

const getxattr = bind('getxattr');
const lgetxattr = bind('lgetxattr');
const listxattr = bind('listxattr');
const llistxattr = bind('llistxattr');

const EOPNOTSUPP = 95;
const ENODATA = 61;
/** XATTR_SIZE_MAX, and XATTR_LIST_MAX. */
const room = Buffer.alloc(65_536);
/** Namespaces that a file system may not have; then no object has such an attribute. A link never has lists. */
const OPTIONAL = /^(trusted|user|security)\../;
const isOptional = (inode: HostInode, name: string): boolean =>
  OPTIONAL.test(name) || (isAcl(name) && inode.type !== S_IFLNK);

export const getXattr = (access: HostAccess, inode: HostInode, name: string): Uint8Array | undefined => {
  const { path, follow } = access.proc(inode);
  const length = Number((follow ? getxattr : lgetxattr)(path, cString(name), room, room.length));
  if (length >= 0) return new Uint8Array(room.subarray(0, length));
  const errno = lastErrno();
  if (errno === ENODATA || (errno === EOPNOTSUPP && isOptional(inode, name))) return undefined;
  return throwLast('getxattr');
};

export const listXattrs = (access: HostAccess, inode: HostInode): readonly string[] => {
  const { path, follow } = access.proc(inode);
  const length = Number((follow ? listxattr : llistxattr)(path, room, room.length));
  if (length < 0) return lastErrno() === EOPNOTSUPP ? [] : throwLast('listxattr');
  return length === 0 ? [] : decodeName(room.subarray(0, length - 1)).split('\0');
};

export const setXattr = (access: HostAccess, inode: HostInode, name: string, value: Uint8Array, flags: number): void =>
  access.asOwner(inode, () => {
    const { path, follow } = access.proc(inode);
    call(follow ? 'setxattr' : 'lsetxattr', path, cString(name), value, value.length, flags);
  });

export const removeXattr = (access: HostAccess, inode: HostInode, name: string): void =>
  access.asOwner(inode, () => {
    const { path, follow } = access.proc(inode);
    call(follow ? 'removexattr' : 'lremovexattr', path, cString(name));
  });
