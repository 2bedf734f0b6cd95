/** Linux's `inode_init_owner`, `vfs_prepare_mode` and `posix_acl_create`: owner, mode and lists of a new object. */
import { type Acl, type Inherited, inherit } from '../acl/index.ts';
import { CAP_FSETID, hasCapability, inGroup, type Caller } from '../credentials.ts';
import { S_IFDIR, S_IFMT, S_ISGID, S_ISVTX, type FileMode } from '../mode.ts';

/** Who owns what is made in a directory of this mode and group: a setgid directory hands its group on. */
export const newGroup = (dirMode: FileMode, dirGid: number, caller: Caller): number =>
  (dirMode & S_ISGID) === 0 ? caller.gid : dirGid;

/** mkdir(2) ignores setuid and setgid bits asked for; a setgid executable needs membership of the inherited group. */
const askedMode = (mode: FileMode, dirMode: FileMode, dirGid: number, caller: Caller): FileMode => {
  if ((mode & S_IFMT) === S_IFDIR) return mode & (S_IFMT | S_ISVTX | 0o777);
  const isGroupExecutable = (mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010);
  const inherits = (dirMode & S_ISGID) !== 0;
  const isTrusted = !inherits || inGroup(caller, dirGid) || hasCapability(caller, CAP_FSETID);
  return isGroupExecutable && !isTrusted ? mode & ~S_ISGID : mode;
};

/**
 * The mode, type included, and the lists of what is made in a directory of this mode, group and default list. The umask
 * applies where there is no default list. A directory inherits setgid.
 */
export const newAccess = (
  mode: FileMode,
  dirMode: FileMode,
  dirGid: number,
  defaults: Acl | undefined,
  caller: Caller,
): Inherited => {
  const asked = askedMode(mode, dirMode, dirGid, caller);
  const setgid = (mode & S_IFMT) === S_IFDIR ? dirMode & S_ISGID : 0;
  if (defaults === undefined) {
    return { mode: (asked & ~(caller.umask & 0o777)) | setgid, access: undefined, defaults: undefined };
  }
  const inherited = inherit(defaults, asked);
  return setgid === 0 ? inherited : { ...inherited, mode: inherited.mode | setgid };
};
