/** The codecs that run on every platform: wasm, the platform's own inflater, and fflate. */
import { createSHA256 } from 'hash-wasm';
import type { LayerCodecs } from './codecs.ts';
import { gunzip } from './gunzip.ts';
import { gzip } from './gzip.ts';
import { unzstd } from './unzstd.ts';

/** Codecs of JavaScript and WebAssembly alone: they run in a browser, a worker and Node. */
export const portableCodecs: LayerCodecs = {
  sha256: async () => {
    const hasher = await createSHA256();
    return { update: (bytes) => void hasher.update(bytes), hex: () => hasher.digest('hex') };
  },
  gunzip,
  unzstd,
  gzip,
};
