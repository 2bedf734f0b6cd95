/**
 * `layerscope overlay` against fuse-overlayfs: the same layers on one tmpfs, the same client (a C program: the client must
 * not wait for the server's thread), interleaved rounds. Alone: `node test/bench/fuse/fuse.js [operation…]`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const program = process.env.LAYERSCOPE_PROGRAM ?? join(folder, '../../../host-adapter/bin/layerscope-overlay.js');
const cache = join(folder, '../../.cache');
const client = join(cache, 'fuse-client');

const FILES = 3000;
const MEGABYTES = 128;
const ROUNDS = 15;
/** In this order: each finds what the one before has left. */
const OPERATIONS = [
  ['create', FILES],
  ['stat cold', FILES],
  ['open', FILES],
  ['rename', FILES],
  ['unlink', FILES],
  ['write', MEGABYTES],
  ['read cold', MEGABYTES],
];

const mountWith = {
  ours: (options, target) => execFileSync(process.execPath, [program, '-o', options, target], { stdio: 'ignore' }),
  theirs: (options, target) => execFileSync('fuse-overlayfs', ['-o', options, target], { stdio: 'ignore' }),
};

/** Nanoseconds for each operation, a row of rounds for each side. The first two warm both sides up. */
const measure = (base) => {
  const times = { ours: {}, theirs: {} };
  const sides = Object.keys(mountWith);
  const targets = {};
  try {
    for (const side of sides) {
      const at = (name) => join(base, side, name);
      for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name), { recursive: true });
      mountWith[side](`lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`, at('merged'));
      targets[side] = at('merged');
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [operation, count] of OPERATIONS) {
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
          const time = Number(execFileSync(client, [targets[side], operation, String(count)], { encoding: 'utf8' }));
          (times[side][operation] ??= []).push(time);
        }
      }
    }
  } finally {
    for (const target of Object.values(targets)) execFileSync('umount', [target]);
  }
  return times;
};

const run = () => {
  mkdirSync(cache, { recursive: true });
  execFileSync('cc', ['-O2', '-o', client, join(folder, 'client.c')]);
  const base = mkdtempSync(join(tmpdir(), 'layerscope-bench-'));
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', base]);
  try {
    const { ours, theirs } = measure(base);
    return OPERATIONS.map(([row]) => {
      // The best round: what else this machine does can only add to a time.
      const [us, them] = [ours, theirs].map((side) => Math.min(...side[row].slice(2)));
      const isBytes = row === 'write' || row === 'read cold';
      const rate = (nanoseconds) => (isBytes ? 1e9 / 1048576 : 1e9) / nanoseconds;
      return { row, ours: rate(us), theirs: rate(them), unit: isBytes ? 'MiB/s' : 'ops/s', ratio: them / us };
    });
  } finally {
    execFileSync('umount', ['-l', base]);
    rmSync(base, { recursive: true, force: true });
  }
};

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

const missing = () => {
  if (process.getuid?.() !== 0) return 'no root: caches cannot be dropped';
  if (!has('fuse-overlayfs')) return 'no fuse-overlayfs';
  return has('cc') ? undefined : 'no C compiler';
};

export const suite = {
  name: 'fuse',
  goals: [
    { row: 'create', atLeast: 1.4, of: 'fuse-overlayfs / ours' },
    { row: 'stat cold', atLeast: 1.6, of: 'fuse-overlayfs / ours' },
    { row: 'rename', atLeast: 2.5, of: 'fuse-overlayfs / ours' },
    { row: 'unlink', atLeast: 2.5, of: 'fuse-overlayfs / ours' },
    { row: 'read cold', atLeast: 1, of: 'fuse-overlayfs / ours' },
    { row: 'write', atLeast: 0.9, of: 'fuse-overlayfs / ours' },
  ],
  missing,
  run,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(run());
