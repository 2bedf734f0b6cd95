/**
 * Access control lists of inodes: kept as attributes, and the mode kept in step with them, as tmpfs does. Whether the
 * caller may set one is asked by the vfs.
 */
import {
  ACL_ACCESS,
  ACL_DEFAULT,
  type Acl,
  aclWithMode,
  decodeAcl,
  encodeAcl,
  type Inherited,
  isMinimal,
  modeWithAcl,
  requireValidAcl,
  storedAcl,
} from '../acl/index.ts';
import { CAP_FSETID, hasCapability, inGroup, type Caller } from '../credentials.ts';
import { fail } from '../errno.ts';
import { isDirectory, isSymlink, S_ISGID } from '../mode.ts';
import type { MemoryInode } from './inode.ts';
import { deleteXattr, setOwnership, setXattr } from './mutations.ts';

const listOf = (row: MemoryInode, name: string): Acl | undefined => {
  const value = row.xattrs?.get(name);
  return value && storedAcl(value);
};

export const accessListOf = (row: MemoryInode): Acl | undefined => listOf(row, ACL_ACCESS);
export const defaultListOf = (row: MemoryInode): Acl | undefined => listOf(row, ACL_DEFAULT);

/** EOPNOTSUPP for a symbolic link: it has no permissions. */
export const requireAclCarrier = (row: MemoryInode): void => {
  if (isSymlink(row.mode)) fail('EOPNOTSUPP');
};

/**
 * Sets a list; an empty one removes it. Setting the access list changes the mode, and a list that says no more than the
 * mode is not kept. The flags of setxattr(2) mean nothing here.
 * Throws EOPNOTSUPP for a link, EACCES for a default list of anything but a directory, EINVAL for rows out of order.
 */
export const setAccessList = (row: MemoryInode, name: string, value: Uint8Array, caller: Caller): void => {
  const acl = decodeAcl(value);
  requireAclCarrier(row);
  if (name === ACL_DEFAULT && !isDirectory(row.mode)) {
    if (acl !== undefined) fail('EACCES');
    return;
  }
  if (acl !== undefined) requireValidAcl(acl);
  const isKept = acl !== undefined && !(name === ACL_ACCESS && isMinimal(acl));
  if (name === ACL_ACCESS) {
    const mode = acl === undefined ? row.mode : modeWithAcl(acl, row.mode);
    const keepsSetgid = inGroup(caller, row.gid) || hasCapability(caller, CAP_FSETID);
    setOwnership(row, keepsSetgid ? mode : mode & ~S_ISGID, row.uid, row.gid);
  }
  if (isKept) setXattr(row, name, encodeAcl(acl));
  else if (row.xattrs?.has(name) === true) deleteXattr(row, name);
};

/** After a change of mode: the list follows. */
export const followMode = (row: MemoryInode): void => {
  const acl = accessListOf(row);
  if (acl !== undefined) setXattr(row, ACL_ACCESS, encodeAcl(aclWithMode(acl, row.mode)));
};

/** Gives a new inode the lists it starts with. */
export const setInherited = (row: MemoryInode, { access, defaults }: Inherited): void => {
  if (access !== undefined) setXattr(row, ACL_ACCESS, encodeAcl(access));
  if (defaults !== undefined) setXattr(row, ACL_DEFAULT, encodeAcl(defaults));
};
