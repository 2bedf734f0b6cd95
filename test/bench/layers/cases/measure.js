/**
 * Runs one case of `layers.js` in this process, twice to warm up and then three times, and prints the best of these:
 * `[wall clock, processor time]` in milliseconds. On a busy machine only the second says something.
 */
import { readFileSync } from 'node:fs';
import { createMemoryFileSystem, steppingClock } from '@layerscope/core/fs';
import { applyBlob, applyLayer, diffTrees } from '@layerscope/core/layers';
import { Volume } from 'memfs';
import * as tarStream from 'tar-stream';
import { nodeCodecs } from '../../../../host-adapter/dist/codecs/index.js';

const CHUNK = 1 << 18;
const [name, input] = process.argv.slice(2);
const bytes = readFileSync(input);

async function* chunks() {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

const memoryTree = () => {
  const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
  return { fs, root: fs.root };
};

/** What a user of the two libraries writes. Without modes, which memfs enforces even on root, owners and times. */
const tarStreamToMemfs = () =>
  new Promise((resolve, reject) => {
    const volume = new Volume();
    const extract = tarStream.extract();
    extract.on('entry', (header, stream, next) => {
      const path = `/${header.name}`;
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        if (header.type === 'directory') volume.mkdirSync(path, { recursive: true });
        else if (header.type === 'symlink') volume.symlinkSync(header.linkname, path);
        else if (header.type === 'link') volume.linkSync(`/${header.linkname}`, path);
        else volume.writeFileSync(path, parts.length === 1 ? parts[0] : Buffer.concat(parts));
        next();
      });
    });
    extract.on('finish', resolve);
    extract.on('error', reject);
    const feed = (at) => {
      for (; at < bytes.length; at += CHUNK) {
        if (extract.write(bytes.subarray(at, at + CHUNK))) continue;
        extract.once('drain', () => feed(at + CHUNK));
        return;
      }
      extract.end();
    };
    feed(0);
  });

/** The entries of the input with their data, for packing. */
const unpacked = () =>
  new Promise((resolve) => {
    const entries = [];
    const extract = tarStream.extract();
    extract.on('entry', ({ name: path, type, mode, uid, gid, mtime, linkname, size }, stream, next) => {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        entries.push({
          header: { name: path, type, mode, uid, gid, mtime, linkname, size },
          data: Buffer.concat(parts),
        });
        next();
      });
    });
    extract.on('finish', () => resolve(entries));
    extract.end(bytes);
  });

const CASES = {
  'apply-ours': async () => () => applyLayer(chunks(), memoryTree()),
  'apply-theirs': async () => tarStreamToMemfs,
  'unpack-ours': async () => () => applyBlob(chunks(), memoryTree(), { codecs: nodeCodecs }),
  'pack-ours': async () => {
    const tree = memoryTree();
    await applyLayer(chunks(), tree);
    return async () => {
      let size = 0;
      for await (const chunk of diffTrees(undefined, tree)) size += chunk.length;
      if (size < bytes.length / 2) throw new Error('the archive is too short');
    };
  },
  'pack-theirs': async () => {
    const entries = await unpacked();
    return async () => {
      const pack = tarStream.pack();
      const feed = (at) => {
        if (at === entries.length) pack.finalize();
        else pack.entry({ ...entries[at].header }, entries[at].data, () => feed(at + 1));
      };
      feed(0);
      let size = 0;
      for await (const chunk of pack) size += chunk.length;
      if (size < bytes.length / 2) throw new Error('the archive is too short');
    };
  },
};

const once = await CASES[name]();
const walls = [];
const processor = [];
for (let turn = 0; turn < 5; turn++) {
  const begin = performance.now();
  const used = process.cpuUsage();
  await once();
  const { user, system } = process.cpuUsage(used);
  if (turn < 2) continue;
  walls.push(performance.now() - begin);
  processor.push((user + system) / 1e3);
}
console.log(JSON.stringify([Math.min(...walls), Math.min(...processor)]));
