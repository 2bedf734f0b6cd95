/** Attributes of an inode: read once in a moment, changed by the calls that exist for each. */
import {
  ACL_ACCESS,
  type AttributeChange,
  type Caller,
  decodeAcl,
  fail,
  isAclAsked,
  permissionOf,
  PERMISSION_BITS,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  type Stat,
} from '@layerscope/core/fs';
import { call, encodeTimes } from '../../linux/index.ts';
import { type DirectoryState, forget } from '../directory-state.ts';
import type { HostInode } from '../inodes/host-inode.ts';
import { getXattr } from '../objects/host-xattrs.ts';
import { resize } from '../objects/resize.ts';
import { readlink } from './read.ts';

const ONE_DAY = 86_400_000_000_000n;

export const getattr = (state: DirectoryState, inode: HostInode): Stat => {
  if (inode.stat !== undefined && inode.moment === state.moment) return inode.stat;
  const stat = state.access.stat(inode) ?? inode.remembered ?? fail('ESTALE');
  state.keep(inode, stat);
  return stat;
};

export const checkPermission = (state: DirectoryState, inode: HostInode, mask: number, caller: Caller): void => {
  const { mode, uid, gid } = getattr(state, inode);
  const list = isAclAsked(mode, uid, caller) ? getXattr(state.access, inode, ACL_ACCESS) : undefined;
  if (!permissionOf(mode, uid, gid, mask, caller, list && decodeAcl(list))) fail('EACCES');
};

/** Without what the inode was just made with. */
const needed = (change: AttributeChange, fresh: Stat): AttributeChange => {
  const { uid = fresh.uid, gid = fresh.gid, mode, ...others } = change;
  const owner = uid === fresh.uid && gid === fresh.gid ? {} : { uid, gid };
  // A new owner, and data of a user without privileges, take set-user-ID away again.
  const isKept = mode === undefined || (mode < 0o2000 && (fresh.mode & PERMISSION_BITS) === mode);
  return { ...others, ...owner, ...(isKept ? {} : { mode }) };
};

export const setattr = (state: DirectoryState, inode: HostInode, asked: AttributeChange): void => {
  const { access, newObjects } = state;
  const fresh = newObjects.freshly(inode);
  const { mode, uid, gid, size, atime, mtime } = fresh === undefined ? asked : needed(asked, fresh);
  forget(inode);
  newObjects.changed();
  if (size !== undefined) resize(access, inode, size);
  const isEmpty = fresh === undefined && (mode ?? uid ?? gid ?? size ?? atime ?? mtime) === undefined;
  if (uid !== undefined || gid !== undefined || isEmpty) {
    access.at(inode, (at, path, flags) => call('chown', at, path, (uid ?? -1) | 0, (gid ?? -1) | 0, flags));
  }
  if (mode !== undefined && inode.type !== S_IFLNK) access.chmod(inode, mode & PERMISSION_BITS);
  if (atime !== undefined || mtime !== undefined) {
    const times = encodeTimes(atime ?? 'omit', mtime ?? 'omit');
    access.at(inode, (at, path, flags) => call('utimens', at, path, times, flags));
  }
};

/** relatime's rule is the host's: it is made to see a read. A link is read, a directory listed. */
export const accessed = (state: DirectoryState, inode: HostInode): void => {
  const { atime, mtime, ctime } = getattr(state, inode);
  const isStale = atime <= mtime || atime <= ctime || BigInt(Date.now()) * 1_000_000n - atime >= ONE_DAY;
  if (!isStale || (inode.type !== S_IFREG && inode.type !== S_IFDIR && inode.type !== S_IFLNK)) return;
  forget(inode);
  if (inode.type === S_IFLNK) readlink(state, inode);
  else state.access.touch(inode);
};
