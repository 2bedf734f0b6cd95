/**
 * Who may do what: the checks Linux's VFS makes before it asks a file system, in its order.
 */
import {
  CAP_FOWNER,
  CAP_FSETID,
  type Caller,
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_PROTECTION_FL,
  type Inode,
  MAY_EXEC,
  MAY_WRITE,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  type Stat,
  fail,
  hasCapability,
  inGroup,
} from '../fs/index.ts';
import type { Mounted } from './mount-table.ts';

const S_IXGRP = 0o010;

/** EROFS when nothing can be written through this mount. */
export const requireWritable = (mount: Mounted): void => {
  if (mount.readOnly) fail('EROFS');
};

/** EPERM when one of these flags is set: they hold for everybody. */
export const requireFlagless = ({ fs }: Mounted, inode: Inode, flags: number): void => {
  if (fs.getFlags !== undefined && (fs.getFlags(inode) & flags) !== 0) fail('EPERM');
};

/** EACCES; EROFS first when the file system itself (not just this mount) is read-only, then EPERM for what is immutable. */
export const permit = (mount: Mounted, inode: Inode, mask: number, caller: Caller): void => {
  if ((mask & MAY_WRITE) !== 0 && mount.superblock.readOnly) {
    const { type } = inode;
    if (type === S_IFREG || type === S_IFDIR || type === S_IFLNK) fail('EROFS');
  }
  if ((mask & MAY_WRITE) !== 0) requireFlagless(mount, inode, FS_IMMUTABLE_FL);
  mount.fs.permission(inode, mask, caller);
};

/** Changing modes, times and user xattrs of sticky directories is for the owner. */
export const isOwner = (stat: Stat, caller: Caller): boolean =>
  stat.uid === caller.uid || hasCapability(caller, CAP_FOWNER);

/** In the group, or trusted with setgid bits of any (CAP_FSETID). */
export const inGroupOrTrusted = (gid: number, caller: Caller): boolean =>
  inGroup(caller, gid) || hasCapability(caller, CAP_FSETID);

/** A name may be added to `dir`. */
export const requireCreatable = (mount: Mounted, dir: Inode, caller: Caller): void =>
  permit(mount, dir, MAY_WRITE | MAY_EXEC, caller);

/**
 * The name of `victim` may be taken from `dir`: EACCES on the directory, EPERM by the sticky bit and by flags, then the
 * type that the call asks for (ENOTDIR for rmdir, EISDIR for unlink).
 */
export const requireDeletable = (
  mount: Mounted,
  dir: Inode,
  victim: Inode,
  asDirectory: boolean,
  caller: Caller,
): void => {
  permit(mount, dir, MAY_WRITE | MAY_EXEC, caller);
  requireFlagless(mount, dir, FS_APPEND_FL);
  requireFlagless(mount, victim, FS_PROTECTION_FL);
  if (!hasCapability(caller, CAP_FOWNER)) {
    const { fs } = mount;
    const stat = fs.getattr(dir);
    if ((stat.mode & S_ISVTX) !== 0 && stat.uid !== caller.uid && fs.getattr(victim).uid !== caller.uid) fail('EPERM');
  }
  if (asDirectory) {
    if (victim.type !== S_IFDIR) fail('ENOTDIR');
    if (victim === mount.root) fail('EBUSY');
  } else if (victim.type === S_IFDIR) fail('EISDIR');
};

/** The setgid bit goes when others execute by it, or when the one who changes the file is not of its group. */
export const dropsSetgid = (stat: Stat, caller: Caller): boolean =>
  (stat.mode & S_ISGID) !== 0 && ((stat.mode & S_IXGRP) !== 0 || !inGroupOrTrusted(stat.gid, caller));

/** The mode a regular file has after its bytes were changed: setuid and setgid go, unless CAP_FSETID keeps them. */
export const modeAfterWrite = (stat: Stat, caller: Caller): number => {
  if ((stat.mode & (S_ISUID | S_ISGID)) === 0 || hasCapability(caller, CAP_FSETID)) return stat.mode;
  return stat.mode & ~S_ISUID & ~(dropsSetgid(stat, caller) ? S_ISGID : 0);
};
