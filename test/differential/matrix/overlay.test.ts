/**
 * Every operation at every kind of name, on the simulation and on Linux's overlay: all open flags, all changes, all
 * renames and links, hard links with a file open; over one and over ten layers. Compared are the answers, the merged tree,
 * the upper layer and the work directory, and what a remount shows. By day one scene in ten of each part.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import type { Scene } from '../overlay/scene.ts';
import { MOUNTINGS, PARTS, sampleOf } from './parts.ts';

/** The first divergence, explained. Loaded late: koffi and the mounted overlay exist only where the requirements are met. */
const divergenceIn = async (scenes: readonly Scene[]): Promise<string | undefined> => {
  const { compareScene } = await import('../overlay/compare.ts');
  const { explain } = await import('../overlay/explain.ts');
  for (const scene of scenes) {
    const divergence = compareScene(scene);
    if (divergence !== undefined) return explain(scene, divergence).text;
  }
  return undefined;
};

const TIMEOUT = 600_000;

describe.skipIf(!requires('root', 'overlay-mount'))('every operation at every name', () => {
  afterAll(async () => (await import('../overlay/kernel-machine.ts')).closeKernelMachines());

  describe.each(MOUNTINGS)('with %s', (_, mounting) => {
    it.each(PARTS)(
      '%s',
      async (_part, scenes) => {
        expect(await divergenceIn(sampleOf(scenes(mounting), mounting, 10))).toBeUndefined();
      },
      TIMEOUT,
    );
  });
});
