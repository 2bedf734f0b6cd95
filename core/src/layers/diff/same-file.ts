/** Whether a path is unchanged between two trees, by containerd's rules (continuity's differ). */
import {
  type Content,
  type FileSystem,
  type Inode,
  isDirectory,
  isRegular,
  isSymlink,
  type Stat,
} from '../../fs/index.ts';
import { CAPABILITY } from '../capability.ts';
import { readPieces } from './read-pieces.ts';

/** One side of a comparison. */
export interface Side {
  readonly fs: FileSystem;
  readonly inode: Inode;
  readonly stat: Stat;
}

const SECOND = 1_000_000_000n;

/** The one extended attribute that a layer carries. */
export const capabilityOf = ({ fs, inode }: Pick<Side, 'fs' | 'inode'>): Uint8Array | undefined => {
  const value = fs.getxattr(inode, CAPABILITY);
  return value === undefined || value.length === 0 ? undefined : value;
};

const sameBytes = (left: Uint8Array | undefined, right: Uint8Array | undefined): boolean =>
  left === right ||
  (left !== undefined &&
    right !== undefined &&
    left.length === right.length &&
    left.every((byte, index) => byte === right[index]));

/** Whether two contents are the same stretches of the same buffers: shared by a copy-up, or from one layer. */
const sharedContent = (left: Content, right: Content): boolean => {
  if (left === right) return true;
  if (left.allocated !== right.allocated) return false;
  const others = right.extents()[Symbol.iterator]();
  for (const { offset, bytes } of left.extents()) {
    const other = others.next();
    if (other.done === true) return false;
    const { bytes: theirs } = other.value;
    const same =
      offset === other.value.offset &&
      bytes.buffer === theirs.buffer &&
      bytes.byteOffset === theirs.byteOffset &&
      bytes.length === theirs.length;
    if (!same) return false;
  }
  return others.next().done === true;
};

const sameContent = (lower: Side, upper: Side): boolean => {
  const left = lower.fs.content?.(lower.inode);
  const right = upper.fs.content?.(upper.inode);
  if (left !== undefined && right !== undefined && sharedContent(left, right)) return true;
  const others = readPieces(upper.fs, upper.inode, upper.stat.size);
  let theirs = new Uint8Array(0) as Uint8Array;
  for (let mine of readPieces(lower.fs, lower.inode, lower.stat.size)) {
    while (mine.length > 0) {
      if (theirs.length === 0) {
        const next = others.next();
        if (next.done === true) return false;
        theirs = next.value;
      }
      const length = Math.min(mine.length, theirs.length);
      if (!sameBytes(mine.subarray(0, length), theirs.subarray(0, length))) return false;
      mine = mine.subarray(length);
      theirs = theirs.subarray(length);
    }
  }
  return true;
};

/**
 * Mode, owner, device and capability; and for all but directories size and time. When both times have no fraction (a
 * layer's never have), they may have been cut off and the content decides.
 */
export const sameFile = (lower: Side, upper: Side): boolean => {
  if (lower.fs === upper.fs && lower.inode === upper.inode) return true;
  const a = lower.stat;
  const b = upper.stat;
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.rdev !== b.rdev) return false;
  if (!sameBytes(capabilityOf(lower), capabilityOf(upper))) return false;
  if (isDirectory(a.mode)) return true;
  if (a.size !== b.size || a.mtime !== b.mtime) return false;
  if (a.mtime % SECOND !== 0n) return true;
  if (isSymlink(a.mode)) return lower.fs.readlink(lower.inode) === upper.fs.readlink(upper.inode);
  return a.size === 0 || !isRegular(a.mode) || sameContent(lower, upper);
};
