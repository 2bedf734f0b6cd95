/**
 * A program that works with a durable snapshotter until somebody kills it: `node workload.mjs <root> <design> <seed>
 * <crash at step>`. It says what it is about to do and that it is done, one line each, without buffering:
 *
 *   ready
 *   > commit {"name":"n3","key":"k2"}
 *   <
 */
import { symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '@layerscope/core/fs';
import { withFaults } from '@layerscope/core/kernel';
import type { Mount } from '@layerscope/core/kernel';
import type { MetaStore } from '@layerscope/core/snapshots';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { createLinuxKernel } from '../../../host-adapter/src/kernel/index.ts';
import { openMetaStore } from '../../../host-adapter/src/metadata/index.ts';
import { type Design, recoverRoot } from '../../../host-adapter/src/recovery/index.ts';

const [root = '', design = 'overlayfs', seed = '1', crashAt = '0'] = process.argv.slice(2);

const say = (line: string): void => void writeSync(1, `${line}\n`);

let steps = 0;
/** kill -9 of itself: nothing of this process runs on. */
const step = (): void => {
  steps += 1;
  if (steps === Number(crashAt)) process.kill(process.pid, 'SIGKILL');
};

/** Also between the end of a transaction and its flush, and between its flush and the answer. */
const withSteps = (store: MetaStore): MetaStore => ({
  ...store,
  write: async (body) => {
    const value = await store.write(async (tx) => {
      const result = await body(tx);
      step();
      return result;
    });
    step();
    return value;
  },
});

const chance = seededRandom(Number(seed));
const pick = <T>(choices: readonly T[]): T | undefined => choices[(chance.bytes(1)[0] ?? 0) % choices.length];

/** Where the changes of an active snapshot are kept. */
const upperOf = ([mount]: readonly Mount[]): string =>
  mount?.options.find((option) => option.startsWith('upperdir='))?.slice('upperdir='.length) ?? mount?.source ?? '';

const work = async (): Promise<void> => {
  const store = withSteps(await openMetaStore(join(root, 'metadata.mdb')));
  const kernel = withFaults(createLinuxKernel(), step);
  await recoverRoot({ root, design: design as Design, kernel, store });
  const create = design === 'native' ? createNativeSnapshotter : createOverlayfsSnapshotter;
  const snapshotter = await create({ root, kernel, store, ...(design === 'native' ? {} : { syncRemove: true }) });
  say('ready');
  steps = 0;
  for (let number = 0; ; number++) {
    const keys: Record<'Active' | 'View' | 'Committed', string[]> = { Active: [], View: [], Committed: [] };
    try {
      await snapshotter.walk(({ kind, name }) => void keys[kind].push(name));
    } catch {
      // Nothing was ever prepared here.
    }
    const label = `${seed}-${number}`;
    const parent = (chance.bytes(1)[0] ?? 0) < 60 ? '' : (pick(keys.Committed) ?? '');
    const actions: readonly [name: string, data: object, run: () => Promise<unknown>][] = [
      [
        'prepare',
        { key: `k${label}`, parent },
        async () => {
          const upper = upperOf(await snapshotter.prepare(`k${label}`, parent));
          // A link is there as a whole or not at all.
          symlinkSync(label, join(upper, `k${label}`));
        },
      ],
      ['view', { key: `v${label}`, parent }, () => snapshotter.view(`v${label}`, parent)],
      ...keys.Active.slice(0, 2).map((key): (typeof actions)[number] => [
        'commit',
        { name: `n${label}`, key },
        () => snapshotter.commit(`n${label}`, key),
      ]),
      ...[...keys.Active, ...keys.View, ...keys.Committed]
        .slice(-3)
        .map((key): (typeof actions)[number] => ['remove', { key }, () => snapshotter.remove(key)]),
    ];
    const [name, data, run] = pick(actions)!;
    say(`> ${name} ${JSON.stringify(data)}`);
    try {
      await run();
      say('<');
    } catch (error) {
      say(`! ${(error as Error).message}`);
    }
  }
};

await work();
