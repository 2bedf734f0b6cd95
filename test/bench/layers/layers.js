/** Layers: into memory, from gzip with both digests, and out again. Each case in a process of its own, in turn. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
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
  return JSON.parse(stdout);
};

/** Runs a line of shell twice; the best, in milliseconds of wall clock and of processor time, children included. */
const timeShell = (line, after = () => undefined) => {
  const walls = [];
  const processor = [];
  for (let turn = 0; turn < 2; turn++) {
    const { status, stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%R %U %S'; time ${line}`], { encoding: 'utf8' });
    after();
    if (status !== 0) throw new Error(stderr);
    const [real, user, system] = stderr.trim().split(' ').map(Number);
    walls.push(real * 1e3);
    processor.push((user + system) * 1e3);
  }
  return [Math.min(...walls), Math.min(...processor)];
};

/** containerd's Apply with both digests and unpigz, into a directory on tmpfs. */
const unpackTheirs = ({ folder, gzipped }) => {
  const target = `${folder}/unpacked`;
  const clear = () => rmSync(target, { recursive: true, force: true });
  clear();
  return timeShell(`bash -c 'mkdir ${target} && ${PEER} unpack ${target} < ${gzipped} > /dev/null'`, clear);
};

/** containerd's WriteDiff of a directory on tmpfs. */
const packTheirs = ({ folder, plain }) => {
  const source = `${folder}/packed`;
  if (!existsSync(source)) {
    mkdirSync(source);
    spawnSync('tar', ['-C', source, '-xpf', plain]);
  }
  return timeShell(`${PEER} diff '' ${source} > /dev/null`);
};

const measureAll = (input) => {
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
      theirs: () => packTheirs(input),
    },
    {
      // tar-stream is handed the entries; ours finds them in a tree first.
      row: 'pack, against tar-stream',
      ours: () => ask(MEASURE, 'pack-ours', input.plain),
      theirs: () => ask(MEASURE, 'pack-theirs', input.plain),
    },
  ];
  const speed = (milliseconds) => input.size / milliseconds / 1e3;
  const rounds = pairs.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, { ours, theirs }] of pairs.entries()) rounds[at].push({ ours: ours(), theirs: theirs() });
  }
  const clocks = ['', ', processor time'];
  const rows = pairs.flatMap(({ row }, at) =>
    clocks.map((clock, index) => ({
      row: `${row}${clock}`,
      ours: speed(median(rounds[at].map(({ ours }) => ours[index]))),
      theirs: speed(median(rounds[at].map(({ theirs }) => theirs[index]))),
      unit: 'MB/s',
      ratio: median(rounds[at].map(({ ours, theirs }) => theirs[index] / ours[index])),
    })),
  );
  const [small, large] = [ask(PEAK_MEMORY, 256 * MIB), ask(PEAK_MEMORY, 2048 * MIB)];
  rows.push({
    row: 'peak memory, 2 GiB : 256 MiB',
    ours: large / MIB,
    theirs: small / MIB,
    unit: 'MiB',
    ratio: large / small,
  });
  return rows;
};

export const suite = {
  name: 'layers',
  goals: [
    { row: 'tar into memory', atLeast: 3, of: 'ours / tar-stream into memfs' },
    { row: 'gzip with both digests', atLeast: 2.5, of: 'ours into memory / containerd with unpigz onto tmpfs' },
    { row: 'pack', atLeast: 2, of: "ours from memory / containerd's WriteDiff from tmpfs" },
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
    try {
      return measureAll(input);
    } finally {
      rmSync(input.folder, { recursive: true, force: true });
    }
  },
};
