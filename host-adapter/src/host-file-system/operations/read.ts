/** What is in an inode: the bytes of a file, the names of a directory, the target of a link. */
import {
  decodeName,
  type DirectoryEntry,
  fail,
  isLongerThan,
  NAME_MAX,
  O_DIRECTORY,
  O_RDONLY,
  O_TRUNC,
  type OpenFile,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
} from '@layerscope/core/fs';
import { bind, call, decodeDirents } from '../../linux/index.ts';
import { type DirectoryState, forget, isRemoved } from '../directory-state.ts';
import type { HostInode } from '../inodes/host-inode.ts';
import { HostFile } from '../objects/host-file.ts';

const closeFd = bind('close');

export const lookup = (state: DirectoryState, parent: HostInode, name: string): HostInode | undefined => {
  if (parent.type !== S_IFDIR) fail('ENOTDIR');
  if (isLongerThan(name, NAME_MAX)) fail('ENAMETOOLONG');
  if (isRemoved(parent)) return undefined;
  state.begin();
  const stat = state.access.statAt(state.access.directories.of(parent), name);
  return stat && state.found(stat, parent, name);
};

export const readlink = ({ access, buffer }: DirectoryState, inode: HostInode): string => {
  if (inode.type !== S_IFLNK) fail('EINVAL');
  // The host may stamp the access.
  forget(inode);
  const length = access.at(inode, (at, path) => call('readlink', at, path, buffer, buffer.length));
  return decodeName(buffer.subarray(0, length));
};

export const readdir = (state: DirectoryState, dir: HostInode): readonly DirectoryEntry[] => {
  if (dir.type !== S_IFDIR) fail('ENOTDIR');
  if (isRemoved(dir)) return [];
  state.begin();
  const { access, buffer } = state;
  return access.withOpen(dir, O_RDONLY | O_DIRECTORY, (fd) => {
    const entries: DirectoryEntry[] = [];
    for (;;) {
      const length = call('getdents', fd, buffer, buffer.length);
      if (length === 0) return Object.freeze(entries);
      for (const { name, ino, type } of decodeDirents(buffer, length)) {
        if (name === '.' || name === '..') continue;
        entries.push({ name, ino, type: type || (lookup(state, dir, name)?.type ?? S_IFREG) });
      }
    }
  });
};

export const open = (state: DirectoryState, inode: HostInode, flags: number): OpenFile => {
  if (inode.type !== S_IFREG) fail(inode.type === S_IFDIR ? 'EISDIR' : 'EINVAL');
  // A file without a name has a descriptor that all its opens share: positions are ours.
  let fd = state.newObjects.take(inode) ?? (inode.isUnnamed && inode.fd >= 0 ? inode.fd : undefined);
  if (fd === undefined) fd = state.access.open(inode, flags);
  else if ((flags & O_TRUNC) !== 0) call('ftruncate', fd, 0);
  if ((flags & O_TRUNC) !== 0) forget(inode);
  const file = new HostFile(fd, inode, forget, (closed) => close(state, closed));
  inode.files.push(file);
  return file;
};

const close = ({ lifetimes }: DirectoryState, file: HostFile): void => {
  const { inode, fd } = file;
  inode.files.splice(inode.files.indexOf(file), 1);
  forget(inode);
  if (fd !== inode.fd) closeFd(fd);
  lifetimes.releaseIfUnused(inode);
};
