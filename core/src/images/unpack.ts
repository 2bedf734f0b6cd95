/**
 * Unpacks an image into a snapshotter, layer by layer, as containerd's unpacker does.
 *
 *   for each layer, lowest first              Stat(chain ID) ── found ──▶ next layer, nothing is read
 *                                                 │ NotFound
 *     key = extract-<n>-<xxxx> <chain ID>         ▼
 *     Prepare(key, chain ID below, labels) ── AlreadyExists ──▶ Stat(chain ID): found → next layer, else another key
 *     decompress ▸ digest ▸ apply                 │
 *     digest = diff ID?  no → Remove(key)         ▼
 *     Commit(chain ID, key, labels) ── AlreadyExists ──▶ somebody was faster: Remove(key), fine
 *
 * Whatever fails, the key is removed: a snapshot exists under a chain ID only if it holds exactly these layers.
 */
import type { Kernel } from '../kernel/index.ts';
import {
  INHERITED_LABEL_PREFIX,
  inheritedLabels,
  isClass,
  LABEL_SNAPSHOT_REF,
  prefixed,
  type Labels,
  type Snapshotter,
} from '../snapshots/index.ts';
import { applyBlob, type LayerLimits } from '../layers/index.ts';
import type { ContentStore } from './content/content-store.ts';
import { ImageError } from './errors.ts';
import type { ImageListener } from './events.ts';
import { extractionKey } from './extraction-key.ts';
import { withApplyTarget } from './mounted.ts';
import type { Digest } from './oci/descriptor.ts';
import { requireLayer, type ImageLayer, type ResolvedImage } from './resolve-image.ts';

/** Keys that are tried before a layer is given up. */
const ATTEMPTS = 3;

export interface UnpackTarget {
  readonly snapshotter: Snapshotter;
  /** The snapshotter's name, e.g. `overlayfs`: part of the label that keeps the snapshots from garbage collection. */
  readonly snapshotterName: string;
  readonly kernel: Kernel;
}

export interface UnpackOptions {
  /** Labels for every snapshot that is made. */
  readonly labels?: Labels;
  readonly limits?: Partial<LayerLimits>;
  readonly onEvent?: ImageListener;
}

export interface UnpackedImage {
  /** The committed snapshot that a container of the image is prepared on; `''` for an image without layers. */
  readonly chainId: Digest;
  /** Layers that had to be extracted; the others were there. */
  readonly extracted: number;
}

const snapshotLabels = (layer: ImageLayer, below: Digest, extra: Labels): Labels => ({
  ...extra,
  ...inheritedLabels(layer.descriptor.annotations ?? {}),
  [LABEL_SNAPSHOT_REF]: layer.chainId,
  [`${INHERITED_LABEL_PREFIX}diff-id`]: layer.diffId,
  ...(below === '' ? {} : { [`${INHERITED_LABEL_PREFIX}parent-chain-id`]: below }),
});

/** containerd's limit for a label: key and value together, in bytes. */
const LABEL_LIMIT = 4096;
const SHOWN_KEY = 64;

const requireShortLabels = (labels: Labels, image: string, layer: string): void => {
  for (const [key, value] of Object.entries(labels)) {
    const size = new TextEncoder().encode(key + value).length;
    if (size > LABEL_LIMIT)
      throw new ImageError('label-too-long', { image, layer, key: key.slice(0, SHOWN_KEY), size, limit: LABEL_LIMIT });
  }
};

const exists = async (snapshotter: Snapshotter, chainId: Digest): Promise<boolean> => {
  try {
    await snapshotter.stat(chainId);
    return true;
  } catch (error) {
    if (isClass(error, 'NotFound')) return false;
    throw prefixed(`failed to stat snapshot ${chainId}`, error);
  }
};

/** Removes what was begun. Its own failure would hide the reason: a left-over extraction is garbage, not damage. */
const abandon = async (snapshotter: Snapshotter, key: string): Promise<void> => {
  try {
    await snapshotter.remove(key);
  } catch {
    // reported by the failure that brought us here
  }
};

/** A key with its mounts, or `undefined` when the snapshotter has the chain ID by now. */
const prepareExtraction = async (
  { snapshotter, kernel }: UnpackTarget,
  chainId: Digest,
  below: Digest,
  labels: Labels,
): Promise<{ key: string; mounts: Awaited<ReturnType<Snapshotter['prepare']>> } | undefined> => {
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const key = extractionKey(chainId, kernel.clock, kernel.random);
    try {
      return { key, mounts: await snapshotter.prepare(key, below, { labels }) };
    } catch (error) {
      if (!isClass(error, 'AlreadyExists')) throw prefixed(`failed to prepare extraction snapshot "${key}"`, error);
      if (await exists(snapshotter, chainId)) return undefined;
      last = error;
    }
  }
  throw prefixed('unable to prepare extraction snapshot', last);
};

const commitExtraction = async (
  snapshotter: Snapshotter,
  chainId: Digest,
  key: string,
  labels: Labels,
): Promise<void> => {
  try {
    await snapshotter.commit(chainId, key, { labels });
  } catch (error) {
    await abandon(snapshotter, key);
    if (!isClass(error, 'AlreadyExists')) throw prefixed(`failed to commit snapshot ${key}`, error);
  }
};

/** The label on the config is what the garbage collector finds the chain of snapshots by. */
const keepFromCollection = async (
  store: ContentStore,
  { manifest }: ResolvedImage,
  snapshotterName: string,
  chainId: Digest,
): Promise<void> => {
  const label = `containerd.io/gc.ref.snapshot.${snapshotterName}`;
  const { labels } = await store.info(manifest.config.digest);
  if (labels[label] !== chainId) await store.label(manifest.config.digest, { [label]: chainId });
};

/**
 * Unpacks `image` and answers what a container is prepared on. Unpacked before: one Stat for each layer, and nothing
 * else. Throws `ImageError` (`extract`, `diff-id`, `blob-missing`, …) or the snapshotter's `ContainerdError`; lower layers
 * that were finished stay, so that the next run goes on from there.
 */
export const unpackImage = async (
  image: ResolvedImage,
  store: ContentStore,
  target: UnpackTarget,
  options: UnpackOptions = {},
): Promise<UnpackedImage> => {
  const { snapshotter, snapshotterName } = target;
  const { onEvent, labels: extra = {}, limits = {} } = options;
  const total = image.layers.length;
  let extracted = 0;
  let below: Digest = '';
  for (const [index, layer] of image.layers.entries()) {
    const { chainId, diffId, descriptor, label } = layer;
    const labels = snapshotLabels(layer, below, extra);
    requireShortLabels(labels, image.name, label);
    const prepared = (await exists(snapshotter, chainId))
      ? undefined
      : await prepareExtraction(target, chainId, below, labels);
    below = chainId;
    if (prepared === undefined) {
      onEvent?.({ type: 'layer-exists', index, total, chainId });
      continue;
    }
    const { key, mounts } = prepared;
    const { digest, size, mediaType } = descriptor;
    onEvent?.({ type: 'layer-started', index, total, digest, size, key });
    try {
      // As containerd does: the layers below one whose blob is missing are unpacked, and labelled.
      await requireLayer(store, image, layer);
      const { diffId: actual } = await withApplyTarget(target.kernel, mounts, ({ tree, whiteouts, parents }) =>
        applyBlob(store.read(digest), tree, {
          whiteouts,
          parents,
          limits,
          codecs: store.codecs,
          onProgress: ({ compressed }) => onEvent?.({ type: 'layer-progress', index, total, read: compressed, size }),
        }),
      );
      if (actual !== diffId)
        throw new ImageError('diff-id', { image: image.name, layer: label, actual, expected: diffId, digest });
    } catch (error) {
      await abandon(snapshotter, key);
      if (error instanceof ImageError) throw error;
      const cause = error instanceof Error ? error.message : String(error);
      throw new ImageError(
        'extract',
        { image: image.name, layer: label, mediaType, digest, snapshotter: snapshotterName, key, cause },
        error,
      );
    }
    await commitExtraction(snapshotter, chainId, key, labels);
    extracted++;
    await store.label(digest, { 'containerd.io/uncompressed': diffId });
    onEvent?.({ type: 'layer-committed', index, total, chainId, diffId });
  }
  if (below !== '') await keepFromCollection(store, image, snapshotterName, below);
  return { chainId: below, extracted };
};
