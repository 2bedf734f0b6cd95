/** What a look from above meets on each sheet of a stack. */
import type { PathDetail, Presence, StackLayer } from '../../../kernel/layer-values.ts';
import type { Sight } from './sheet.tsx';

export interface SightedLayer {
  readonly layer: StackLayer;
  readonly presence: Presence | undefined;
  readonly sight: Sight;
}

/** Topmost first. Without a path nothing is looked for. */
export const sightsOf = (layers: readonly StackLayer[], detail: PathDetail | undefined): readonly SightedLayer[] => {
  let ended = false;
  return layers.map((layer) => {
    const presence = detail?.presences.find(({ key }) => key === layer.key);
    if (detail === undefined || detail.presences.length === 0) return { layer, presence, sight: 'none' };
    if (presence === undefined) return { layer, presence, sight: ended ? 'beyond' : 'passes' };
    if (presence.seen) {
      // Directories merge: the look goes on through them.
      const first = !ended;
      ended = true;
      return { layer, presence, sight: first ? 'hits' : 'buried' };
    }
    if (presence.type === 'whiteout' && !ended) {
      ended = true;
      return { layer, presence, sight: 'blocked' };
    }
    return { layer, presence, sight: 'buried' };
  });
};
