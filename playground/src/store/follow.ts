/** When a command changes something, the page looks there: the container's snapshot, the path, its folders open. */
import type { Entry, Moment } from '../kernel/values.ts';
import type { Page } from './context.ts';
import { towards, type Selection } from './selection.ts';
import { standingEffects } from './standing.ts';

/** `undefined` when the command gives no reason to look elsewhere. */
export const lookAt = (entry: Entry, moment: Moment, before: Selection): Partial<Selection> | undefined => {
  const effects = standingEffects(entry.calls.flatMap(({ effect }) => (effect === undefined ? [] : [effect])));
  const effect =
    effects.find(({ what, rule }) => what === 'copy-up' && rule !== 'parent-of-change') ??
    effects.find(({ what }) => what !== 'copy-up') ??
    effects[0];
  const exists = (name: string): boolean => moment.snapshots.some((row) => row.name === name);
  if (effect === undefined) {
    const newest = moment.snapshots.at(-1)?.name ?? '';
    return exists(before.snapshot) ? undefined : { snapshot: newest, layer: '', path: '' };
  }
  const id = /\/snapshots\/([^/]+)\/fs$/.exec(effect.upper)?.[1];
  const snapshot = moment.snapshots.find((row) => row.id === id)?.name ?? before.snapshot;
  return { ...towards(effect.path, before), snapshot, layer: '', scope: 'merged', filter: '' };
};

/** Follows the log as it grows; answers how to stop. */
export const followLog = ({ kernel, selection }: Page): (() => void) => {
  let seen = kernel.state.get().moment;
  return kernel.state.subscribe(() => {
    const { moment, entries } = kernel.state.get();
    if (moment === seen) return;
    seen = moment;
    const entry = entries[moment.at];
    const look = entry && lookAt(entry, moment, selection.get());
    if (look !== undefined) selection.set(look);
  });
};
