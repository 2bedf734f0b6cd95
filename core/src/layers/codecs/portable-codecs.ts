/** The codecs that run on every platform: wasm, the platform's own inflater, and fflate. */
import { createSHA256 } from 'hash-wasm';
import type { ByteStream, LayerCodecs } from './codecs.ts';
import { gunzip } from './gunzip.ts';
import { gzip } from './gzip.ts';

/** Its wasm is loaded with the first layer that needs it: few do. */
async function* unzstd(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  const codec = await import('./unzstd.ts');
  yield* codec.unzstd(stream);
}

export const portableCodecs: LayerCodecs = {
  sha256: async () => {
    const hasher = await createSHA256();
    return { update: (bytes) => void hasher.update(bytes), hex: () => hasher.digest('hex') };
  },
  gunzip,
  unzstd,
  gzip,
};
