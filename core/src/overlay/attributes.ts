import type { AttributeChange, Caller, Stat, StatFs } from '../fs/index.ts';
import { CAP_DAC_OVERRIDE, fail, hasCapability, MAY_READ, MAY_WRITE, S_IFDIR, S_IFLNK, S_IFREG } from '../fs/index.ts';
import { type Cause, copyUp } from './change/copy-up/copy-up.ts';
import { writableUpper } from './change/work-directory.ts';
import type { LowerPath, Superblock } from './superblock.ts';
import type { OverlayInode, UnresolvedData } from './tree/overlay-inode.ts';

/** f_type of overlayfs (linux/magic.h). */
const OVERLAY_MAGIC = 0x794c7630;

/** The unit of `blocks`. */
const BLOCK = 512;

/** The effective object's attributes with the overlay's numbers. A merged directory has one link: nobody counts its own. */
export const attributesOf = (inode: OverlayInode): Stat => {
  const real = inode.fs.getattr(inode.real);
  return {
    dev: inode.dev,
    ino: inode.ino,
    mode: real.mode,
    nlink: linksOf(inode, real),
    uid: real.uid,
    gid: real.gid,
    rdev: real.rdev,
    size: real.size,
    blocks: inode.lowerData === undefined ? real.blocks : blocksOfData(inode.lowerData, real),
    blksize: real.blksize,
    atime: real.atime,
    mtime: real.mtime,
    ctime: real.ctime,
    btime: real.btime,
  };
};

const linksOf = (inode: OverlayInode, real: Stat): number => {
  if (inode.isDirectory) return inode.isMerged ? 1 : real.nlink;
  return inode.indexed ? inode.links : real.nlink;
};

/** Space is used where the bytes are; where that was not yet looked for, the size tells. */
const blocksOfData = (data: LowerPath | UnresolvedData, { size, blksize }: Stat): number =>
  'layer' in data ? data.layer.fs.getattr(data.inode).blocks : (Math.ceil(size / blksize) * blksize) / BLOCK;

/** Every change copies up, even one that changes nothing. */
export const changeAttributes = (superblock: Superblock, inode: OverlayInode, change: AttributeChange): void => {
  const upper = writableUpper(superblock);
  if (inode.upper === undefined || inode.lowerData !== undefined || inode.indexed) {
    copyUp(superblock, inode, causeOf(change));
  }
  upper.fs.setattr(inode.upper ?? fail('EROFS'), change, superblock.mounter);
};

const causeOf = (change: AttributeChange): Cause => {
  const rule = 'attribute-change';
  if (change.size !== undefined) return { call: 'truncate', rule, writes: true };
  if (change.atime !== undefined || change.mtime !== undefined) return { call: 'utimensat', rule };
  const changesMode = change.mode !== undefined && change.uid === undefined && change.gid === undefined;
  return { call: changesMode ? 'chmod' : 'chown', rule };
};

/**
 * Two checks: the caller against the effective object, then the mounter against the layer. To write what is not copied
 * up yet, the mounter need only be able to read it.
 */
export const checkPermission = (superblock: Superblock, inode: OverlayInode, mask: number, caller: Caller): void => {
  const { mounter } = superblock;
  // Who may override sees no obstacle in a directory; most steps of most path walks end here.
  const mounterMayAll = hasCapability(mounter, CAP_DAC_OVERRIDE);
  if (inode.isDirectory && mounterMayAll && hasCapability(caller, CAP_DAC_OVERRIDE)) return;
  inode.fs.permission(inode.real, mask, caller);
  if (mounterMayAll) return;
  const isCopiedUpToWrite = inode.type === S_IFREG || inode.type === S_IFDIR || inode.type === S_IFLNK;
  const writesLower = inode.upper === undefined && isCopiedUpToWrite && (mask & MAY_WRITE) !== 0;
  inode.fs.permission(inode.real, writesLower ? (mask & ~MAY_WRITE) | MAY_READ : mask, mounter);
};

/** The upper layer's space (top lower's, without one) under overlayfs's type; names as long as any layer takes. */
export const statfsOf = (superblock: Superblock): StatFs => {
  const { upper, lowers } = superblock;
  const effective = upper?.fs ?? lowers[0]?.fs ?? fail('EIO');
  const namelen = Math.max(effective.statfs().namelen, ...lowers.map(({ fs }) => fs.statfs().namelen));
  return { ...effective.statfs(), type: OVERLAY_MAGIC, namelen };
};
