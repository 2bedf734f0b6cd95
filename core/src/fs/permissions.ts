/**
 * Linux's `inode_permission` for file systems without access control lists (path_resolution(7), capabilities(7)).
 */
import { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, hasCapability, inGroup, type Caller } from './credentials.ts';
import { isDirectory, type FileMode } from './mode.ts';

/** access(2) mask bits. */
export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

/**
 * Whether `caller` may do all of `mask` to an object of this mode and owner.
 *
 * Exactly one class of bits counts: an owner whom the owner bits refuse is refused, though the group bits might let
 * him. CAP_DAC_OVERRIDE passes everything except executing a file that nobody may execute; CAP_DAC_READ_SEARCH passes
 * reading, and searching directories.
 */
export const permissionOf = (mode: FileMode, uid: number, gid: number, mask: number, caller: Caller): boolean => {
  const granted = caller.uid === uid ? mode >> 6 : inGroup(caller, gid) ? mode >> 3 : mode;
  if ((mask & ~granted & 7) === 0) return true;
  if (isDirectory(mode)) {
    if ((mask & MAY_WRITE) === 0 && hasCapability(caller, CAP_DAC_READ_SEARCH)) return true;
    return hasCapability(caller, CAP_DAC_OVERRIDE);
  }
  if (mask === MAY_READ && hasCapability(caller, CAP_DAC_READ_SEARCH)) return true;
  return ((mask & MAY_EXEC) === 0 || (mode & 0o111) !== 0) && hasCapability(caller, CAP_DAC_OVERRIDE);
};
