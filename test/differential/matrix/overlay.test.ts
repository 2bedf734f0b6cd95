/**
 * Every operation at every kind of name, on the simulation and on Linux's overlay: all open flags, all changes, all
 * renames and links, hard links with a file open; over one and over ten layers. Compared are the answers, the merged tree,
 * the upper layer and the work directory, and what a remount shows.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import type { Scene } from '../overlay/scene.ts';
import { changeScenes, hardLinkScenes, type Mounting, moveScenes, openScenes } from './scenes.ts';
import { STATES } from './states.ts';

const MOUNTINGS: readonly (readonly [what: string, mounting: Mounting])[] = [
  ['the default options', { redirectDir: 'off', metacopy: false, index: 'off', layers: 1 }],
  ['index=on', { redirectDir: 'off', metacopy: false, index: 'on', layers: 1 }],
  ['redirect_dir=on and ten layers', { redirectDir: 'on', metacopy: false, index: 'off', layers: 10 }],
  ['metacopy=on, index=on and ten layers', { redirectDir: 'on', metacopy: true, index: 'on', layers: 10 }],
];

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
    it(
      'opened in every way',
      async () => {
        expect(await divergenceIn(STATES.flatMap((state) => openScenes(state, mounting)))).toBeUndefined();
      },
      TIMEOUT,
    );

    it(
      'renamed and linked',
      async () => {
        expect(await divergenceIn(STATES.flatMap((state) => moveScenes(state, mounting)))).toBeUndefined();
      },
      TIMEOUT,
    );

    it('changed', async () => {
      expect(await divergenceIn(changeScenes(mounting))).toBeUndefined();
    });

    it('one of two hard links', async () => {
      expect(await divergenceIn(hardLinkScenes(mounting))).toBeUndefined();
    });
  });
});
