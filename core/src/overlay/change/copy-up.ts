import type { FileSystem, Inode } from '../../fs/index.ts';
import { fail, O_RDONLY, PERMISSION_BITS, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../fs/index.ts';
import type { OverlayRule } from '../events.ts';
import type { Superblock } from '../superblock.ts';
import { showUpper } from '../tree/inode-numbers.ts';
import { type OverlayInode, pathOf } from '../tree/overlay-inode.ts';
import { copyXattrs } from '../xattr/user-xattrs.ts';
import { encodeOrigin } from '../xattr/origin.ts';
import { setImpure } from '../xattr/upper-marks.ts';
import { copyBytes } from './copy-bytes.ts';
import { temporaryName, type WritableUpper, writableUpper } from './work-directory.ts';

/** What makes a copy-up necessary. */
export interface Cause {
  /** The system call, e.g. `open(O_WRONLY)`. */
  readonly call: string;
  readonly rule: OverlayRule;
  /** O_TRUNC: the bytes need not be copied. */
  readonly truncate?: boolean;
}

/**
 * Makes sure that `inode`, and every directory above it, exists in the upper layer. Ancestors come first, from the top.
 * Throws EROFS without a writable upper layer; EEXIST or ENOTDIR when the name was removed or taken meanwhile (a file
 * that is still open): what stands at the name is never replaced; ENOSPC and the like, leaving the upper layer as it was.
 */
export const copyUp = (superblock: Superblock, inode: OverlayInode, cause: Cause): void => {
  if (inode.upper !== undefined) return;
  const upper = writableUpper(superblock);
  if (inode.parent.upper === undefined) {
    copyUp(superblock, inode.parent, { call: cause.call, rule: 'parent-of-change' });
  }
  copyOne(superblock, upper, inode, cause);
};

const copyOne = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode, cause: Cause): void => {
  const { mounter } = superblock;
  const { fs } = upper;
  const { parent } = inode;
  const destination = parent.upper ?? fail('ENOENT');
  const top = inode.lowers[0];
  if (top === undefined) return;
  const stat = inode.fs.getattr(inode.real);
  const before = fs.getattr(destination);
  setImpure(superblock, parent);
  // A broken hard link is a new file: it does not know where it came from.
  const keepsOrigin = inode.type === S_IFDIR || stat.nlink === 1;
  const origin = keepsOrigin ? encodeOrigin(top.layer, top.inode) : undefined;
  const bytes = inode.type === S_IFREG && cause.truncate !== true ? stat.size : 0;
  const finish = (copy: Inode): boolean => {
    const shared = bytes > 0 && copyBytes(inode.fs, inode.real, fs, copy, mounter);
    copyMetadata(superblock, inode, stat, fs, copy);
    if (origin !== undefined) fs.setxattr(copy, superblock.marks.origin, origin, 0, mounter);
    return shared;
  };
  let shared = false;
  let copy: Inode;
  if (inode.type === S_IFREG) {
    copy = fs.tmpfile(upper.work, 0, mounter);
    try {
      shared = finish(copy);
      fs.link(copy, destination, inode.name, mounter);
    } catch (error) {
      fs.open(copy, O_RDONLY, mounter).close();
      throw error;
    }
  } else copy = moveIntoPlace(superblock, upper, inode, stat, destination, finish);
  // Only the listing changed, not what the directory means: its times stay, except for ctime.
  fs.setattr(destination, { atime: before.atime, mtime: before.mtime }, mounter);
  inode.upper = copy;
  inode.fs = fs;
  inode.real = copy;
  inode.listing = undefined;
  parent.listing = undefined;
  if (inode.type === S_IFDIR) inode.filtersWhiteouts = true;
  else if (!keepsOrigin) showUpper(superblock, inode);
  superblock.emit?.({
    type: 'copy-up',
    path: pathOf(inode),
    call: cause.call,
    rule: cause.rule,
    kind: inode.type,
    bytes,
    shared,
  });
};

/** Builds anything but a regular file under a temporary name in the work directory, then renames it to its place. */
const moveIntoPlace = (
  superblock: Superblock,
  upper: WritableUpper,
  inode: OverlayInode,
  stat: Stat,
  destination: Inode,
  finish: (copy: Inode) => boolean,
): Inode => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  const name = temporaryName(superblock, upper);
  const copy = makeSame(superblock, upper, name, inode, stat);
  try {
    finish(copy);
    fs.rename(work, name, destination, inode.name, 0, mounter);
    return copy;
  } catch (error) {
    if (inode.type === S_IFDIR) fs.rmdir(work, name, mounter);
    else fs.unlink(work, name, mounter);
    throw error;
  }
};

const makeSame = (
  superblock: Superblock,
  upper: WritableUpper,
  name: string,
  inode: OverlayInode,
  stat: Stat,
): Inode => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  if (inode.type === S_IFDIR) return fs.mkdir(work, name, stat.mode & PERMISSION_BITS, mounter);
  if (inode.type === S_IFLNK) return fs.symlink(work, name, inode.fs.readlink(inode.real), mounter);
  return fs.mknod(work, name, stat.mode & (S_IFMT | PERMISSION_BITS), stat.rdev, mounter);
};

/** Owner, mode, times and attributes. ctime, btime and the inode number are the copy's own. */
const copyMetadata = (superblock: Superblock, inode: OverlayInode, stat: Stat, fs: FileSystem, copy: Inode): void => {
  const { mounter } = superblock;
  const times = { uid: stat.uid, gid: stat.gid, atime: stat.atime, mtime: stat.mtime };
  fs.setattr(copy, inode.type === S_IFLNK ? times : { ...times, mode: stat.mode & PERMISSION_BITS }, mounter);
  copyXattrs(superblock, inode.fs, inode.real, fs, copy);
};
