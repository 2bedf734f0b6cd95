/** The story of a path in the order a person asks: what do I see, where does it come from, why is it there. */
import type { PathDetail, Presence } from '../../../kernel/layer-values.ts';
import type { Effect } from '../../../kernel/values.ts';
import { standingEffects } from '../../../store/standing.ts';

export type Sentence =
  | { readonly tell: 'seenFrom'; readonly title: string; readonly role: 'upper' | 'lower' }
  | { readonly tell: 'mergedFrom'; readonly count: number }
  | { readonly tell: 'hiddenByWhiteout'; readonly title: string }
  | { readonly tell: 'hiddenByOpaque'; readonly title: string; readonly path: string }
  | { readonly tell: 'gone' }
  | { readonly tell: 'replaces'; readonly count: number }
  | { readonly tell: 'newHere'; readonly title: string }
  | { readonly tell: 'effect'; readonly effect: Effect };

const isMarker = ({ type }: Presence): boolean => type === 'whiteout';

/** Told from the layers' contents and the overlay's own record of what it did, as far as it is still there. */
export const storyOf = ({ presences, effects }: PathDetail): readonly Sentence[] => {
  const seen = presences.filter((presence) => presence.seen);
  const [top] = seen;
  const told: Sentence[] = [];
  if (top !== undefined && top.type === 'directory' && seen.length > 1)
    told.push({ tell: 'mergedFrom', count: seen.length });
  else if (top !== undefined) told.push({ tell: 'seenFrom', title: top.title, role: top.role });
  else {
    const marker = presences.find(isMarker);
    const hiding = presences.find(({ hiddenBy }) => hiddenBy !== undefined)?.hiddenBy;
    if (marker !== undefined) told.push({ tell: 'hiddenByWhiteout', title: marker.title });
    else if (hiding?.why === 'opaque') told.push({ tell: 'hiddenByOpaque', title: hiding.title, path: hiding.path });
    else if (hiding !== undefined) told.push({ tell: 'hiddenByWhiteout', title: hiding.title });
    else told.push({ tell: 'gone' });
  }
  const buried = presences.filter((presence) => !presence.seen && !isMarker(presence)).length;
  if (top !== undefined && buried > 0) told.push({ tell: 'replaces', count: buried });
  if (top !== undefined && effects.length === 0 && presences.length === 1)
    told.push({ tell: 'newHere', title: top.title });
  const still = standingEffects(effects).filter(({ what }) => {
    if (what === 'whiteout') return presences.some(isMarker);
    return what !== 'opaque' || presences.some(({ opaque }) => opaque);
  });
  return [...told, ...still.map((effect): Sentence => ({ tell: 'effect', effect }))];
};
