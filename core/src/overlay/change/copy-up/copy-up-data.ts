import { fail, O_RDONLY, O_WRONLY } from '../../../fs/index.ts';
import type { Superblock } from '../../superblock.ts';
import { lowerDataOf } from '../../tree/lower-data.ts';
import { changing, type OverlayInode, pathOf } from '../../tree/overlay-inode.ts';
import { canShareBytes, copyBytes, copyChunks } from './copy-bytes.ts';
import type { Cause } from './copy-up.ts';
import type { WritableUpper } from '../work-directory.ts';

/** Gives a file that was copied up without its bytes (metacopy) what it still lacks. Its redirect, if any, stays. */
export const copyUpData = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode, cause: Cause): void => {
  const { mounter, marks } = superblock;
  const data = lowerDataOf(superblock, inode);
  const top = inode.lowers[0];
  const target = inode.upper;
  if (data === undefined || top === undefined || target === undefined) return fail('EIO');
  // As many as the lower object says it has; its data file may have others.
  const wanted = cause.truncate === true ? 0 : top.layer.fs.getattr(top.inode).size;
  const size = Math.min(wanted, data.layer.fs.getattr(data.inode).size);
  const shared = canShareBytes(data.layer.fs, upper.fs) && upper.fs.getattr(target).size <= wanted;
  if (wanted > 0) {
    if (shared) copyBytes(data.layer.fs, data.inode, upper.fs, target, wanted, superblock);
    else overwrite(superblock, upper, inode, size);
  }
  upper.fs.removexattr(target, marks.metacopy, mounter);
  changing(superblock, inode);
  inode.lowerData = undefined;
  const { emit } = superblock;
  if (emit === undefined) return;
  emit({
    type: 'copy-up',
    path: pathOf(inode),
    call: cause.call,
    rule: cause.rule,
    kind: inode.type,
    bytes: size,
    shared,
  });
};

/** What the upper file has beyond these bytes stays. */
const overwrite = (superblock: Superblock, upper: WritableUpper, inode: OverlayInode, size: number): void => {
  const data = lowerDataOf(superblock, inode) ?? fail('EIO');
  const source = data.layer.fs.open(data.inode, O_RDONLY, superblock.mounter);
  try {
    const target = upper.fs.open(inode.upper ?? fail('EIO'), O_WRONLY, superblock.mounter);
    try {
      copyChunks(source, target, size);
      if (!superblock.volatile) target.sync();
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
};
