/** Which compression a stream has is told by its first bytes: media types lie, and archives leave them out. */
import type { ByteStream, LayerCodecs } from './codecs.ts';
import { portableCodecs } from './portable-codecs.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** Bytes that `detectCompression` looks at. */
const MAGIC_LENGTH = 4;

/** By magic number; a zstd stream may begin with a skippable frame (0x184D2A50 to 5F, little-endian). */
export const detectCompression = (first: Uint8Array): Compression => {
  const [a, b, c, d] = first;
  if (a === 0x1f && b === 0x8b && c === 0x08) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  return 'none';
};

/** The stream behind a look at its first bytes. `rest` may be read once. */
export interface SniffedStream {
  readonly compression: Compression;
  readonly rest: ByteStream;
}

/** Tells the compression by its magic bytes, whatever a media type says; what is neither gzip nor zstd is `none`. */
export const sniffCompression = async (stream: ByteStream): Promise<SniffedStream> => {
  const source = stream[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  const magic: number[] = [];
  while (magic.length < MAGIC_LENGTH) {
    const { done, value } = await source.next();
    if (done === true) break;
    held.push(value);
    magic.push(...value.subarray(0, MAGIC_LENGTH - magic.length));
  }
  return { compression: detectCompression(Uint8Array.from(magic)), rest: resume(held, source) };
};

async function* resume(
  held: readonly Uint8Array[],
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* held;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/** The bytes of `stream` without its compression, if it has one. */
export async function* decompress(
  stream: ByteStream,
  codecs: LayerCodecs = portableCodecs,
): AsyncGenerator<Uint8Array, void> {
  const { compression, rest } = await sniffCompression(stream);
  yield* decode(rest, compression, codecs);
}

/** The stream decompressed by `codecs`; damaged bytes throw a LayerError while it is read, not here. */
export const decode = (stream: ByteStream, compression: Compression, codecs: LayerCodecs): ByteStream => {
  switch (compression) {
    case 'gzip':
      return codecs.gunzip(stream);
    case 'zstd':
      return codecs.unzstd(stream);
    case 'none':
      return stream;
  }
};
