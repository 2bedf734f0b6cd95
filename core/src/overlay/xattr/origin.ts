import type { FileSystem, Inode } from '../../fs/index.ts';
import { S_IFDIR } from '../../fs/index.ts';
import type { LowerLayer, Superblock } from '../superblock.ts';

/*
 * The origin mark has the shape of the kernel's file handles:
 *
 *   00 fb len flags type | uuid of the file system (16) | generation (4) inode number (8)
 *
 * with a uuid of our own: a tag and the device number of the file system. The generation tells whether the object has
 * several names there: inodes cannot be looked up by number, and the index must know. The handle decodes to the lower
 * inode's number after a remount of the same layers, and a kernel that finds it in an upper directory sees a handle of
 * an unknown file system.
 */
const HEADER = Uint8Array.of(0x00, 0xfb, 33, 0x00, 0x01);
const FLAGS_AT = 3;
/** What is pointed to is in the upper layer. */
const IS_UPPER = 0x04;
const TAG = new TextEncoder().encode('layerscope\0\0');
const DEV_AT = HEADER.length + TAG.length;
const NAMES_AT = DEV_AT + 4;
const NUMBER_AT = NAMES_AT + 4;
const LENGTH = NUMBER_AT + 8;

const TEMPLATE = new Uint8Array(LENGTH);
TEMPLATE.set(HEADER, 0);
TEMPLATE.set(TAG, HEADER.length);

/** One buffer to write handles in: a copy-up makes one for every object. */
const scratch = TEMPLATE.slice();
const scratchView = new DataView(scratch.buffer);

const encode = (fs: FileSystem, inode: Inode, flags: number): Uint8Array => {
  const hasSeveralNames = inode.type !== S_IFDIR && fs.getattr(inode).nlink > 1;
  scratch[FLAGS_AT] = flags;
  scratchView.setUint32(DEV_AT, fs.dev, true);
  scratchView.setUint32(NAMES_AT, hasSeveralNames ? 1 : 0, true);
  scratchView.setBigUint64(NUMBER_AT, inode.ino, true);
  return scratch.slice();
};

/** The value of the origin mark for a lower object. */
export const encodeOrigin = (layer: LowerLayer, inode: Inode): Uint8Array => encode(layer.fs, inode, 0);

/** The value of the mark that ties the index to its upper directory. */
export const encodeUpper = (fs: FileSystem, directory: Inode): Uint8Array => encode(fs, directory, IS_UPPER);

/** Whether bytes have the shape of a handle. */
export const isHandle = (bytes: Uint8Array): boolean => {
  if (bytes.length !== LENGTH) return false;
  for (let at = 0; at < DEV_AT; at++) if (at !== FLAGS_AT && bytes[at] !== TEMPLATE[at]) return false;
  return true;
};

/** Whether the object of a handle had several names in its layer. */
export const hasSeveralNames = (bytes: Uint8Array): boolean => bytes[NAMES_AT] === 1;

export const equalHandles = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, at) => byte === right[at]);

/** The lower inode's number and a layer of its file system; `undefined` for a handle of no layer of this overlay. */
export const decodeOrigin = (
  superblock: Superblock,
  bytes: Uint8Array,
): { readonly layer: LowerLayer; readonly ino: bigint } | undefined => {
  if (!isHandle(bytes) || bytes[FLAGS_AT] !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dev = view.getUint32(DEV_AT, true);
  const layer = superblock.lowers.find((lower) => lower.fs.dev === dev);
  return layer && { layer, ino: view.getBigUint64(NUMBER_AT, true) };
};
