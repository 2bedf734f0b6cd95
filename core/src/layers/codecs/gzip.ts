/**
 * Gzip whose bytes depend on the input alone. zlib's differ between its versions and forks (Node's and Chromium's do), so
 * this is fflate everywhere: a layer committed in a browser has the digest it has on a server.
 */
import { Gzip } from 'fflate';
import type { ByteStream } from './codecs.ts';

/** gzip(1)'s default, and containerd's. */
const LEVEL = 6;

export async function* gzip(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  let out: Uint8Array[] = [];
  const deflater = new Gzip({ level: LEVEL, mtime: 0 }, (chunk) => {
    if (chunk.length > 0) out.push(chunk);
  });
  for await (const chunk of stream) {
    deflater.push(chunk);
    yield* out;
    out = [];
  }
  deflater.push(new Uint8Array(0), true);
  yield* out;
}
