/** Attributes of an inode, as tmpfs tells and changes them. */
import type { Nanoseconds } from '../../clock.ts';
import { PAGE_SIZE } from '../../content/extent.ts';
import type { AttributeChange, Stat } from '../../file-system.ts';
import { FS_NOATIME_FL } from '../../inode-flags.ts';
import { PERMISSION_BITS, S_IFMT } from '../../mode.ts';
import { followMode } from '../access-lists.ts';
import { asFile, DirectoryInode, FileInode, type MemoryInode, NodeInode, SymlinkInode } from '../inode.ts';
import { setOwnership, setTimes } from '../mutations.ts';
import { stampBytes, truncateFile } from '../open-file.ts';
import { targetBytes } from '../space.ts';
import type { Store } from '../store.ts';

/** tmpfs's st_size of a directory: 40 for `.` and `..`, 20 for each further entry. */
const ENTRY_SIZE = 20;
const ONE_DAY = 86_400_000_000_000n;

export const attributesOf = (row: MemoryInode, dev: number): Stat => {
  let size = 0;
  let bytes = 0;
  let rdev = 0;
  if (row instanceof FileInode) {
    size = row.data.size;
    bytes = row.data.allocated;
  } else if (row instanceof DirectoryInode) size = ENTRY_SIZE * (2 + row.count);
  else if (row instanceof SymlinkInode) {
    size = row.length;
    bytes = targetBytes(size);
  } else if (row instanceof NodeInode) rdev = row.rdev;
  return {
    dev,
    ino: row.ino,
    mode: row.mode,
    nlink: row.links,
    uid: row.uid,
    gid: row.gid,
    rdev,
    size,
    blocks: bytes / 512,
    blksize: PAGE_SIZE,
    atime: row.atime,
    mtime: row.mtime,
    ctime: row.ctime,
    btime: row.btime,
  };
};

export const changeAttributes = (store: Store, row: MemoryInode, change: AttributeChange): void => {
  const { mode, uid, gid, size, atime, mtime } = change;
  const file = size === undefined ? undefined : asFile(row);
  const now = store.clock.now();
  if (file !== undefined && size !== undefined) {
    const changed = truncateFile(file, size, store.space, store.table.largestFile);
    if (changed) stampBytes(file, now);
    if ((mode ?? uid ?? gid ?? atime ?? mtime) === undefined) return;
  }
  if (mode !== undefined || uid !== undefined || gid !== undefined) {
    const newBits = mode === undefined ? row.mode : (row.mode & S_IFMT) | (mode & PERMISSION_BITS);
    setOwnership(row, newBits, uid ?? row.uid, gid ?? row.gid);
    if (mode !== undefined) followMode(row);
  }
  setTimes(row, timeOf(atime, row.atime, now), timeOf(mtime, row.mtime, now), now);
};

/** relatime: an access is noted when it is the first after a change, or the first in a day. */
export const stampAccess = ({ clock }: Store, row: MemoryInode): void => {
  if ((row.flags & FS_NOATIME_FL) !== 0) return;
  const now = clock.now();
  const isStale = row.atime <= row.mtime || row.atime <= row.ctime || now - row.atime >= ONE_DAY;
  if (isStale) setTimes(row, now, row.mtime, row.ctime);
};

const timeOf = (change: Nanoseconds | 'now' | undefined, current: Nanoseconds, now: Nanoseconds): Nanoseconds =>
  change === undefined ? current : change === 'now' ? now : change;
