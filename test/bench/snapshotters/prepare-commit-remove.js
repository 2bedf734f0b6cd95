/**
 * Prepare + Commit + Remove on the simulated kernel, against containerd's own overlayfs snapshotter (Go) on a tmpfs.
 * Both give the disk space back in Remove, and both work on a committed parent with one label.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';

const ROUNDS = 5;
/** Slices of a round, the two sides in turn; the best slice counts, which leaves out bursts of other programs. */
const SLICES = 10;
const FOLDER = fileURLToPath(new URL('containerd', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
const PROGRAM = `${CACHE}/containerd-overlayfs-bench`;
/** How many snapshots there are, and how many cycles a slice takes: Go's Remove lists every snapshot. */
const SIZES = [
  { snapshots: 10, ours: 1000, theirs: 100 },
  { snapshots: 10_000, ours: 1000, theirs: 2 },
];

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

const makeOurs = async (count) => {
  const kernel = createSimulatedKernel({ clock: steppingClock(0n), random: seededRandom(1) });
  const snapshotter = await createOverlayfsSnapshotter({ root: '/root', kernel, syncRemove: true });
  const options = { labels: { 'containerd.io/snapshot.ref': 'bench' } };
  const commit = async (name, parent) => {
    await snapshotter.prepare(`${name}-key`, parent, options);
    await snapshotter.commit(name, `${name}-key`, options);
  };
  for (let index = 0; index < count; index++) await commit(`base-${index}`, '');
  let serial = 0;
  return {
    async cycles(number) {
      const begin = process.hrtime.bigint();
      for (let index = 0; index < number; index++) {
        const name = `bench-${++serial}`;
        await commit(name, 'base-0');
        await snapshotter.remove(name);
      }
      return (number * 1e9) / Number(process.hrtime.bigint() - begin);
    },
    close: () => snapshotter.close(),
  };
};

const makeTheirs = async (count) => {
  const root = mkdtempSync('/dev/shm/layerscope-bench-');
  const program = spawn(PROGRAM, [root, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => program.on('exit', resolve));
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async cycles(number) {
      program.stdin.write(`${number}\n`);
      return (number * 1e9) / Number((await lines.next()).value);
    },
    async close() {
      program.stdin.end();
      await exited;
      rmSync(root, { recursive: true, force: true });
    },
  };
};

const measure = async ({ snapshots, ours, theirs }) => {
  const [here, there] = [await makeOurs(snapshots), await makeTheirs(snapshots)];
  try {
    const rounds = { ours: [], theirs: [] };
    // The first round warms up both.
    for (let round = 0; round <= ROUNDS; round++) {
      const best = { ours: 0, theirs: 0 };
      for (let slice = 0; slice < SLICES; slice++) {
        best.ours = Math.max(best.ours, await here.cycles(ours));
        best.theirs = Math.max(best.theirs, await there.cycles(theirs));
      }
      if (round === 0) continue;
      rounds.ours.push(best.ours);
      rounds.theirs.push(best.theirs);
    }
    const [mine, other] = [median(rounds.ours), median(rounds.theirs)];
    return { row: `${snapshots} snapshots`, ours: mine, theirs: other, unit: 'cycles/s', ratio: mine / other };
  } finally {
    await here.close();
    await there.close();
  }
};

export const suite = {
  name: 'prepare-commit-remove',
  goals: [
    { row: '10 snapshots', atLeast: 10, of: 'ours / containerd overlayfs on tmpfs' },
    { row: '10000 snapshots', atLeast: 100, of: 'ours / containerd overlayfs on tmpfs' },
  ],
  missing: () => {
    if (process.platform !== 'linux' || process.getuid() !== 0) return 'needs root on Linux: the Go side chowns';
    if (spawnSync('go', ['version']).status !== 0) return 'needs Go 1.24 or later, to compile containerd';
    mkdirSync(CACHE, { recursive: true });
    const built = spawnSync('go', ['build', '-o', PROGRAM, '.'], { cwd: FOLDER, encoding: 'utf8' });
    return built.status === 0 ? undefined : `the Go side does not compile: ${built.stderr.slice(0, 200)}`;
  },
  run: async () => {
    const rows = [];
    for (const size of SIZES) rows.push(await measure(size));
    const [few, many] = rows;
    rows.push({ row: 'flatness', ours: many.ours, theirs: few.ours, unit: 'cycles/s', ratio: many.ours / few.ours });
    return rows;
  },
};
