import { Chance } from '../overlay/random.ts';
import type { Scene } from '../overlay/scene.ts';
import { changeScenes, hardLinkScenes, type Mounting, moveScenes, openScenes } from './scenes.ts';
import { STATES } from './states.ts';

export const MOUNTINGS: readonly (readonly [what: string, mounting: Mounting])[] = [
  ['the default options', { redirectDir: 'off', metacopy: false, index: 'off', layers: 1 }],
  ['index=on', { redirectDir: 'off', metacopy: false, index: 'on', layers: 1 }],
  ['redirect_dir=on and ten layers', { redirectDir: 'on', metacopy: false, index: 'off', layers: 10 }],
  ['metacopy=on, index=on and ten layers', { redirectDir: 'on', metacopy: true, index: 'on', layers: 10 }],
];

export const isNightly = process.env['LAYERSCOPE_NIGHTLY'] !== undefined;
const SEED = Number(process.env['LAYERSCOPE_FUZZ_SEED'] ?? 1);

/**
 * By day one scene in so many, by chance; with LAYERSCOPE_NIGHTLY all of them. Another mounting, another sample; the last
 * scene is in each, so that none is empty.
 */
export const sampleOf = (scenes: readonly Scene[], mounting: Mounting, oneIn: number): readonly Scene[] => {
  const chance = new Chance(SEED * MOUNTINGS.length + MOUNTINGS.findIndex(([, other]) => other === mounting));
  return isNightly ? scenes : scenes.filter((_, at) => at === scenes.length - 1 || chance.oneIn(oneIn));
};

/** What is tried. */
export const PARTS: readonly (readonly [what: string, scenes: (mounting: Mounting) => readonly Scene[]])[] = [
  ['opened in every way', (mounting) => STATES.flatMap((state) => openScenes(state, mounting))],
  ['renamed and linked', (mounting) => STATES.flatMap((state) => moveScenes(state, mounting))],
  ['changed', changeScenes],
  ['one of two hard links', hardLinkScenes],
];
