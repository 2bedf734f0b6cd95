import type { LowerLayer, Superblock } from '../superblock.ts';
import { canCarry } from '../xattr/marks.ts';
import { decodeOrigin, hasSeveralNames } from '../xattr/origin.ts';
import type { OverlayInode } from './overlay-inode.ts';

/*
 * st_dev and st_ino, as measured. With xino, layers on several file systems are shown as if on one: a lower number gets
 * the number of its file system in the high bits, an upper one stays as it is. Else:
 *
 *                                layers on one fs               on several
 *   directory                    overlay dev                    overlay dev
 *                                top lower's ino, else upper's  2, 3, 4, … as they are met
 *   lower object, or copied up   overlay dev, lower's ino       the lower fs's stand-in dev, lower's ino
 *   from one with a single name
 *   other upper object           overlay dev, upper's ino       the upper fs's stand-in dev, upper's ino
 */

/** Gives a newly met inode its numbers, and finds out whether it keeps those of a lower object. */
export const assignNumbers = (superblock: Superblock, inode: OverlayInode): void => {
  const top = inode.lowers[0];
  const isRoot = inode.parent === inode;
  if (inode.isDirectory) {
    inode.dev = superblock.dev;
    inode.keepsLowerNumber =
      top !== undefined && !(isRoot && inode.upper !== undefined) && isTrusted(superblock, inode);
    if (!superblock.oneDevice) inode.ino = nextDirectoryNumber(superblock);
    else
      inode.ino = inode.keepsLowerNumber && top !== undefined ? mappedNumber(top.layer, top.inode.ino) : inode.real.ino;
    return;
  }
  if (top !== undefined) {
    // A metacopy file is found with its lower object by name; copy-up broke a hard link.
    const isBroken = inode.upper !== undefined && !inode.indexed && top.layer.fs.getattr(top.inode).nlink > 1;
    if (isBroken || !isTrusted(superblock, inode)) showUpper(superblock, inode);
    else showLower(superblock, inode, top.layer, top.inode.ino);
    return;
  }
  const { marks } = superblock;
  const origin = canCarry(marks, inode.type) ? inode.fs.getxattr(inode.real, marks.origin) : undefined;
  const lower = origin && decodeOrigin(superblock, origin);
  if (lower && isTrusted(superblock, inode) && (inode.indexed || !hasSeveralNames(origin)))
    showLower(superblock, inode, lower.layer, lower.ino);
  else showUpper(superblock, inode);
};

/** For a directory of an overlay whose layers are on several file systems. */
export const nextDirectoryNumber = (superblock: Superblock): bigint => {
  superblock.recorder?.touch(superblock);
  return ++superblock.lastDirectoryNumber;
};

/** With an index of all objects, an upper object that is not in it is not believed to come from a lower one. */
const isTrusted = ({ indexed }: Superblock, { upper, indexed: isIndexed }: OverlayInode): boolean =>
  indexed !== 'all' || upper === undefined || isIndexed;

/** An inode whose number is, from now on, that of its upper object: a new one, or a hard link broken by copy-up. */
export const showUpper = (superblock: Superblock, inode: OverlayInode): void => {
  inode.keepsLowerNumber = false;
  inode.ino = inode.real.ino;
  inode.dev = superblock.oneDevice ? superblock.dev : (superblock.upper?.dev ?? superblock.dev);
};

const showLower = (superblock: Superblock, inode: OverlayInode, layer: LowerLayer, ino: bigint): void => {
  inode.keepsLowerNumber = true;
  inode.ino = mappedNumber(layer, ino);
  inode.dev = superblock.oneDevice ? superblock.dev : layer.dev;
};

/** A lower inode number as it shows. */
export const mappedNumber = ({ highBits }: LowerLayer, ino: bigint): bigint =>
  highBits === undefined ? ino : ino | highBits;
