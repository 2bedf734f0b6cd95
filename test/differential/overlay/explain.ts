import { compareScene, type Divergence } from './compare.ts';
import type { Scene } from './scene.ts';
import { scriptOf } from './script.ts';
import { shrinkScene } from './shrink.ts';

/** A divergence in as few words as possible, with a script that shows Linux's answer in a root shell. */
export interface Explanation {
  readonly small: Scene;
  readonly text: string;
}

export const explain = (scene: Scene, divergence: Divergence): Explanation => {
  const small = shrinkScene(scene, divergence);
  const shown = compareScene(small) ?? divergence;
  const text = [
    `diverges at ${shown.where}${shown.operation ? ` ${JSON.stringify(shown.operation)}` : ''}`,
    `Linux:     ${shown.kernel}`,
    `simulated: ${shown.simulated}`,
    'Paste into a root shell:',
    scriptOf(small),
  ].join('\n');
  return { small, text };
};
