/** Applies a layer as it lies in a content store: compressed or not, checked by its digests in the same pass. */
import type { Tree } from '../../fs/index.ts';
import type { ByteStream, LayerCodecs } from '../codecs/codecs.ts';
import { type Compression, decode, sniffCompression } from '../codecs/compression.ts';
import { portableCodecs } from '../codecs/portable-codecs.ts';
import { LayerError, placed } from '../layer-error.ts';
import { type AppliedLayer, applyLayer, type ApplyOptions } from './apply-layer.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { measured, type Measured } from './measured.ts';

export interface ApplyBlobOptions extends ApplyOptions {
  /** Default: the portable ones. */
  readonly codecs?: LayerCodecs;
  /** Bytes so far, after each uncompressed chunk. */
  readonly onProgress?: (progress: { readonly compressed: number; readonly uncompressed: number }) => void;
}

/** What was applied, and what the blob turned out to be. Sizes are bytes, digests `sha256:…`. */
export interface AppliedBlob extends AppliedLayer {
  readonly compression: Compression;
  /** Of the blob as it came. */
  readonly digest: string;
  readonly compressedSize: number;
  /** Of the uncompressed tar to its last byte, padding after the end marker included: the layer's diff ID. */
  readonly diffId: string;
  readonly uncompressedSize: number;
}

/**
 * Applies `blob` to `target` as `applyLayer` does, in one pass: decompress (told by content, not by media type), digest,
 * apply. Whether the digests are those expected is for the caller to say. Throws `LayerError`.
 */
export const applyBlob = async (
  blob: ByteStream,
  target: Tree,
  options: ApplyBlobOptions = {},
): Promise<AppliedBlob> => {
  const { codecs = portableCodecs, onProgress } = options;
  const { ratio, ratioFrom } = { ...DEFAULT_LIMITS, ...options.limits };
  const begun: Measured[] = [];
  try {
    const compressed = await measured(blob, codecs);
    begun.push(compressed);
    const { compression, rest } = await sniffCompression(compressed.stream);
    const tar = await measured(decode(rest, compression, codecs), codecs, (uncompressed) => {
      if (uncompressed > ratioFrom && uncompressed > ratio * compressed.size()) {
        throw new LayerError('expands-too-much', { ratio, compressed: compressed.size() });
      }
      onProgress?.({ compressed: compressed.size(), uncompressed });
    });
    begun.push(tar);
    const applied = await applyLayer(tar.stream, target, options);
    begun.length = 0;
    const [digest, diffId] = await Promise.all([compressed.digest(), tar.digest()]);
    return {
      ...applied,
      compression,
      digest,
      compressedSize: compressed.size(),
      diffId,
      uncompressedSize: tar.size(),
    };
  } catch (error) {
    for (const each of begun) each.discard();
    throw placed(error, options.layer === undefined ? {} : { layer: options.layer });
  }
};
