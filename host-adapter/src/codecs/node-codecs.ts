/**
 * The codecs of Node: OpenSSL's SHA-256 and zlib, which works in libuv's thread pool beside the JavaScript that applies
 * what came out before. Chunks of 1 MiB: with the default of 16 KiB half the time goes into crossing the border.
 */
import { createHash } from 'node:crypto';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { type ByteStream, type LayerCodecs, LayerError, portableCodecs } from '@layerscope/core/layers';
import { backgroundSha256 } from './hash-thread.ts';

const CHUNK = 1 << 20;
/** How far decompression may run ahead of the reader. Bytes. */
const AHEAD = 4 * CHUNK;

/** Node from 22.15 on; its types are those of the oldest Node that is supported. */
type CreateZstdDecompress = (options: object) => Transform;

const createZstdDecompress =
  'createZstdDecompress' in zlib ? (zlib.createZstdDecompress as CreateZstdDecompress) : undefined;

const OPTIONS = { chunkSize: CHUNK, readableHighWaterMark: AHEAD, writableHighWaterMark: CHUNK };

/** Runs `stream` through a decompressor. What the source throws is thrown on, what the decompressor throws is named. */
async function* decompress(
  stream: ByteStream,
  decoder: Transform,
  compression: 'gzip' | 'zstd',
): AsyncGenerator<Uint8Array, void> {
  let sourceError: unknown;
  const feed = async (): Promise<void> => {
    try {
      for await (const chunk of stream) {
        if (decoder.destroyed) return;
        if (!decoder.write(chunk)) await drained(decoder);
      }
      decoder.end();
    } catch (error) {
      sourceError = error;
      decoder.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const fed = feed();
  try {
    yield* decoder;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    const cause = error instanceof Error ? error.message : String(error);
    throw new LayerError('corrupt-compression', { compression, cause }, error);
  } finally {
    decoder.destroy();
    await fed;
  }
}

/** Until more may be written, or nothing any more. */
const drained = (decoder: Transform): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      decoder.off('drain', done);
      decoder.off('close', done);
      resolve();
    };
    decoder.on('drain', done);
    decoder.on('close', done);
    if (decoder.destroyed) done();
  });

export const nodeCodecs: LayerCodecs = {
  sha256: async () => {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
  },
  backgroundSha256,
  gunzip: (stream) => decompress(stream, zlib.createGunzip(OPTIONS), 'gzip'),
  unzstd: (stream) =>
    createZstdDecompress === undefined
      ? portableCodecs.unzstd(stream)
      : decompress(stream, createZstdDecompress(OPTIONS), 'zstd'),
  // zlib's bytes depend on its version; a committed layer must have the same digest everywhere.
  gzip: portableCodecs.gzip,
};
