import type { Caller, Inode } from '../../fs/index.ts';
import {
  ACL_ACCESS,
  ACL_DEFAULT,
  CAP_FSETID,
  decodeAcl,
  encodeAcl,
  hasCapability,
  inGroup,
  inherit,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_ISGID,
} from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import type { Make } from './create.ts';
import type { WritableUpper } from './work-directory.ts';

/**
 * Makes an object in the work directory that is as if it were made in `parent`. There is nothing to inherit in the work
 * directory: group, setgid bit and access control lists are handed on by hand.
 */
export const makeAsIn = (
  superblock: Superblock,
  { fs, work }: WritableUpper,
  parent: Inode,
  temporary: string,
  maker: Caller,
  make: Make,
): Inode => {
  const { mounter } = superblock;
  const { mode: parentMode, gid } = fs.getattr(parent);
  const inheritsGroup = (parentMode & S_ISGID) !== 0;
  const value = fs.getxattr(parent, ACL_DEFAULT);
  const defaults = value && decodeAcl(value);
  const owner = inheritsGroup ? { ...maker, gid } : maker;
  const made = make(fs, work, temporary, defaults === undefined ? owner : { ...owner, umask: 0 });
  if (made.type === S_IFLNK || (!inheritsGroup && defaults === undefined)) return made;
  const { mode } = fs.getattr(made);
  const kept = inheritsGroup ? modeInGroup(mode, gid, maker) : mode;
  const inherited = defaults && inherit(defaults, kept);
  const wanted = inherited?.mode ?? kept;
  if (wanted !== mode) fs.setattr(made, { mode: wanted }, mounter);
  if (inherited?.access !== undefined) fs.setxattr(made, ACL_ACCESS, encodeAcl(inherited.access), 0, mounter);
  if (inherited?.defaults !== undefined) fs.setxattr(made, ACL_DEFAULT, encodeAcl(inherited.defaults), 0, mounter);
  return made;
};

const SETGID_PROGRAM = 0o2010;

/** In a setgid directory a directory is setgid, too; a setgid program needs a maker of the group, or a trusted one. */
const modeInGroup = (mode: number, gid: number, maker: Caller): number => {
  if ((mode & S_IFMT) === S_IFDIR) return mode | S_ISGID;
  const isGift = (mode & SETGID_PROGRAM) === SETGID_PROGRAM && !inGroup(maker, gid);
  return isGift && !hasCapability(maker, CAP_FSETID) ? mode & ~S_ISGID : mode;
};
