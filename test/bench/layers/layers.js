/** Layers: into memory, from gzip with both digests, and out again. Each case in a process of its own, in turn. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { layerInput } from './cases/input.js';

const ROUNDS = 5;
const MEASURE = fileURLToPath(new URL('cases/measure.js', import.meta.url));
const PEAK_MEMORY = fileURLToPath(new URL('cases/peak-memory.js', import.meta.url));
const PEER_SOURCE = fileURLToPath(new URL('../../differential/layers/containerd-peer', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
const PEER = `${CACHE}/containerd-peer`;
const MIB = 2 ** 20;

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

const ask = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
};

/** containerd's Apply with both digests and unpigz, into a directory on tmpfs; the best of two, in milliseconds. */
const unpackTheirs = ({ folder, gzipped }) => {
  const input = readFileSync(gzipped);
  const times = [];
  for (let turn = 0; turn < 2; turn++) {
    const target = mkdtempSync(`${folder}/unpacked-`);
    const begin = performance.now();
    const { status, stderr } = spawnSync(PEER, ['unpack', target], { input, encoding: 'utf8' });
    times.push(performance.now() - begin);
    rmSync(target, { recursive: true });
    if (status !== 0) throw new Error(stderr);
  }
  return Math.min(...times);
};

export const suite = {
  name: 'layers',
  goals: [
    { row: 'tar into memory', atLeast: 3, of: 'ours / tar-stream into memfs' },
    { row: 'gzip with both digests', atLeast: 2.5, of: 'ours into memory / containerd with unpigz onto tmpfs' },
    { row: 'pack', atLeast: 1.5, of: 'ours / tar-stream' },
    { row: 'peak memory, 2 GiB : 256 MiB', atMost: 1.5, of: 'growth of the process while applying' },
  ],
  missing: () => {
    if (process.platform !== 'linux' || process.getuid() !== 0) return 'needs root on Linux: the Go side chowns';
    for (const program of ['go', 'unpigz']) {
      if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return `needs ${program}`;
    }
    mkdirSync(CACHE, { recursive: true });
    const built = spawnSync('go', ['build', '-o', PEER, '.'], { cwd: PEER_SOURCE, encoding: 'utf8' });
    return built.status === 0 ? undefined : `the Go side does not compile: ${built.stderr.slice(0, 200)}`;
  },
  run: async () => {
    const input = layerInput();
    const pairs = [
      {
        row: 'tar into memory',
        ours: () => ask(MEASURE, 'apply-ours', input.plain),
        theirs: () => ask(MEASURE, 'apply-theirs', input.plain),
      },
      {
        row: 'gzip with both digests',
        ours: () => ask(MEASURE, 'unpack-ours', input.gzipped),
        theirs: () => unpackTheirs(input),
      },
      {
        row: 'pack',
        ours: () => ask(MEASURE, 'pack-ours', input.plain),
        theirs: () => ask(MEASURE, 'pack-theirs', input.plain),
      },
    ];
    const times = pairs.map(() => ({ ours: [], theirs: [], ratio: [] }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [at, { ours, theirs }] of pairs.entries()) {
        const [mine, other] = [ours(), theirs()];
        times[at].ours.push(mine);
        times[at].theirs.push(other);
        times[at].ratio.push(other / mine);
      }
    }
    const speed = (milliseconds) => input.size / milliseconds / 1e3;
    const rows = pairs.map(({ row }, at) => ({
      row,
      ours: speed(median(times[at].ours)),
      theirs: speed(median(times[at].theirs)),
      unit: 'MB/s',
      ratio: median(times[at].ratio),
    }));
    const [small, large] = [ask(PEAK_MEMORY, 256 * MIB), ask(PEAK_MEMORY, 2048 * MIB)];
    rows.push({
      row: 'peak memory, 2 GiB : 256 MiB',
      ours: large / MIB,
      theirs: small / MIB,
      unit: 'MiB',
      ratio: large / small,
    });
    return rows;
  },
};
