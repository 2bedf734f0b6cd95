/** Calls that add and remove names: mkdir, mknod, symlink, link, unlink, rmdir. */
import {
  CAP_DAC_READ_SEARCH,
  CAP_MKNOD,
  FS_PROTECTION_FL,
  type Inode,
  PERMISSION_BITS,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  fail,
  hasCapability,
  MAY_READ,
  MAY_WRITE,
} from '../../fs/index.ts';
import type { Mounted } from '../mount-table.ts';
import { parsePath } from '../parsed-path.ts';
import {
  isOwner,
  permit,
  requireCreatable,
  requireDeletable,
  requireFlagless,
  requireWritable,
} from '../permission.ts';
import type { Fd } from '../system-calls.ts';
import type { Walk } from '../walk.ts';
import { type ProcessState, requireLive, resolve, resolveParent } from './process-state.ts';

/**
 * Finds the free name that `path` means. What is already there (EEXIST) is told before that the mount is read-only
 * (EROFS), and that before the permission on the directory (EACCES). Only a directory may be named with a slash behind.
 */
const freeName = (process: ProcessState, path: string, directory: boolean, at: Fd | undefined): Walk => {
  const walk = resolveParent(process, path, at);
  if (walk.last !== 'name') fail('EEXIST');
  requireLive(walk);
  if (walk.mount.fs.lookup(walk.inode, walk.name) !== undefined) fail('EEXIST');
  if (walk.slash && !directory) fail('ENOENT');
  requireWritable(walk.mount);
  return walk;
};

export const mkdir = (process: ProcessState, path: string, mode: number, at?: Fd): void => {
  const walk = freeName(process, path, true, at);
  requireCreatable(walk.mount, walk.inode, process.caller);
  walk.mount.fs.mkdir(walk.inode, walk.name, mode & 0o1777, process.caller);
};

export const mknod = (process: ProcessState, path: string, mode: number, rdev: number, at?: Fd): void => {
  const { caller } = process;
  const type = mode & S_IFMT;
  if (type === S_IFDIR) fail('EPERM');
  if (type !== 0 && ![S_IFREG, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK].includes(type)) fail('EINVAL');
  const walk = freeName(process, path, false, at);
  const { mount, inode: dir } = walk;
  requireCreatable(mount, dir, caller);
  const bits = mode & PERMISSION_BITS;
  if (type === 0 || type === S_IFREG) {
    mount.fs.create(dir, walk.name, bits, caller);
    return;
  }
  const device = type === S_IFCHR || type === S_IFBLK;
  // A whiteout (character device 0:0) is no device: anybody may make one.
  if (device && !(type === S_IFCHR && rdev === 0) && !hasCapability(caller, CAP_MKNOD)) fail('EPERM');
  mount.fs.mknod(dir, walk.name, type | bits, device ? rdev : 0, caller);
};

export const symlink = (process: ProcessState, target: string, path: string, at?: Fd): void => {
  parsePath(target);
  const walk = freeName(process, path, false, at);
  requireCreatable(walk.mount, walk.inode, process.caller);
  walk.mount.fs.symlink(walk.inode, walk.name, target, process.caller);
};

const S_IXGRP = 0o010;

/** Files made with O_TMPFILE | O_EXCL never get a name; those without O_EXCL get one from the file system. */
const nameless = new WeakSet<Inode>();

export const keepNameless = (inode: Inode): void => {
  nameless.add(inode);
};

/** sysctl fs.protected_hardlinks: a link to a file of somebody else must not outlive what one may do with it now. */
const requireLinkSource = (process: ProcessState, mount: Mounted, source: Inode): void => {
  const { caller } = process;
  if (!process.protections.hardlinks) return;
  const stat = mount.fs.getattr(source);
  if (isOwner(stat, caller)) return;
  const setgid = S_ISGID | S_IXGRP;
  if (source.type !== S_IFREG || (stat.mode & S_ISUID) !== 0 || (stat.mode & setgid) === setgid) fail('EPERM');
  try {
    permit(mount, source, MAY_READ | MAY_WRITE, caller);
  } catch {
    fail('EPERM');
  }
};

export const link = (
  process: ProcessState,
  from: string,
  to: string,
  follow: boolean,
  fromAt?: Fd,
  toAt?: Fd,
): void => {
  const { caller } = process;
  let mount: Mounted;
  let source: Inode;
  if (from === '' && fromAt !== undefined) {
    const held = process.descriptors.place(fromAt);
    // AT_EMPTY_PATH would hand on what was passed to a process that could not have opened it.
    const trusted = held.opener === process.credentials || hasCapability(caller, CAP_DAC_READ_SEARCH);
    ({ mount, inode: source } = trusted ? held : fail('ENOENT'));
  } else ({ mount, inode: source } = resolve(process, from, follow, fromAt));
  const walk = freeName(process, to, false, toAt);
  if (walk.mount !== mount) fail('EXDEV');
  requireLinkSource(process, mount, source);
  requireCreatable(mount, walk.inode, caller);
  requireFlagless(mount, source, FS_PROTECTION_FL);
  if (source.type === S_IFDIR) fail('EPERM');
  if (nameless.has(source)) fail('ENOENT');
  mount.fs.link(source, walk.inode, walk.name, caller);
};

export const unlink = (process: ProcessState, path: string, at?: Fd): void => {
  const walk = resolveParent(process, path, at);
  if (walk.last !== 'name') fail('EISDIR');
  requireWritable(walk.mount);
  requireLive(walk);
  const { mount, inode: dir, name } = walk;
  const victim = mount.fs.lookup(dir, name) ?? fail('ENOENT');
  if (walk.slash) fail(victim.type === S_IFDIR ? 'EISDIR' : 'ENOTDIR');
  requireDeletable(mount, dir, victim, false, process.caller);
  if (process.namespace.isMountPoint(victim)) fail('EBUSY');
  mount.fs.unlink(dir, name, process.caller);
};

export const rmdir = (process: ProcessState, path: string, at?: Fd): void => {
  const walk = resolveParent(process, path, at);
  if (walk.last === 'dotdot') fail('ENOTEMPTY');
  if (walk.last === 'dot') fail('EINVAL');
  if (walk.last === 'root') fail('EBUSY');
  requireWritable(walk.mount);
  requireLive(walk);
  const { mount, inode: dir, name } = walk;
  const victim = mount.fs.lookup(dir, name) ?? fail('ENOENT');
  requireDeletable(mount, dir, victim, true, process.caller);
  if (process.namespace.isMountPoint(victim)) fail('EBUSY');
  mount.fs.rmdir(dir, name, process.caller);
};
