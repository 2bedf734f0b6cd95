/**
 * Every operation at every kind of name, on the simulation and on Linux's overlay: all open flags, all changes, all
 * renames and links, hard links with a file open; over one and over ten layers. Compared are the answers, the merged tree,
 * the upper layer and the work directory, and what a remount shows. By day one scene in ten of each part, by chance; with
 * LAYERSCOPE_NIGHTLY all of them.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { Chance } from '../overlay/random.ts';
import type { Scene } from '../overlay/scene.ts';
import { changeScenes, hardLinkScenes, type Mounting, moveScenes, openScenes } from './scenes.ts';
import { STATES } from './states.ts';

const MOUNTINGS: readonly (readonly [what: string, mounting: Mounting])[] = [
  ['the default options', { redirectDir: 'off', metacopy: false, index: 'off', layers: 1 }],
  ['index=on', { redirectDir: 'off', metacopy: false, index: 'on', layers: 1 }],
  ['redirect_dir=on and ten layers', { redirectDir: 'on', metacopy: false, index: 'off', layers: 10 }],
  ['metacopy=on, index=on and ten layers', { redirectDir: 'on', metacopy: true, index: 'on', layers: 10 }],
];

const isNightly = process.env['LAYERSCOPE_NIGHTLY'] !== undefined;
const SEED = Number(process.env['LAYERSCOPE_FUZZ_SEED'] ?? 1);

/** Another mounting, another sample; the last scene is in each, so that none is empty. */
const sampleOf = (scenes: readonly Scene[], mounting: Mounting): readonly Scene[] => {
  const chance = new Chance(SEED * MOUNTINGS.length + MOUNTINGS.findIndex(([, other]) => other === mounting));
  return isNightly ? scenes : scenes.filter((_, at) => at === scenes.length - 1 || chance.oneIn(10));
};

/** The first divergence, explained. Loaded late: koffi and the mounted overlay exist only where the requirements are met. */
const divergenceIn = async (scenes: readonly Scene[], mounting: Mounting): Promise<string | undefined> => {
  const { compareScene } = await import('../overlay/compare.ts');
  const { explain } = await import('../overlay/explain.ts');
  for (const scene of sampleOf(scenes, mounting)) {
    const divergence = compareScene(scene);
    if (divergence !== undefined) return explain(scene, divergence).text;
  }
  return undefined;
};

const TIMEOUT = 600_000;

describe.skipIf(!requires('root', 'overlay-mount'))('every operation at every name', () => {
  afterAll(async () => (await import('../overlay/kernel-machine.ts')).closeKernelMachines());

  describe.each(MOUNTINGS)('with %s', (_, mounting) => {
    it.each([
      ['opened in every way', (): readonly Scene[] => STATES.flatMap((state) => openScenes(state, mounting))],
      ['renamed and linked', (): readonly Scene[] => STATES.flatMap((state) => moveScenes(state, mounting))],
      ['changed', (): readonly Scene[] => changeScenes(mounting)],
      ['one of two hard links', (): readonly Scene[] => hardLinkScenes(mounting)],
    ] as const)(
      '%s',
      async (_part, scenes) => {
        expect(await divergenceIn(scenes(), mounting)).toBeUndefined();
      },
      TIMEOUT,
    );
  });
});
