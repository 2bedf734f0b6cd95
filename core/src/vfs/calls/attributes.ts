/** Calls that change an inode's mode, owner, times and size; the callers have found the place already. */
import {
  type AttributeChange,
  CAP_CHOWN,
  CAP_LINUX_IMMUTABLE,
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_PROTECTION_FL,
  PERMISSION_BITS,
  S_IFDIR,
  S_IFREG,
  S_ISGID,
  S_ISUID,
  fail,
  hasCapability,
  inGroup,
  type Inode,
  MAY_WRITE,
} from '../../fs/index.ts';
import type { Place } from '../mount-table.ts';
import {
  dropsSetgid,
  inGroupOrTrusted,
  isOwner,
  modeAfterWrite,
  permit,
  requireFlagless,
  requireWritable,
} from '../permission.ts';
import type { TimeChange } from '../system-calls.ts';
import type { ProcessState } from './process-state.ts';
import { removeCapabilities } from './xattrs.ts';

export const chmod = (process: ProcessState, place: Place, mode: number): void => {
  const { mount, inode } = place;
  const { caller } = process;
  requireWritable(mount);
  requireFlagless(mount, inode, FS_PROTECTION_FL);
  const stat = mount.fs.getattr(inode);
  if (!isOwner(stat, caller)) fail('EPERM');
  const bits = mode & PERMISSION_BITS;
  mount.fs.setattr(inode, { mode: inGroupOrTrusted(stat.gid, caller) ? bits : bits & ~S_ISGID }, caller);
};

export const chown = (process: ProcessState, place: Place, uid: number, gid: number): void => {
  const { mount, inode } = place;
  const { caller } = process;
  requireWritable(mount);
  if (uid !== -1 || gid !== -1) requireFlagless(mount, inode, FS_PROTECTION_FL);
  const stat = mount.fs.getattr(inode);
  const trusted = hasCapability(caller, CAP_CHOWN);
  const owns = stat.uid === caller.uid;
  if (uid !== -1 && !trusted && !(owns && uid === stat.uid)) fail('EPERM');
  if (gid !== -1 && !trusted && !(owns && (gid === stat.gid || inGroup(caller, gid)))) fail('EPERM');

  const change: { -readonly [field in keyof AttributeChange]: AttributeChange[field] } = {};
  if (uid !== -1) change.uid = uid;
  if (gid !== -1) change.gid = gid;
  if (inode.type !== S_IFDIR) {
    // Even chown(-1, -1) and even root's: what was trusted with another owner is not trusted with this one.
    const mode = stat.mode & ~S_ISUID & ~(dropsSetgid(stat, caller) ? S_ISGID : 0);
    if (mode !== stat.mode) {
      if (!isOwner(stat, caller)) fail('EPERM');
      change.mode = inGroupOrTrusted(gid === -1 ? stat.gid : gid, caller) ? mode : mode & ~S_ISGID;
    }
    removeCapabilities(mount, inode);
  }
  mount.fs.setattr(inode, change, caller);
};

/** "Now" for both is allowed to whoever may write; everything else is the owner's. */
export const utimens = (process: ProcessState, place: Place, atime: TimeChange, mtime: TimeChange): void => {
  const { mount, inode } = place;
  const { caller } = process;
  requireWritable(mount);
  const isTouch = atime === 'now' && mtime === 'now';
  // What only grows may be touched, but not be dated.
  requireFlagless(mount, inode, isTouch ? FS_IMMUTABLE_FL : FS_PROTECTION_FL);
  const owner = isOwner(mount.fs.getattr(inode), caller);
  if (isTouch) {
    if (!owner) permit(mount, inode, MAY_WRITE, caller);
  } else if (!owner) fail('EPERM');
  mount.fs.setattr(inode, { ...(atime === 'omit' ? {} : { atime }), ...(mtime === 'omit' ? {} : { mtime }) }, caller);
};

/** truncate(2): by path, the permission to write is asked; ftruncate's was asked by open. */
export const truncate = (process: ProcessState, place: Place, size: number): void => {
  const { mount, inode } = place;
  if (inode.type === S_IFDIR) fail('EISDIR');
  if (inode.type !== S_IFREG) fail('EINVAL');
  requireWritable(mount);
  permit(mount, inode, MAY_WRITE, process.caller);
  requireFlagless(mount, inode, FS_APPEND_FL);
  resize(process, place, size);
};

/** ftruncate(2) stamps mtime even when the size stays (`times`); truncate(2) leaves that to the file system. */
export const resize = (
  process: ProcessState,
  { mount, inode }: Place,
  size: number,
  times: { readonly mtime?: 'now' } = {},
): void => {
  removeCapabilities(mount, inode);
  const stat = mount.fs.getattr(inode);
  const mode = modeAfterWrite(stat, process.caller);
  mount.fs.setattr(inode, mode === stat.mode ? { size, ...times } : { size, mode, ...times }, process.caller);
};

/** FS_IOC_GETFLAGS: ENOTTY for anything but files and directories, and where no flags are known. */
export const getFlags = ({ mount, inode }: Place): number => {
  if (!mayHaveFlags(inode)) fail('ENOTTY');
  return mount.fs.getFlags?.(inode) ?? fail('ENOTTY');
};

/** FS_IOC_SETFLAGS: the owner's; that nothing may change or only grow is CAP_LINUX_IMMUTABLE's to say. */
export const setFlags = (process: ProcessState, { mount, inode }: Place, flags: number): void => {
  const { caller } = process;
  const { fs } = mount;
  requireWritable(mount);
  if (!mayHaveFlags(inode) || fs.getFlags === undefined || fs.setFlags === undefined) return fail('ENOTTY');
  if (!isOwner(fs.getattr(inode), caller)) fail('EPERM');
  const changed = (fs.getFlags(inode) ^ flags) & FS_PROTECTION_FL;
  if (changed !== 0 && !hasCapability(caller, CAP_LINUX_IMMUTABLE)) fail('EPERM');
  return fs.setFlags(inode, flags, caller);
};

const mayHaveFlags = ({ type }: Inode): boolean => type === S_IFREG || type === S_IFDIR;

/** EINVAL for what no off_t holds; a size beyond 2^53 cannot be told apart in a JS number: EFBIG. */
export const requireSize = (size: number): void => {
  if (!(size >= 0) || !Number.isInteger(size)) fail('EINVAL');
  if (size > Number.MAX_SAFE_INTEGER) fail('EFBIG');
};
