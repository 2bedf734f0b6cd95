/**
 * Our overlay against Linux's, by random layers and operations: a sample. `npm run fuzz -- --ops 2000000` does many.
 *
 * A divergence is shrunk and printed with a script that shows Linux's answer in a root shell.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { FOUND } from './found.ts';
import { generateScene } from './generate.ts';

const OPERATIONS = Number(process.env['LAYERSCOPE_FUZZ_OPS'] ?? 40_000);
const FIRST_SEED = Number(process.env['LAYERSCOPE_FUZZ_SEED'] ?? 1);
const SEQUENCE = 100;
/** Room for 250 operations a second, on the busiest machine that was met. */
const TIMEOUT = 60_000 + OPERATIONS * 4;

describe.skipIf(!requires('root', 'overlay-mount'))('the overlay and Linux give the same answers', () => {
  afterAll(async () => (await import('./kernel-machine.ts')).closeKernelMachines());

  it.each(FOUND)('$what', async ({ scene }) => {
    // Loaded late: koffi and the mounted overlay exist only where the requirements are met.
    const { compareScene } = await import('./compare.ts');
    expect(compareScene(scene)).toBeUndefined();
  });

  it(
    `${OPERATIONS} operations from seed ${FIRST_SEED}`,
    async () => {
      const { playUntilSure } = await import('./compare.ts');
      const { explain } = await import('./explain.ts');
      let seed = FIRST_SEED;
      for (let done = 0; done < OPERATIONS; done += SEQUENCE, seed++) {
        const scene = generateScene(seed, SEQUENCE);
        const { divergence } = playUntilSure(scene);
        expect(divergence === undefined ? '' : `seed ${seed}: ${explain(scene, divergence).text}`).toBe('');
      }
    },
    TIMEOUT,
  );
});
