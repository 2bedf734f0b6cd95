/** Bytes that leave the page: a layer as a tar, an image as an archive. Nothing of the node changes. */
import { FsError, ROOT, seededRandom, type Tree } from '@layerscope/core/fs';
import { exportArchive } from '@layerscope/core/images';
import { diffTrees } from '@layerscope/core/layers';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import type { Sandbox } from '@layerscope/core/sandbox';
import { stackOf, treesOf } from '../observe/stack.ts';
import type { SnapshotRow } from '../values.ts';

/** A device number that no mount of the node has. */
const DEVICE = 0xfff;

/** A tab can hold no more in one piece, and a sparse file of gigabytes is written out in full. */
const LARGEST_EXPORT = 1 << 30;

const wholeOf = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > LARGEST_EXPORT) throw new FsError('EFBIG', 'more than a tab can hold in one piece');
    parts.push(piece.slice());
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Several layers need an overlay to be one tree; a single one is a tree already. */
const merged = (trees: readonly Tree[]): Tree | undefined => {
  const [only, another] = trees;
  if (another === undefined) return only;
  const fs = createOverlayFileSystem({ lowers: trees, dev: DEVICE, random: seededRandom(1), mounter: ROOT });
  return { fs, root: fs.root };
};

/** What a snapshot changes against its parent, as containerd's differ writes it. */
export const layerTar = async (node: Sandbox, rows: readonly SnapshotRow[], key: string): Promise<Uint8Array> => {
  const trees = (await treesOf(node, stackOf(rows, key))).map(({ tree }) => tree);
  const after = merged(trees);
  if (after === undefined) throw new Error(`the snapshot "${key}" has no layer`);
  return wholeOf(diffTrees(merged(trees.slice(1)), after));
};

/** What `docker load` and `ctr images import` read. */
export const imageArchive = async (node: Sandbox, name: string): Promise<Uint8Array> => {
  const { content, images } = node.client();
  const { target } = await images.get(name);
  return wholeOf(exportArchive(content, [{ names: [name], target }]));
};
