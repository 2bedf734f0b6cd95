import type { FileSystem, Inode } from '../../../fs/index.ts';
import { fail, O_RDONLY, PERMISSION_BITS, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../../fs/index.ts';
import { changeRow } from '../../../timeline/index.ts';
import type { OverlayRule } from '../../events.ts';
import type { Superblock } from '../../superblock.ts';
import { addDirectoryEntry } from '../../inode-index/directory-entry.ts';
import { indexName } from '../../inode-index/index-entry.ts';
import { lacksUpperName, needsIndex, writeLinks } from '../../inode-index/indexed-inode.ts';
import { showUpper } from '../../tree/inode-numbers.ts';
import { bytesOf, lowerDataOf } from '../../tree/lower-data.ts';
import { changing, type OverlayInode, pathOf } from '../../tree/overlay-inode.ts';
import { canCarry } from '../../xattr/marks.ts';
import { copyXattrs } from '../../xattr/user-xattrs.ts';
import { encodeOrigin } from '../../xattr/origin.ts';
import { originMark, setImpure } from '../../xattr/upper-marks.ts';
import { canShareBytes, copyBytes } from './copy-bytes.ts';
import { copyFlags } from './copy-flags.ts';
import { copyUpData } from './copy-up-data.ts';
import { temporaryName, type WritableUpper, writableUpper } from '../work-directory.ts';

/** What makes a copy-up necessary. */
export interface Cause {
  /** The system call, e.g. `open(O_WRONLY)`. */
  readonly call: string;
  readonly rule: OverlayRule;
  /** The bytes are about to be changed: to have the object without them (metacopy) is not enough. */
  readonly writes?: boolean;
  /** O_TRUNC: the bytes need not be copied. */
  readonly truncate?: boolean;
}

/**
 * Makes sure that `inode`, and every directory above it, exists in the upper layer. Ancestors come first, from the top.
 * Throws EROFS without a writable upper layer; EEXIST or ENOTDIR when the name was removed or taken meanwhile (a file
 * that is still open): what stands at the name is never replaced; ENOSPC and the like, leaving the upper layer as it was.
 */
export const copyUp = (superblock: Superblock, inode: OverlayInode, cause: Cause): void => {
  if (inode.upper !== undefined && inode.lowerData === undefined && !lacksUpperName(superblock, inode)) return;
  const upper = writableUpper(superblock);
  // Data that cannot be found makes every change fail, even one that does not want it.
  if (inode.lowerData !== undefined) lowerDataOf(superblock, inode);
  const isNew = inode.upper === undefined;
  const isNameless = !isNew && lacksUpperName(superblock, inode);
  if ((isNew || isNameless) && inode.parent.upper === undefined) {
    copyUp(superblock, inode.parent, { call: cause.call, rule: 'parent-of-change' });
  }
  if (isNew) copyOne(superblock, upper, inode, cause);
  else {
    if (isNameless) addUpperName(superblock, upper, inode);
    if (cause.writes === true && inode.lowerData !== undefined) copyUpData(superblock, upper, inode, cause);
  }
};

const copyOne = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode, cause: Cause): void => {
  const { fs } = upper;
  const { parent } = inode;
  const destination = parent.upper ?? fail('ENOENT');
  const stat = inode.fs.getattr(inode.real);
  const { userNamespace } = superblock;
  if (userNamespace && !(userNamespace.hasUid(stat.uid) && userNamespace.hasGid(stat.gid))) fail('EOVERFLOW');
  const before = fs.getattr(destination);
  const indexed = needsIndex(superblock, inode);
  const intoIndex = indexed && inode.type !== S_IFDIR;
  const place = intoIndex
    ? { dir: upper.work, name: indexName(originOf(inode)) }
    : { dir: destination, name: inode.name };
  if (!intoIndex) setImpure(superblock, parent);
  const isRegular = inode.type === S_IFREG;
  // What must have a digest is copied whole, because the lower file has none.
  const mayOmitData = superblock.metacopy && superblock.verity !== 'require';
  const isMetacopy = isRegular && mayOmitData && cause.writes !== true;
  const size = isRegular && cause.truncate !== true ? stat.size : 0;
  const bytes = isMetacopy ? 0 : size;
  const shared = bytes > 0 && canShareBytes(inode.fs, fs);
  const copy = isRegular
    ? copyRegular(superblock, upper, inode, stat, place, { size, isMetacopy })
    : copyOther(superblock, upper, inode, stat, place);
  // Only the listing changed, not what the directory means: its times stay, except for ctime.
  if (!intoIndex) fs.setattr(destination, { atime: before.atime, mtime: before.mtime }, superblock.mounter);
  changing(superblock, inode);
  changing(superblock, parent);
  inode.lowerData = isMetacopy ? (inode.lowerData ?? inode.lowers[0]) : undefined;
  inode.upper = copy;
  inode.fs = fs;
  inode.real = copy;
  inode.listing = undefined;
  parent.listing = undefined;
  inode.indexed = indexed;
  if (intoIndex) {
    inode.links = stat.nlink;
    changeRow(superblock.recorder, superblock.links, copy, inode);
    writeLinks(superblock, upper, inode, 'U');
    addUpperName(superblock, upper, inode);
  }
  if (inode.type === S_IFDIR) inode.filtersWhiteouts = true;
  else if (!keepsOrigin(superblock, inode, stat)) showUpper(superblock, inode);
  const { emit } = superblock;
  if (emit === undefined) return;
  emit({ type: 'copy-up', path: pathOf(inode), call: cause.call, rule: cause.rule, kind: inode.type, bytes, shared });
};

/** Where a copy is put. */
interface Place {
  readonly dir: Inode;
  readonly name: string;
}

const originOf = ({ lowers: [top] }: OverlayInode): Uint8Array =>
  top === undefined ? fail('EIO') : encodeOrigin(top.layer, top.inode);

/** Links the upper inode to the name by which the overlay's was reached, which so far is a lower one. */
const addUpperName = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode): void => {
  const { fs } = upper;
  const { parent, name } = inode;
  const directory = parent.upper ?? fail('ENOENT');
  const { atime, mtime } = fs.getattr(directory);
  setImpure(superblock, parent);
  writeLinks(superblock, upper, inode, 'L');
  fs.link(inode.upper ?? fail('EIO'), directory, name, superblock.mounter);
  fs.setattr(directory, { atime, mtime }, superblock.mounter);
  changing(superblock, parent);
  parent.listing = undefined;
  writeLinks(superblock, upper, inode, 'U');
};

/** The value of the metacopy mark. */
const NOTHING = new Uint8Array(0);

/** A file without a name, until it is complete. */
const copyRegular = (
  superblock: Superblock,
  upper: WritableUpper,
  inode: OverlayInode,
  stat: Stat,
  place: Place,
  { size, isMetacopy }: { readonly size: number; readonly isMetacopy: boolean },
): Inode => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  const copy = fs.tmpfile(work, 0, mounter);
  // Without a name it lives as long as it is open: when anything fails, it is gone with this close.
  const held = fs.open(copy, O_RDONLY, mounter);
  try {
    if (isMetacopy) {
      fs.setxattr(copy, superblock.marks.metacopy, NOTHING, 0, mounter);
      if (size > 0) fs.setattr(copy, { size }, mounter);
    } else if (size > 0) {
      const bytes = bytesOf(superblock, inode);
      copyBytes(bytes.fs, bytes.inode, fs, copy, size, superblock);
    }
    copyMetadata(superblock, inode, stat, fs, copy);
    fs.link(copy, place.dir, place.name, mounter);
    return copy;
  } finally {
    held.close();
  }
};

/** Anything but a regular file is built under a temporary name in the work directory, then renamed to its place. */
const copyOther = (
  superblock: Superblock,
  upper: WritableUpper,
  inode: OverlayInode,
  stat: Stat,
  place: Place,
): Inode => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  const name = temporaryName(superblock, upper);
  const copy = makeSame(superblock, upper, name, inode, stat);
  try {
    copyMetadata(superblock, inode, stat, fs, copy);
    if (inode.type === S_IFDIR && needsIndex(superblock, inode))
      addDirectoryEntry(superblock, upper, originOf(inode), copy);
    fs.rename(work, name, place.dir, place.name, 0, mounter);
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

/** A broken hard link is a new file: it does not know where it came from. */
const keepsOrigin = (superblock: Superblock, inode: OverlayInode, lower: Stat): boolean =>
  inode.type === S_IFDIR || lower.nlink === 1 || needsIndex(superblock, inode);

/** Owner, mode, times and attributes. ctime, btime and the inode number are the copy's own. */
const copyMetadata = (superblock: Superblock, inode: OverlayInode, stat: Stat, fs: FileSystem, copy: Inode): void => {
  const { mounter, marks } = superblock;
  const { uid, gid, atime, mtime } = stat;
  const mode = stat.mode & PERMISSION_BITS;
  fs.setattr(copy, inode.type === S_IFLNK ? { uid, gid, atime, mtime } : { mode, uid, gid, atime, mtime }, mounter);
  copyXattrs(superblock, inode.fs, inode.real, fs, copy);
  copyFlags(superblock, inode, fs, copy);
  const top = inode.lowers[0];
  if (top === undefined || !keepsOrigin(superblock, inode, stat) || !canCarry(marks, inode.type)) return;
  if (superblock.canMark) fs.setxattr(copy, marks.origin, originMark(superblock, top.layer, top.inode), 0, mounter);
};
