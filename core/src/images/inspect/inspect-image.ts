/** Looks into an image without unpacking it: each layer's entries, merged trees, and what is stored in vain. */
import { decode, sniffCompression, TarReader, type Compression } from '../../layers/index.ts';
import type { ContentStore } from '../content/content-store.ts';
import { ImageError } from '../errors.ts';
import type { HistoryEntry } from '../oci/config.ts';
import type { Digest } from '../oci/descriptor.ts';
import type { ImageLayer, ResolvedImage } from '../resolve-image.ts';
import { requireLayers } from '../resolve-image.ts';
import { layerEntry, LayerStack, type LayerEntry, type MergedEntry, type WastedBytes } from './layer-tree.ts';

/** A layer as it is stored. Sizes are bytes. */
export interface InspectedLayer {
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly chainId: Digest;
  readonly mediaType: string;
  /** What its bytes say, whatever the media type claims. */
  readonly compression: Compression;
  readonly compressedSize: number;
  /** Of the tar, padding included. */
  readonly size: number;
  /** In the tar's order. */
  readonly entries: readonly LayerEntry[];
  /** The build step that made it, when the config tells. */
  readonly history?: HistoryEntry;
}

export interface InspectedImage {
  /** Lowest first. */
  readonly layers: readonly InspectedLayer[];
  readonly wasted: readonly WastedBytes[];
  /** The sum of `wasted`. */
  readonly wastedBytes: number;
}

const inspectLayer = async (
  store: ContentStore,
  image: ResolvedImage,
  layer: ImageLayer,
): Promise<Omit<InspectedLayer, 'history'>> => {
  const { digest, size: compressedSize, mediaType } = layer.descriptor;
  const { compression, rest } = await sniffCompression(store.read(digest));
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of decode(rest, compression, store.codecs)) {
      size += chunk.length;
      yield chunk;
    }
  }
  const reader = new TarReader(counted());
  const entries: LayerEntry[] = [];
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      const found = layerEntry(entry);
      if (found !== undefined) entries.push(found);
    }
    await reader.drain();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new ImageError('layer-unreadable', { image: image.name, layer: layer.label, cause }, error);
  } finally {
    await reader.close();
  }
  const { diffId, chainId } = layer;
  return { digest, diffId, chainId, mediaType, compression, compressedSize, size, entries };
};

/** Reads every layer once. `layer-unreadable`, `blob-missing`. */
export const inspectImage = async (store: ContentStore, image: ResolvedImage): Promise<InspectedImage> => {
  await requireLayers(store, image);
  // Build steps that changed no file have no layer.
  const steps = (image.config.history ?? []).filter((step) => step.empty_layer !== true);
  const stack = new LayerStack();
  const layers: InspectedLayer[] = [];
  for (const [index, layer] of image.layers.entries()) {
    const inspected = await inspectLayer(store, image, layer);
    for (const entry of inspected.entries) stack.add(entry, index);
    const history = steps[index];
    layers.push(history === undefined ? inspected : { ...inspected, history });
  }
  const { wasted } = stack;
  return { layers, wasted, wastedBytes: wasted.reduce((sum, { bytes }) => sum + bytes, 0) };
};

/** What a container sees when only the layers 0 … `top` are stacked. */
export const mergedTree = (image: InspectedImage, top: number = image.layers.length - 1): readonly MergedEntry[] => {
  const stack = new LayerStack();
  for (const [index, layer] of image.layers.slice(0, top + 1).entries())
    for (const entry of layer.entries) stack.add(entry, index);
  return [...stack.entries()];
};
