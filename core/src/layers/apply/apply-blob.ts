/** Applies a layer as it lies in a content store: compressed or not, its diff ID taken in the same pass. */
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
  readonly compressedSize: number;
  /** Of the uncompressed tar to its last byte, padding after the end marker included: the layer's diff ID. */
  readonly diffId: string;
  readonly uncompressedSize: number;
}

/**
 * Applies `blob` to `target` as `applyLayer` does, in one pass: decompress (told by content, not by media type), digest,
 * apply. Whether the diff ID is the one expected is for the caller to say. That of the blob itself is not taken, as
 * containerd does not: its store checked the blob when it came in, the diff ID shows whatever became of it since, and a
 * second hash of a layer would take an eighth of the time. Throws `LayerError`.
 */
export const applyBlob = async (
  blob: ByteStream,
  target: Tree,
  options: ApplyBlobOptions = {},
): Promise<AppliedBlob> => {
  const { codecs = portableCodecs, onProgress } = options;
  const { ratio, ratioFrom } = { ...DEFAULT_LIMITS, ...options.limits };
  let tar: Measured | undefined;
  try {
    let compressedSize = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array, void> {
      for await (const chunk of blob) {
        compressedSize += chunk.length;
        yield chunk;
      }
    };
    const { compression, rest } = await sniffCompression(counted());
    tar = await measured(decode(rest, compression, codecs), codecs, (uncompressed) => {
      if (uncompressed > ratioFrom && uncompressed > ratio * compressedSize) {
        throw new LayerError('expands-too-much', { ratio, compressed: compressedSize });
      }
      onProgress?.({ compressed: compressedSize, uncompressed });
    });
    const applied = await applyLayer(tar.stream, target, options);
    const uncompressedSize = tar.size();
    const diffId = tar.digest();
    tar = undefined;
    return { ...applied, compression, compressedSize, diffId: await diffId, uncompressedSize };
  } catch (error) {
    tar?.discard();
    throw placed(error, options.layer === undefined ? {} : { layer: options.layer });
  }
};
