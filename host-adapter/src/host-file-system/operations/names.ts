/** Names that come, go and move. */
import { fail, RENAME_EXCHANGE, type Stat } from '@layerscope/core/fs';
import { AT_FDCWD, AT_SYMLINK_FOLLOW, call } from '../../linux/index.ts';
import { type DirectoryState, forget, isRemoved } from '../directory-state.ts';
import type { HostInode } from '../inodes/host-inode.ts';
import { getattr } from './attributes.ts';

/** Room for the second name of a call that takes two; longer ones are ENAMETOOLONG all the same. */
const TARGET_ROOM = 1024;

/** Makes one object; answers its descriptor if it has one. */
export type Make = (at: number, name: Uint8Array, parent: () => Stat) => number | undefined;

export const add = (state: DirectoryState, parent: HostInode, name: string, make: Make): HostInode => {
  state.begin();
  const { access } = state;
  const at = access.directories.of(parent);
  const fd = make(at, access.names.encode(name), () => getattr(state, parent));
  forget(parent);
  const stat = (fd === undefined ? access.statAt(at, name) : access.statOf(fd)) ?? fail('ENOENT', name);
  const inode = state.found(stat, parent, name);
  state.newObjects.made(inode, stat);
  if (fd !== undefined) state.newObjects.offer(inode, fd);
  return inode;
};

/** O_TMPFILE: `make` answers the descriptor that keeps it alive. */
export const addUnnamed = (
  state: DirectoryState,
  parent: HostInode,
  make: (at: number, parent: () => Stat) => number,
): HostInode => {
  if (isRemoved(parent)) fail('ENOENT');
  state.begin();
  const fd = make(state.access.directories.of(parent), () => getattr(state, parent));
  const inode = state.table.intern(state.access.statOf(fd));
  inode.fd = fd;
  inode.isUnnamed = true;
  return inode;
};

export const link = (state: DirectoryState, inode: HostInode, parent: HostInode, name: string): void => {
  state.begin();
  const { directories, names } = state.access;
  const to = directories.of(parent);
  const target = Buffer.from(names.encode(name).subarray(0, TARGET_ROOM));
  if (inode.location !== undefined) {
    const from = directories.of(inode.location.parent);
    call('link', from, names.encode(inode.location.name), to, target, 0);
  } else if (inode.fd >= 0) {
    call('link', AT_FDCWD, names.encodeProc(inode.fd, ''), to, target, AT_SYMLINK_FOLLOW);
  } else fail('ENOENT');
  forget(inode);
  forget(parent);
  inode.addLocation(parent, name);
  state.lifetimes.releaseIfUnused(inode);
};

/** unlink(2), or rmdir(2) with AT_REMOVEDIR. */
export const remove = (state: DirectoryState, parent: HostInode, name: string, flags: number): void => {
  state.begin();
  const { access } = state;
  const at = access.directories.of(parent);
  const victim = state.at(at, name);
  if (victim?.inode !== undefined) state.hold(victim.inode);
  call('unlink', at, access.names.encode(name), flags);
  forget(parent);
  if (victim?.inode === undefined) return;
  forget(victim.inode);
  victim.inode.removeLocation(parent, name);
  state.lifetimes.lostName(victim.inode, victim.stat);
};

export const rename = (
  state: DirectoryState,
  from: HostInode,
  fromName: string,
  to: HostInode,
  toName: string,
  flags: number,
): void => {
  state.begin();
  const { directories, names } = state.access;
  const fromFd = directories.of(from);
  const toFd = directories.of(to);
  const source = state.at(fromFd, fromName);
  const target = state.at(toFd, toName);
  if (target?.inode !== undefined && (flags & RENAME_EXCHANGE) === 0) state.hold(target.inode);
  const toBytes = Buffer.from(names.encode(toName).subarray(0, TARGET_ROOM));
  call('rename', fromFd, names.encode(fromName), toFd, toBytes, flags);
  for (const each of [from, to, source?.inode, target?.inode]) if (each !== undefined) forget(each);
  // Two names of one inode: nothing happens.
  if (source?.stat.ino === target?.stat.ino && source?.stat.dev === target?.stat.dev) return;
  source?.inode?.removeLocation(from, fromName);
  target?.inode?.removeLocation(to, toName);
  source?.inode?.addLocation(to, toName);
  if ((flags & RENAME_EXCHANGE) !== 0) target?.inode?.addLocation(from, fromName);
  else if (target?.inode !== undefined) state.lifetimes.lostName(target.inode, target.stat);
};
