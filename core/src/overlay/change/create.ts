import type { Caller, FileSystem, Inode } from '../../fs/index.ts';
import { CAP_FSETID, fail, RENAME_EXCHANGE, S_IFDIR } from '../../fs/index.ts';
import { changeRow } from '../../timeline/index.ts';
import type { Superblock } from '../superblock.ts';
import { beginLinkChange, endLinkChange } from '../inode-index/link-count.ts';
import { nextDirectoryNumber, showUpper } from '../tree/inode-numbers.ts';
import { lookupKnown } from '../tree/lookup.ts';
import { changing, OverlayInode, setChild, WHITEOUT } from '../tree/overlay-inode.ts';
import { canCarry } from '../xattr/marks.ts';
import { markOpaque, noteOpaque, setImpure, setOpaque } from '../xattr/upper-marks.ts';
import { copyUp } from './copy-up/copy-up.ts';
import { keepLowerData } from './lower-part.ts';
import { makeAsIn } from './make-as-in.ts';
import { temporaryName, type WritableUpper, writableUpper } from './work-directory.ts';

/** Makes an object of the upper file system at `name` in `dir`, as `caller`. */
export type Make = (fs: FileSystem, dir: Inode, name: string, caller: Caller) => Inode;

/**
 * A new object at a free name. Over nothing it is made in its place; over a whiteout it is built in the work directory
 * and takes the whiteout's place in one step, a directory marked opaque so that what was removed stays removed.
 * Throws EROFS, EEXIST, ENOENT (the directory was removed) and what the upper file system throws.
 */
export const createObject = (
  superblock: Superblock,
  dir: OverlayInode,
  name: string,
  caller: Caller,
  call: string,
  make: Make,
): OverlayInode => {
  const upper = writableUpper(superblock);
  const isOverWhiteout = prepareName(superblock, dir, name, call);
  const parent = dir.upper ?? fail('ENOENT');
  const maker = makerFor(superblock, caller);
  const made = isOverWhiteout
    ? makeOverWhiteout(superblock, upper, parent, name, maker, make)
    : make(upper.fs, parent, name, maker);
  const inode = newUpperInode(superblock, made, dir, name);
  setChild(superblock, dir, name, inode);
  changing(superblock, dir);
  dir.listing = undefined;
  if (made.type === S_IFDIR) {
    if (isOverWhiteout) noteOpaque(superblock, inode, call, 'directory-over-whiteout');
    else if (superblock.marksNewDirectories && dir.isMerged)
      setOpaque(superblock, inode, call, 'directory-in-merged-parent');
  }
  return inode;
};

/** O_TMPFILE: a file of the upper layer without a name. Its directory is copied up all the same. */
export const createUnnamed = (
  superblock: Superblock,
  dir: OverlayInode,
  mode: number,
  caller: Caller,
): OverlayInode => {
  const upper = writableUpper(superblock);
  if (dir.removed) fail('ENOENT');
  copyUp(superblock, dir, { call: 'open(O_TMPFILE)', rule: 'parent-of-change' });
  const made = upper.fs.tmpfile(dir.upper ?? fail('ENOENT'), mode, makerFor(superblock, caller));
  return newUpperInode(superblock, made, dir, '');
};

/** A hard link. The source is copied up, which breaks its links in the lower layer. */
export const linkObject = (superblock: Superblock, source: OverlayInode, dir: OverlayInode, name: string): void => {
  const upper = writableUpper(superblock);
  const { fs, work } = upper;
  const { mounter } = superblock;
  if (source.isDirectory) fail('EPERM');
  if (source.removed) fail('ENOENT');
  if (typeof lookupKnown(superblock, dir, name) === 'object') fail('EEXIST');
  if (dir.removed) fail('ENOENT');
  copyUp(superblock, source, { call: 'link', rule: 'link-source' });
  const isOverWhiteout = prepareName(superblock, dir, name, 'link');
  const parent = dir.upper ?? fail('ENOENT');
  const inUpper = source.upper ?? fail('ENOENT');
  beginLinkChange(superblock, upper, source, 'link');
  try {
    if (source.lowerData !== undefined) keepLowerData(superblock, source, false, 'link');
    if (source.hasOrigin) setImpure(superblock, dir);
    if (isOverWhiteout) {
      const temporary = temporaryName(superblock, upper);
      fs.link(inUpper, work, temporary, mounter);
      fs.rename(work, temporary, parent, name, 0, mounter);
    } else fs.link(inUpper, parent, name, mounter);
    changing(superblock, source);
    changing(superblock, dir);
    source.links += 1;
  } finally {
    endLinkChange(superblock, upper, source);
  }
  if (source.name === '') source.name = name;
  dir.listing = undefined;
  // Under its new name it is found by a lookup: as another inode, when nothing in the upper layer says where it came from.
  setChild(superblock, dir, name, undefined);
  if (source.keepsLowerNumber && !canCarry(superblock.marks, source.type)) return;
  changeRow(superblock.recorder, superblock.links, inUpper, source);
};

/**
 * The mounter does the work, with the mounter's capabilities, but what is made belongs to the caller. Whether a setgid
 * bit may be set is judged by the caller's (CAP_FSETID), before any layer is asked.
 */
const makerFor = ({ mounter }: Superblock, { uid, gid, groups, umask, capabilities }: Caller): Caller => ({
  uid,
  gid,
  groups,
  capabilities: (mounter.capabilities & ~CAP_FSETID) | (capabilities & CAP_FSETID),
  umask,
});

/** Checks that the name is free and copies the directory up; answers whether a whiteout stands at the name. */
const prepareName = (superblock: Superblock, dir: OverlayInode, name: string, call: string): boolean => {
  const known = lookupKnown(superblock, dir, name);
  if (typeof known === 'object') fail('EEXIST');
  if (dir.removed) fail('ENOENT');
  copyUp(superblock, dir, { call, rule: 'parent-of-change' });
  return known === WHITEOUT;
};

const makeOverWhiteout = (
  superblock: Superblock,
  upper: WritableUpper,
  parent: Inode,
  name: string,
  maker: Caller,
  make: Make,
): Inode => {
  const { fs, work } = upper;
  const { mounter } = superblock;
  const temporary = temporaryName(superblock, upper);
  const made = makeAsIn(superblock, upper, parent, temporary, maker, make);
  if (made.type !== S_IFDIR) {
    fs.rename(work, temporary, parent, name, 0, mounter);
    return made;
  }
  try {
    markOpaque(superblock, made);
    fs.rename(work, temporary, parent, name, RENAME_EXCHANGE, mounter);
  } catch (error) {
    fs.rmdir(work, temporary, mounter);
    throw error;
  }
  fs.unlink(work, temporary, mounter);
  return made;
};

const newUpperInode = (superblock: Superblock, made: Inode, dir: OverlayInode, name: string): OverlayInode => {
  const inode = new OverlayInode(made.type, made, superblock.upper?.fs, [], dir, name);
  inode.noted = superblock.recorder?.step ?? 0;
  if (made.type === S_IFDIR && !superblock.oneDevice) {
    inode.dev = superblock.dev;
    inode.ino = nextDirectoryNumber(superblock);
  } else {
    showUpper(superblock, inode);
    if (made.type === S_IFDIR) inode.dev = superblock.dev;
  }
  return inode;
};
