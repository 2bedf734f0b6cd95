/** New inodes, and the names that they get. */
import type { Nanoseconds } from '../../clock.ts';
import type { Inherited } from '../../acl/index.ts';
import type { Caller } from '../../credentials.ts';
import { fail } from '../../errno.ts';
import { FS_NOATIME_FL, FS_NODUMP_FL } from '../../inode-flags.ts';
import { type FileMode, PERMISSION_BITS, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../mode.ts';
import { isLongerThan, NAME_MAX, nameLength, PATH_MAX } from '../../names.ts';
import { defaultListOf, setInherited } from '../access-lists.ts';
import type { DirectoryInode, FileInode, MemoryInode, NodeInode } from '../inode.ts';
import { bind, setLinks, setTimes } from '../mutations.ts';
import { newAccess, newGroup } from '../new-inode.ts';
import { targetBytes } from '../space.ts';
import type { Store } from '../store.ts';

/** What goes from a directory to that which is made in it. */
const INHERITED_FLAGS = FS_NODUMP_FL | FS_NOATIME_FL;

export const makeFile = (
  store: Store,
  parent: DirectoryInode,
  name: string,
  mode: number,
  caller: Caller,
): MemoryInode => {
  checkNewEntry(store, parent, name);
  const now = store.clock.now();
  return add(store, parent, name, newFile(store, parent, mode, caller, 1, now), now);
};

export const makeDirectory = (
  store: Store,
  parent: DirectoryInode,
  name: string,
  mode: number,
  caller: Caller,
): MemoryInode => {
  checkNewEntry(store, parent, name);
  if (parent.links >= store.linkLimit) fail('EMLINK');
  const now = store.clock.now();
  const access = accessIn(parent, S_IFDIR | (mode & PERMISSION_BITS), caller);
  const gid = newGroup(parent.mode, parent.gid, caller);
  setLinks(parent, parent.links + 1);
  const made = store.table.directory(access.mode, caller.uid, gid, now, parent);
  setInherited(made, access);
  return add(store, parent, name, made, now);
};

export const makeNode = (
  store: Store,
  parent: DirectoryInode,
  name: string,
  mode: number,
  rdev: number,
  caller: Caller,
): MemoryInode => {
  const type = mode & S_IFMT;
  if (type === S_IFDIR) fail('EPERM');
  if (type === S_IFREG || type === 0) return makeFile(store, parent, name, mode, caller);
  if (type === S_IFLNK) fail('EINVAL');
  checkNewEntry(store, parent, name);
  const now = store.clock.now();
  return add(store, parent, name, newNode(store, parent, mode, rdev, caller, now), now);
};

export const makeSymlink = (
  store: Store,
  parent: DirectoryInode,
  name: string,
  target: string,
  caller: Caller,
): MemoryInode => {
  if (target === '') fail('ENOENT');
  const length = nameLength(target);
  if (length >= PATH_MAX) fail('ENAMETOOLONG');
  checkNewEntry(store, parent, name);
  const { space, table, clock } = store;
  const bytes = targetBytes(length);
  if (!space.fits(bytes)) fail('ENOSPC');
  const now = clock.now();
  const gid = newGroup(parent.mode, parent.gid, caller);
  space.addBytes(bytes);
  return add(store, parent, name, table.symlink(S_IFLNK | 0o777, caller.uid, gid, now, target, length), now);
};

/** O_TMPFILE. */
export const makeUnnamed = (store: Store, parent: DirectoryInode, mode: number, caller: Caller): MemoryInode => {
  if (parent.links === 0) fail('ENOENT');
  store.space.checkInode();
  store.space.addInodes(1);
  return newFile(store, parent, mode, caller, 0, store.clock.now());
};

/** A device, fifo, socket or whiteout that has no name yet. */
export const newNode = (
  { table }: Store,
  parent: DirectoryInode,
  mode: FileMode,
  rdev: number,
  caller: Caller,
  now: Nanoseconds,
): NodeInode => {
  const access = accessIn(parent, mode, caller);
  const made = table.node(access.mode, caller.uid, newGroup(parent.mode, parent.gid, caller), now, rdev);
  setInherited(made, access);
  return made;
};

/** EEXIST, ENAMETOOLONG, and ENOENT in a directory that was removed. */
export const checkFree = (dir: DirectoryInode, name: string): void => {
  if (dir.get(name) !== undefined) fail('EEXIST');
  if (isLongerThan(name, NAME_MAX)) fail('ENAMETOOLONG');
  if (dir.links === 0) fail('ENOENT');
};

/** One more inode under this name can be made. */
const checkNewEntry = ({ space }: Store, parent: DirectoryInode, name: string): void => {
  checkFree(parent, name);
  space.checkInode();
};

const add = (
  { space }: Store,
  parent: DirectoryInode,
  name: string,
  child: MemoryInode,
  now: Nanoseconds,
): MemoryInode => {
  bind(parent, name, child);
  child.flags = parent.flags & INHERITED_FLAGS;
  setTimes(parent, parent.atime, now, now);
  space.addInodes(1);
  return child;
};

const newFile = (
  { table }: Store,
  parent: DirectoryInode,
  mode: number,
  caller: Caller,
  links: number,
  now: Nanoseconds,
): FileInode => {
  const access = accessIn(parent, S_IFREG | (mode & PERMISSION_BITS), caller);
  const made = table.file(access.mode, caller.uid, newGroup(parent.mode, parent.gid, caller), links, now);
  setInherited(made, access);
  return made;
};

const accessIn = (parent: DirectoryInode, mode: number, caller: Caller): Inherited =>
  newAccess(mode, parent.mode, parent.gid, defaultListOf(parent), caller);
