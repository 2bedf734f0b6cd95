/**
 * Linux's `inode_permission` (path_resolution(7), acl(5), capabilities(7)).
 */
import type { Acl } from './acl/acl.ts';
import { aclGrants } from './acl/acl-permission.ts';
import { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, hasCapability, inGroup, type Caller } from './credentials.ts';
import { isDirectory, type FileMode } from './mode.ts';

/** access(2) mask bits. */
export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

/**
 * Whether an access control list would decide: the mode speaks for the owner, and without group bits (they are the
 * list's mask) nobody else is granted anything by the list.
 */
export const isAclAsked = (mode: FileMode, uid: number, caller: Caller): boolean =>
  caller.uid !== uid && (mode & 0o070) !== 0;

const isGranted = (
  mode: FileMode,
  uid: number,
  gid: number,
  mask: number,
  caller: Caller,
  acl: Acl | undefined,
): boolean => {
  if (acl !== undefined && isAclAsked(mode, uid, caller)) return aclGrants(acl, uid, gid, mask, caller);
  const granted = caller.uid === uid ? mode >> 6 : inGroup(caller, gid) ? mode >> 3 : mode;
  return (mask & ~granted & 7) === 0;
};

/**
 * Whether `caller` may do all of `mask` to an object of this mode, owner and access control list, if it has one.
 *
 * Exactly one class of bits counts: an owner whom the owner bits refuse is refused, though the group bits might let
 * him. CAP_DAC_OVERRIDE passes everything except executing a file that nobody may execute; CAP_DAC_READ_SEARCH passes
 * reading, and searching directories.
 */
export const permissionOf = (
  mode: FileMode,
  uid: number,
  gid: number,
  mask: number,
  caller: Caller,
  acl?: Acl,
): boolean => {
  if (isGranted(mode, uid, gid, mask, caller, acl)) return true;
  if (isDirectory(mode)) {
    if ((mask & MAY_WRITE) === 0 && hasCapability(caller, CAP_DAC_READ_SEARCH)) return true;
    return hasCapability(caller, CAP_DAC_OVERRIDE);
  }
  if (mask === MAY_READ && hasCapability(caller, CAP_DAC_READ_SEARCH)) return true;
  return ((mask & MAY_EXEC) === 0 || (mode & 0o111) !== 0) && hasCapability(caller, CAP_DAC_OVERRIDE);
};
