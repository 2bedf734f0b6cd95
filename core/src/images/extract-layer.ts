/** One layer's way from its blob into a snapshot: read ▸ decompress ▸ digest ▸ apply, in one pass. */
import type { Kernel, Mount } from '../kernel/index.ts';
import { applyLayer, DEFAULT_LIMITS, decode, LayerError, sniffCompression, type LayerLimits } from '../layers/index.ts';
import type { ContentStore } from './content/content-store.ts';
import { withApplyTarget } from './mounted.ts';
import type { Digest } from './oci/descriptor.ts';
import type { ImageLayer } from './resolve-image.ts';

export interface ExtractOptions {
  readonly limits?: Partial<LayerLimits>;
  /** Hears how many bytes of the blob have been read. */
  readonly onRead?: (bytes: number) => void;
}

/** Applies the layer to the snapshot that `mounts` give and answers the digest of the tar. Throws `LayerError`. */
export const extractLayer = async (
  kernel: Kernel,
  store: ContentStore,
  { descriptor }: ImageLayer,
  mounts: readonly Mount[],
  options: ExtractOptions,
): Promise<Digest> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const hash = await store.codecs.sha256();
  let read = 0;
  async function* blob(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of store.read(descriptor.digest)) {
      read += chunk.length;
      options.onRead?.(read);
      yield chunk;
    }
  }
  async function* tar(): AsyncGenerator<Uint8Array, void> {
    const { compression, rest } = await sniffCompression(blob());
    let size = 0;
    for await (const chunk of decode(rest, compression, store.codecs)) {
      size += chunk.length;
      if (size > limits.bytes) throw new LayerError('too-large', { limit: limits.bytes });
      if (size > limits.ratioFrom && size > read * limits.ratio)
        throw new LayerError('expands-too-much', { ratio: limits.ratio, compressed: read });
      hash.update(chunk);
      yield chunk;
    }
  }
  await withApplyTarget(kernel, mounts, ({ tree, whiteouts, parents }) =>
    applyLayer(tar(), tree, { whiteouts, parents, limits }),
  );
  return `sha256:${hash.hex()}`;
};
