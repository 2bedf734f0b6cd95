import type { Inode } from '../../fs/index.ts';
import { fail } from '../../fs/index.ts';
import type { OverlayRule } from '../events.ts';
import type { LowerLayer, Superblock, UpperLayer } from '../superblock.ts';
import { changing, type OverlayInode, pathOf } from '../tree/overlay-inode.ts';
import { hasMark, YES } from './marks.ts';
import { encodeOrigin } from './origin.ts';

const upperOf = (superblock: Superblock): UpperLayer => {
  if (superblock.upper === undefined) throw new TypeError('an overlay without an upper layer has nothing to mark');
  return superblock.upper;
};

/** The value of the origin mark. To make a handle takes a capability of the first user namespace: elsewhere it is empty. */
export const originMark = ({ userNamespace }: Superblock, layer: LowerLayer, lower: Inode): Uint8Array =>
  userNamespace === undefined ? encodeOrigin(layer, lower) : new Uint8Array(0);

/** Marks a directory that now may hold something with an origin, so that readdir looks up real inode numbers there. */
export const setImpure = (superblock: Superblock, dir: OverlayInode): void => {
  if (dir.impure || dir.upper === undefined || !superblock.canMark) return;
  upperOf(superblock).fs.setxattr(dir.upper, superblock.marks.impure, YES, 0, superblock.mounter);
  changing(superblock, dir);
  dir.impure = true;
  dir.listing = undefined;
};

/** Gives a merged directory that was put together by hand the origin that copy-up would have given it. */
export const fixOrigin = (
  superblock: Superblock,
  parent: OverlayInode,
  inUpper: Inode,
  layer: LowerLayer,
  lower: Inode,
): void => {
  const { fs } = upperOf(superblock);
  if (!superblock.canMark || hasMark(fs, inUpper, superblock.marks.origin)) return;
  fs.setxattr(inUpper, superblock.marks.origin, originMark(superblock, layer, lower), 0, superblock.mounter);
  setImpure(superblock, parent);
};

export const setOpaque = (superblock: Superblock, dir: OverlayInode, call: string, rule: OverlayRule): void => {
  if (dir.upper === undefined) return;
  markOpaque(superblock, dir.upper);
  noteOpaque(superblock, dir, call, rule);
};

/** Only the mark itself, for a directory that nobody sees yet. EIO where no marks can be written. */
export const markOpaque = (superblock: Superblock, inUpper: Inode): void => {
  if (!superblock.canMark) fail('EIO');
  upperOf(superblock).fs.setxattr(inUpper, superblock.marks.opaque, YES, 0, superblock.mounter);
};

/** Remembers and tells that a directory carries the mark. */
export const noteOpaque = (superblock: Superblock, dir: OverlayInode, call: string, rule: OverlayRule): void => {
  changing(superblock, dir);
  dir.opaque = true;
  superblock.emit?.({ type: 'opaque', path: pathOf(dir), call, rule });
};

export const setRedirect = (superblock: Superblock, dir: OverlayInode, redirect: string, call: string): void => {
  if (dir.upper === undefined) return;
  const value = new TextEncoder().encode(redirect);
  upperOf(superblock).fs.setxattr(dir.upper, superblock.marks.redirect, value, 0, superblock.mounter);
  changing(superblock, dir);
  dir.redirect = redirect;
  const rule = dir.isDirectory ? 'merged-directory-renamed' : 'metacopy-renamed';
  superblock.emit?.({ type: 'redirect', path: pathOf(dir), redirect, call, rule });
};
