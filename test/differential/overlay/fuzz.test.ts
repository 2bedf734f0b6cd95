/**
 * Our overlay against Linux's, by random layers and operations.
 *
 *   LAYERSCOPE_FUZZ_OPS=2000000 LAYERSCOPE_FUZZ_SEED=1 npx vitest run --config test/vitest.config.ts \
 *     --project differential test/differential/overlay/fuzz.test.ts
 *
 * LAYERSCOPE_FUZZ_AXIS=metacopy (or another of `AXES`) keeps to scenes with one option on.
 *
 * A divergence is shrunk and printed with a script that shows Linux's answer in a root shell.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import type { Divergence } from './compare.ts';
import { FOUND } from './found.ts';
import { AXES, generateScene } from './generate.ts';
import type { Scene } from './scene.ts';

const OPERATIONS = Number(process.env['LAYERSCOPE_FUZZ_OPS'] ?? 40_000);
const FIRST_SEED = Number(process.env['LAYERSCOPE_FUZZ_SEED'] ?? 1);
const AXIS = AXES.find((axis) => axis === process.env['LAYERSCOPE_FUZZ_AXIS']);
const SEQUENCE = 100;
/** Room for 250 operations a second, on the busiest machine that was met. */
const TIMEOUT = 60_000 + OPERATIONS * 4;

describe.skipIf(!requires('root', 'overlay-mount'))('the overlay and Linux give the same answers', () => {
  afterAll(async () => (await import('./kernel-machine.ts')).closeKernelMachines());

  it.each(FOUND)('$what', async ({ scene }) => {
    expect(await divergenceOf(scene)).toBeUndefined();
  });

  it(
    `${OPERATIONS} operations from seed ${FIRST_SEED}`,
    async () => {
      const { compareScene } = await import('./compare.ts');
      let seed = FIRST_SEED;
      for (let done = 0; done < OPERATIONS; done += SEQUENCE, seed++) {
        const scene = generateScene(seed, SEQUENCE, AXIS);
        const divergence = compareScene(scene);
        const explained = divergence && (await explain(seed, scene, divergence));
        expect(explained ?? '').toBe('');
      }
      console.log(
        `overlay fuzz: ${OPERATIONS} operations in ${seed - FIRST_SEED} sequences${AXIS ? ` with ${AXIS}` : ''}, no divergence`,
      );
    },
    TIMEOUT,
  );
});

/** Loaded late: koffi and the mounted overlay exist only where the requirements are met. */
const divergenceOf = async (scene: Scene): Promise<Divergence | undefined> =>
  (await import('./compare.ts')).compareScene(scene);

const explain = async (seed: number, scene: Scene, divergence: Divergence): Promise<string> => {
  const { shrinkScene } = await import('./shrink.ts');
  const { scriptOf } = await import('./script.ts');
  const small = shrinkScene(scene, divergence);
  const shown = (await divergenceOf(small)) ?? divergence;
  return [
    `seed ${seed} diverges at ${shown.where}${shown.operation ? ` ${JSON.stringify(shown.operation)}` : ''}`,
    `Linux:     ${shown.kernel}`,
    `simulated: ${shown.simulated}`,
    'Paste into a root shell:',
    scriptOf(small),
  ].join('\n');
};
