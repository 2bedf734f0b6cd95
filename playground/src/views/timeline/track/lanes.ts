/** Where the commands stand: one step to the right each, branches in lanes of their own. */
import type { Entry } from '../../../kernel/values.ts';

export interface PlacedEntry {
  readonly entry: Entry;
  /** Steps from the start, from 0. */
  readonly column: number;
  /** 0 is the first branch that was ever begun. */
  readonly lane: number;
}

/**
 * The first child goes on in its parent's lane; every other one begins the next free lane.
 *
 *   1 ── 2 ── 3        lane 0
 *        └─── 4 ── 5   lane 1
 */
export const placeEntries = (entries: readonly Entry[]): readonly PlacedEntry[] => {
  const placed = new Map<number, PlacedEntry>();
  const goneOn = new Set<number>();
  let lanes = 0;
  for (const entry of entries) {
    if (entry === undefined || entry.id === 0) continue;
    const parent = placed.get(entry.parent);
    const first = !goneOn.has(entry.parent);
    goneOn.add(entry.parent);
    const lane = parent !== undefined && first ? parent.lane : lanes;
    if (lane === lanes) lanes += 1;
    placed.set(entry.id, { entry, column: (parent?.column ?? -1) + 1, lane });
  }
  return [...placed.values()];
};

/** The entries of the branch that is stood on, what redo would do included, oldest first. */
export const currentLine = (entries: readonly Entry[], path: readonly number[], next?: number): readonly Entry[] => {
  const line = path.flatMap((id) => entries[id] ?? []);
  for (let id = next; id !== undefined;) {
    const entry = entries[id];
    if (entry === undefined) break;
    line.push(entry);
    id = entries.findLast((each) => each?.parent === id)?.id;
  }
  return line;
};
