import { fail, RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import { lookup, lookupKnown, lowerHas } from '../tree/lookup.ts';
import { ABSENT, changing, type OverlayInode, pathIn, setChild, WHITEOUT } from '../tree/overlay-inode.ts';
import { checkVisiblyEmpty } from '../tree/readdir.ts';
import { setImpure } from '../xattr/upper-marks.ts';
import { beginLinkChange, dropLink, endLinkChange } from '../inode-index/link-count.ts';
import { copyUp } from './copy-up/copy-up.ts';
import { keepLowerPart } from './lower-part.ts';
import { emptyDirectory } from './remove.ts';
import { type WritableUpper, writableUpper } from './work-directory.ts';

/**
 * renameat2 with RENAME_NOREPLACE or RENAME_EXCHANGE. Beyond what rename(2) says, throws EINVAL for other flags, and
 * EXDEV for a directory with a lower part (redirect_dir off): everything below it would have to be copied up.
 *
 * What a failing rename leaves behind is the kernel's too: a source that was copied up and marked stays so.
 */
export const renameObject = (
  superblock: Superblock,
  fromDir: OverlayInode,
  fromName: string,
  toDir: OverlayInode,
  toName: string,
  flags: number,
): void => {
  const upper = writableUpper(superblock);
  const source = lookup(superblock, fromDir, fromName) ?? fail('ENOENT');
  const atTarget = lookupKnown(superblock, toDir, toName);
  const target = typeof atTarget === 'object' ? atTarget : undefined;
  const swapped = (flags & RENAME_EXCHANGE) === 0 ? undefined : target;
  const replaced = swapped === undefined ? target : undefined;
  checkRename(source, toDir, target, flags);
  if (source === target) return;
  checkMovable(superblock, source);
  if (swapped !== undefined) checkMovable(superblock, swapped);
  const replacesMerged = replaced?.isDirectory === true && isMergedOrLower(replaced);
  if (replaced !== undefined && replacesMerged) checkVisiblyEmpty(superblock, replaced);

  // The old name is hidden when a lower layer has it. A whiteout that stands at the new name is used for that;
  // a directory cannot replace a whiteout, so it changes places with it and the whiteout is removed.
  const overWhiteout = atTarget === WHITEOUT;
  const leavesWhiteout =
    swapped === undefined && (source.upper === undefined || lowerHas(superblock, fromDir, fromName));
  const exchanges = swapped !== undefined || (overWhiteout && (leavesWhiteout || source.isDirectory));
  const realFlags = exchanges ? RENAME_EXCHANGE : leavesWhiteout ? RENAME_WHITEOUT : 0;

  copyUp(superblock, source, { call: 'rename', rule: 'rename-source' });
  copyUp(superblock, toDir, { call: 'rename', rule: 'parent-of-change' });
  if (swapped !== undefined) copyUp(superblock, swapped, { call: 'rename', rule: 'exchange-target' });
  if (replaced !== undefined) beginLinkChange(superblock, upper, replaced, 'rename');
  try {
    moveUpper({ superblock, upper, fromDir, fromName, toDir, toName, source, swapped, replaced }, realFlags);
    if (exchanges && swapped === undefined && !leavesWhiteout) {
      upper.fs.unlink(fromDir.upper ?? fail('ENOENT'), fromName, superblock.mounter);
    }
    for (const inode of [fromDir, toDir, source, swapped, replaced]) {
      if (inode !== undefined) changing(superblock, inode);
    }
    if (replaced !== undefined) dropLink(replaced);
  } finally {
    if (replaced !== undefined) endLinkChange(superblock, upper, replaced);
  }

  // Not the inode's own parent: with several hard links that may be another directory.
  if (source.hasOrigin || target?.hasOrigin === true) toDir.trueNumbers = undefined;
  if (source.hasOrigin || swapped?.hasOrigin === true) fromDir.trueNumbers = undefined;
  fromDir.listing = undefined;
  toDir.listing = undefined;
  setChild(superblock, fromDir, fromName, swapped ?? (leavesWhiteout ? WHITEOUT : ABSENT));
  setChild(superblock, toDir, toName, source);
  if (swapped !== undefined) moveName(swapped, fromDir, fromName);
  moveName(source, toDir, toName);
  if (replaced !== undefined && (replaced.isDirectory || replaced.upper === undefined)) replaced.removed = true;
  if (leavesWhiteout) {
    const path = pathIn(fromDir, fromName);
    superblock.emit?.({ type: 'whiteout', path, call: 'rename', rule: 'renamed-over-lower' });
  }
};

interface Move {
  readonly superblock: Superblock;
  readonly upper: WritableUpper;
  readonly fromDir: OverlayInode;
  readonly fromName: string;
  readonly toDir: OverlayInode;
  readonly toName: string;
  readonly source: OverlayInode;
  /** What goes the other way. */
  readonly swapped: OverlayInode | undefined;
  /** What is gone afterwards. */
  readonly replaced: OverlayInode | undefined;
}

const moveUpper = (move: Move, realFlags: number): void => {
  const { superblock, upper, fromDir, fromName, toDir, toName, source, swapped, replaced } = move;
  if (replaced?.isDirectory === true && isMergedOrLower(replaced)) emptyDirectory(superblock, upper, replaced);
  if (fromDir !== toDir) {
    if (source.hasOrigin) setImpure(superblock, toDir);
    if (swapped?.hasOrigin === true) setImpure(superblock, fromDir);
  }
  keepLowerPart(superblock, source, fromDir, toDir);
  if (swapped !== undefined) keepLowerPart(superblock, swapped, toDir, fromDir);
  const from = fromDir.upper ?? fail('ENOENT');
  const to = toDir.upper ?? fail('ENOENT');
  replaced?.lowerFiles?.forEach((file) => file.holdUpper());
  upper.fs.rename(from, fromName, to, toName, realFlags, superblock.mounter);
};

/** What rename(2) refuses on any file system. */
const checkRename = (
  source: OverlayInode,
  toDir: OverlayInode,
  target: OverlayInode | undefined,
  flags: number,
): void => {
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  if ((flags & ~(RENAME_EXCHANGE | RENAME_NOREPLACE)) !== 0) fail('EINVAL');
  if ((flags & RENAME_NOREPLACE) !== 0 && target !== undefined) fail('EEXIST');
  if (exchange && target === undefined) fail('ENOENT');
  if (source.isDirectory) {
    for (let at = toDir; ; at = at.parent) {
      if (at === source) fail('EINVAL');
      if (at.parent === at) break;
    }
  }
  if (toDir.removed) fail('ENOENT');
  if (exchange || target === undefined || source === target) return;
  if (source.isDirectory && !target.isDirectory) fail('ENOTDIR');
  if (!source.isDirectory && target.isDirectory) fail('EISDIR');
};

const isMergedOrLower = (inode: OverlayInode): boolean => inode.isMerged || inode.upper === undefined;

const checkMovable = (superblock: Superblock, inode: OverlayInode): void => {
  if (inode.isDirectory && isMergedOrLower(inode) && !superblock.createRedirects) fail('EXDEV');
};

const moveName = (inode: OverlayInode, dir: OverlayInode, name: string): void => {
  inode.parent = dir;
  inode.name = name;
};
