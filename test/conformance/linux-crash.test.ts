/**
 * kill -9 at every step of the calls, and at random, 300 times (at night 1,200): what was answered is there, what was not answered is
 * there as a whole or not at all, and a restart leaves no orphan.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportSnapshots } from '@layerscope/core/snapshots';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinuxKernel } from '../../host-adapter/src/kernel/index.ts';
import { openMetaStore } from '../../host-adapter/src/metadata/index.ts';
import { type Design, recoverRoot } from '../../host-adapter/src/recovery/index.ts';
import { requires } from '../requirements.ts';
import { ExpectedState, parseLife } from './crash/expected-state.ts';

const KILLS_AT_RANDOM = process.env['LAYERSCOPE_NIGHTLY'] === undefined ? 120 : 570;
/** More steps than a prepare, commit and remove take together. */
const STEPS = 30;

let folder: string;
let program: string;

const repository = fileURLToPath(new URL('../..', import.meta.url));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-crash-'));
  program = join(repository, 'test', '.cache', `crash-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL('./crash/workload.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    conditions: ['layerscope-source'],
    external: ['koffi', 'lmdb', 'sorted-btree'],
    logLevel: 'error',
  });
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(program, { force: true });
});

interface Life {
  readonly output: string;
  readonly errors: string;
}

/** Runs the program until it is killed: by itself at a step, or from here some time after it is ready. */
const live = (root: string, design: Design, seed: number, crashAt: number, killAfter?: number): Promise<Life> =>
  new Promise((resolve) => {
    const child: ChildProcess = spawn(process.execPath, [program, root, design, `${seed}`, `${crashAt}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const isFirst = output === '';
      output += text;
      if (isFirst && killAfter !== undefined) void pause(killAfter).then(() => child.kill('SIGKILL'));
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('close', () => resolve({ output, errors }));
  });

const filesOf = (root: string, design: Design, id: number): string =>
  join(root, 'snapshots', `${id}`, ...(design === 'overlayfs' ? ['fs'] : []));

/** Compares what is kept with what was answered; brings `expected` up to date with what was under way. */
const verify = async (
  root: string,
  design: Design,
  expected: ExpectedState,
  { output, errors }: Life,
  recovered: boolean,
): Promise<void> => {
  expect(errors).toBe('');
  const { done, open } = parseLife(output);
  for (const action of done) expected.apply(action, true);
  const store = await openMetaStore(join(root, 'metadata.mdb'));
  try {
    const { snapshots } = store.read(exportSnapshots);
    const present = new Set(snapshots.map(({ key }) => key));
    if (open !== undefined && expected.happened(open, present)) expected.apply(open, false);
    expect(snapshots.map(({ key, kind, parent }) => ({ key, kind, parent })).toSorted(byKey)).toEqual(
      Array.from(expected.known, ([key, { kind, parent }]) => ({ key, kind, parent })).toSorted(byKey),
    );
    if (!recovered) return;
    const kernel = createLinuxKernel();
    const { repaired, left } = await recoverRoot({ root, design, kernel, store });
    expect(left).toEqual([]);
    expect(repaired.filter(({ failure }) => failure !== undefined)).toEqual([]);
    const own = snapshots.filter(({ kind, parent }) => design === 'overlayfs' || kind !== 'View' || parent === '');
    const entries = existsSync(join(root, 'snapshots')) ? readdirSync(join(root, 'snapshots')) : [];
    expect(entries.toSorted()).toEqual(own.map(({ id }) => `${id}`).toSorted());
    for (const { id, key, kind } of own) {
      if (kind !== 'Committed') continue;
      const { preparedAs, hasFile } = expected.known.get(key)!;
      if (hasFile) expect(`k${readlinkSync(join(filesOf(root, design, id), preparedAs))}`).toBe(preparedAs);
    }
  } finally {
    await store.close();
  }
};

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : 1);

type Death = readonly [crashAtStep: number, killAfterMilliseconds?: number];

/** One root through many deaths; every other one is followed by another life at once, whose recovery may be killed, too. */
const lane = async (design: Design, name: string, deaths: readonly Death[]): Promise<number> => {
  // At random in memory, where flushes take no time: more is done between two kills.
  const root = mkdtempSync(name.startsWith('random') ? '/dev/shm/layerscope-crash-' : join(folder, `${name}-`));
  try {
    const expected = new ExpectedState();
    for (const [index, [crashAt, after]] of deaths.entries()) {
      await verify(root, design, expected, await live(root, design, index + 1, crashAt, after), index % 2 === 1);
    }
    return deaths.length;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const atSteps: readonly Death[] = Array.from({ length: STEPS }, (_, index) => [index + 1] as const);
const atRandom = (salt: number): readonly Death[] =>
  Array.from({ length: KILLS_AT_RANDOM }, (_, index) => [0, ((index * 37 + salt) % 60) / 2] as const);

const lanes: readonly (readonly [Design, string, readonly Death[]])[] = [
  ['overlayfs', 'steps', atSteps],
  ['native', 'steps-native', atSteps],
  ['overlayfs', 'random', atRandom(0)],
  ['native', 'random-native', atRandom(11)],
];
const planned = lanes.reduce((sum, [, , deaths]) => sum + deaths.length, 0);

describe.skipIf(!requires('root', 'linux'))('kill -9', () => {
  // Two minutes of two processors by day; more when others want them, too.
  it(`${planned} times, at every step and at random, loses nothing that was answered and leaves no orphan`, async () => {
    const counts = await Promise.all(lanes.map((one) => lane(...one)));
    const died = counts.reduce((sum, count) => sum + count, 0);
    console.log(`kill -9: died ${died} times`);
    expect(died).toBe(planned);
    expect(died).toBeGreaterThanOrEqual(300);
  }, 2_400_000);
});
