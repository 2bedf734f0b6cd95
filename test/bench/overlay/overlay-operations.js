/**
 * The overlay against the mounted kernel overlay (as a Node program sees it) and against other overlays in JavaScript.
 * Alone: `node test/bench/overlay/overlay-operations.js`.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createMemoryFileSystem, contentOf, O_RDWR, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { justBash, kernel, ours, unionfs, zenfs } from './sides.js';
import { cpuTime, measure } from './workload.js';

const ROUNDS = 5;
const SIDES = { ours, kernel, zenfs, unionfs, justBash };
/** Milliseconds of processor time for the passes of one process; the best of each row counts. */
const BUDGET = 5000;

/** ZenFS would need minutes for all of it. */
const SHARE = { zenfs: 0.05 };

const READING = ['stat', 'stat, missing', 'stat, 10 components', 'readdir of 1,000', 'read 4 KiB'];
const CHANGING = ['create', 'first overwrite 4 KiB', 'overwrite 4 KiB', 'rename with copy-up', 'unlink with whiteout'];
const ROWS = [...READING, ...CHANGING];
const FIRST = ['stat, first', 'stat, missing, first'];

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The best rates of a side's passes, measured in a process of its own. */
const apart = (side, layers, rows = [...ROWS, ...FIRST]) =>
  JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), side, String(layers), JSON.stringify(rows)], {
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    }),
  );

const runSide = async (name, layers, rows) => {
  const side = await SIDES[name](layers);
  const best = {};
  try {
    const end = cpuTime() + BUDGET;
    do {
      await side.mount();
      const rates = await measure(side, rows, SHARE[name]);
      await side.unmount();
      for (const [row, rate] of Object.entries(rates)) best[row] = Math.max(best[row] ?? 0, rate);
    } while (cpuTime() < end);
  } finally {
    side.close();
  }
  return best;
};

/** Medians of interleaved rounds. */
const interleaved = (competitors) => {
  const rounds = competitors.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    competitors.forEach(([side, layers, rows], index) => rounds[index].push(apart(side, layers, rows)));
  }
  return rounds.map((runs) =>
    Object.fromEntries(Object.keys(runs[0]).map((row) => [row, median(runs.map((rates) => rates[row]))])),
  );
};

const compare = (label, rows, our, their) =>
  rows
    .filter((row) => our[row] !== undefined && their[row] !== undefined)
    .map((row) => ({
      row: `${row} ${label}`,
      ours: our[row],
      theirs: their[row],
      unit: 'ops/s',
      ratio: our[row] / their[row],
    }));

const summary = (label, rows) => {
  const ratios = rows.map(({ ratio }) => ratio);
  return [
    { row: `geometric mean ${label}`, ratio: geometricMean(ratios) },
    { row: `least ${label}`, ratio: Math.min(...ratios) },
  ];
};

/** Milliseconds to open a lower file of 100 MiB for writing and write one byte. */
const copyUpLarge = (blob) => {
  const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
  const [lower, upper, work] = ['l', 'u', 'w'].map((name) => fs.mkdir(fs.root, name, 0o755, ROOT));
  fs.setContent(fs.create(lower, 'large', 0o644, ROOT), contentOf(blob), ROOT);
  const tree = (root) => ({ fs, root });
  const overlay = createOverlayFileSystem({
    lowers: [tree(lower)],
    upper: tree(upper),
    work: tree(work),
    dev: 2,
    random: seededRandom(1),
    mounter: ROOT,
  });
  const start = performance.now();
  const file = overlay.open(overlay.lookup(overlay.root, 'large'), O_RDWR, ROOT);
  file.write(Uint8Array.of(1), 50_000_000);
  file.close();
  return performance.now() - start;
};

const isRoot = process.getuid?.() === 0;

const run = () => {
  const competitors = [
    ['ours', 1],
    ['ours', 10],
    ['ours', 100],
    ['unionfs', 10, READING],
    ['justBash', 1, READING],
    ['zenfs', 10, ROWS],
    ...(isRoot
      ? [
          ['kernel', 1],
          ['kernel', 10],
          ['kernel', 100],
        ]
      : []),
  ];
  const [one, ten, hundred, union, bash, zen, ...mounted] = interleaved(competitors);
  const rows = [];
  mounted.forEach((their, index) => {
    const [layers, our] = [
      [1, one],
      [10, ten],
      [100, hundred],
    ][index];
    const label = `vs kernel @${layers}`;
    const compared = compare(label, ROWS, our, their);
    rows.push(...compared, ...compare(label, FIRST, our, their), ...summary(label, compared));
  });
  const warm = READING.map((row) => one[row] / hundred[row]);
  rows.push({ row: 'warm cost @100 / @1', ours: geometricMean(warm), ratio: geometricMean(warm) });
  for (const [label, our, their] of [
    ['vs zenfs @10', ten, zen],
    ['vs unionfs @10', ten, union],
    ['vs just-bash @1', one, bash],
  ]) {
    const compared = compare(label, ROWS, our, their);
    rows.push(...compared, ...summary(label, compared));
  }
  const blob = new Uint8Array(100 << 20).fill(1);
  const copies = Array.from({ length: 9 }, () => copyUpLarge(blob));
  rows.push({ row: 'copy-up of 100 MiB', ours: median(copies), unit: 'ms', ratio: median(copies) });
  return rows;
};

export const suite = {
  name: 'overlay-operations',
  goals: [
    ...(isRoot
      ? [
          { row: 'geometric mean vs kernel @10', atLeast: 5, of: 'ours / mounted overlay' },
          { row: 'least vs kernel @10', atLeast: 2, of: 'ours / mounted overlay' },
        ]
      : []),
    { row: 'warm cost @100 / @1', atMost: 1.1, of: '100 lowers / 1 lower' },
    { row: 'geometric mean vs zenfs @10', atLeast: 50, of: 'ours / ZenFS CopyOnWrite' },
    { row: 'geometric mean vs unionfs @10', atLeast: 10, of: 'ours / unionfs' },
    { row: 'geometric mean vs just-bash @1', atLeast: 10, of: 'ours / just-bash OverlayFs' },
    { row: 'copy-up of 100 MiB', atMost: 1, of: 'ms' },
  ],
  run: async () => run(),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , side, layers, rows] = process.argv;
  if (side === undefined) console.table(run());
  else console.log(JSON.stringify(await runSide(side, Number(layers), JSON.parse(rows))));
}
