import type { Inode } from '../../fs/index.ts';
import type { LowerLayer, Superblock } from '../superblock.ts';

/*
 * The origin mark has the shape of the kernel's file handles:
 *
 *   00 fb len flags type | uuid of the file system (16) | generation (4) inode number (8)
 *
 * with a uuid of our own, a tag and the device number of the layer's file system: it decodes to the lower inode after
 * a remount of the same layers, and a kernel that finds it in an upper directory sees a handle of an unknown file system.
 */
const HEADER = Uint8Array.of(0x00, 0xfb, 33, 0x00, 0x01);
const TAG = new TextEncoder().encode('layerscope\0\0');
const DEV_AT = HEADER.length + TAG.length;
const NUMBER_AT = DEV_AT + 8;
const LENGTH = NUMBER_AT + 8;

const TEMPLATE = new Uint8Array(LENGTH);
TEMPLATE.set(HEADER, 0);
TEMPLATE.set(TAG, HEADER.length);

/** One buffer to write handles in: a copy-up makes one for every object. */
const scratch = TEMPLATE.slice();
const scratchView = new DataView(scratch.buffer);

/** The value of the origin mark for a lower object. */
export const encodeOrigin = (layer: LowerLayer, inode: Inode): Uint8Array => {
  scratchView.setUint32(DEV_AT, layer.fs.dev, true);
  scratchView.setBigUint64(NUMBER_AT, inode.ino, true);
  return scratch.slice();
};

/** The lower inode's number and a layer of its file system; `undefined` for a handle of no layer of this overlay. */
export const decodeOrigin = (
  superblock: Superblock,
  bytes: Uint8Array,
): { readonly layer: LowerLayer; readonly ino: bigint } | undefined => {
  if (bytes.length !== LENGTH) return undefined;
  for (let at = 0; at < DEV_AT; at++) if (bytes[at] !== TEMPLATE[at]) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dev = view.getUint32(DEV_AT, true);
  const layer = superblock.lowers.find((lower) => lower.fs.dev === dev);
  return layer && { layer, ino: view.getBigUint64(NUMBER_AT, true) };
};
