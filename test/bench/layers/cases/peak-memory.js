/**
 * Applies a gzipped layer of one file of the given size (bytes) to a file system that throws data away, and prints by how
 * many bytes the process grew.
 */
import { gzipSync } from 'node:zlib';
import { createMemoryFileSystem, steppingClock } from '@layerscope/core/fs';
import { applyBlob } from '@layerscope/core/layers';
import { nodeCodecs } from '../../../../host-adapter/dist/codecs/index.js';

const size = Number(process.argv[2]);
const PIECE = 1 << 20;

const header = Buffer.alloc(512);
header.write('file');
header.write('0000644\0', 100);
header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
header.write('ustar\x0000', 257);
header.fill(0x20, 148, 156);
header.write(
  `${header
    .reduce((sum, byte) => sum + byte, 0)
    .toString(8)
    .padStart(6, '0')}\0`,
  148,
);

async function* blob() {
  // Several members: one compressed piece can be sent as often as it takes.
  const noise = Buffer.alloc(PIECE);
  for (let at = 0; at < PIECE; at += 4) noise.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
  const piece = gzipSync(noise);
  yield gzipSync(header);
  for (let sent = 0; sent < size; sent += PIECE) yield Buffer.from(piece);
  yield gzipSync(Buffer.alloc(1024));
}

const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
Object.defineProperty(fs, 'setContent', { value: undefined });
Object.defineProperty(fs, 'open', {
  value: () => ({ write: (from) => from.length, close: () => undefined, sync: () => undefined }),
});
const before = process.memoryUsage.rss();
const { uncompressedSize } = await applyBlob(
  blob(),
  { fs, root: fs.root },
  { codecs: nodeCodecs, limits: { ratio: 1e6 } },
);
if (uncompressedSize !== size + 1536) throw new Error(`${uncompressedSize} bytes came out`);
console.log(process.resourceUsage().maxRSS * 1024 - before);
