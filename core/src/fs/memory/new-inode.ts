/** Linux's `inode_init_owner` and `vfs_prepare_mode`: owner and mode of a new object. */
import { CAP_FSETID, hasCapability, inGroup, type Caller } from '../credentials.ts';
import { S_IFDIR, S_IFMT, S_ISGID, S_ISVTX, type FileMode } from '../mode.ts';

/** Who owns what is made in a directory of this mode and group: a setgid directory hands its group on. */
export const newGroup = (dirMode: FileMode, dirGid: number, caller: Caller): number =>
  (dirMode & S_ISGID) === 0 ? caller.gid : dirGid;

/**
 * The mode, type included, of what is made in such a directory. The umask applies; mkdir(2) ignores setuid and setgid
 * bits asked for, but a directory inherits setgid; a setgid executable needs membership of the inherited group.
 */
export const newMode = (mode: FileMode, dirMode: FileMode, dirGid: number, caller: Caller): FileMode => {
  const masked = mode & ~(caller.umask & 0o777);
  if ((mode & S_IFMT) === S_IFDIR) return (masked & (S_IFMT | S_ISVTX | 0o777)) | (dirMode & S_ISGID);
  const groupExecutable = (masked & (S_ISGID | 0o010)) === (S_ISGID | 0o010);
  const inherits = (dirMode & S_ISGID) !== 0;
  if (groupExecutable && inherits && !inGroup(caller, dirGid) && !hasCapability(caller, CAP_FSETID)) {
    return masked & ~S_ISGID;
  }
  return masked;
};
