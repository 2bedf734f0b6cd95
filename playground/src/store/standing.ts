/** Of what a command did to an upper layer, what is still there when it has ended. */
import type { Effect } from '../kernel/values.ts';

const isOver = (path: string, above: string): boolean => above.startsWith(`${path}/`);

/**
 * A directory that is removed takes with it what was made in it, its whiteouts, too; one that is made again in its place
 * takes its whiteout.
 */
export const standingEffects = (effects: readonly Effect[]): readonly Effect[] =>
  effects.filter(
    ({ path, what }, at) =>
      !effects.slice(at + 1).some((later) => {
        if (later.what !== 'whiteout' && later.what !== 'opaque') return false;
        return isOver(later.path, path) || (later.path === path && (what === 'copy-up' || what === 'whiteout'));
      }),
  );
