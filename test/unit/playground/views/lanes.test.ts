import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../playground/src/kernel/values.ts';
import { currentLine, placeEntries } from '../../../../playground/src/views/timeline/track/lanes.ts';

const entry = (id: number, parent: number): Entry => ({
  id,
  parent,
  command: { type: 'gc' },
  calls: [],
  callCount: 0,
  exitCode: 0,
  stdout: '',
  stderr: '',
});

//   1 ── 2 ── 3
//        ├─── 4 ── 6
//        └─── 5
const ENTRIES = [entry(1, 0), entry(2, 1), entry(3, 2), entry(4, 2), entry(5, 2), entry(6, 4)];
const BY_ID = ENTRIES.reduce<Entry[]>((all, one) => {
  all[one.id] = one;
  return all;
}, []);

describe('the track', () => {
  it('gives every branch a lane of its own', () => {
    const placed = placeEntries(BY_ID).map(({ entry: { id }, column, lane }) => [id, column, lane]);
    expect(placed).toEqual([
      [1, 0, 0],
      [2, 1, 0],
      [3, 2, 0],
      [4, 2, 1],
      [5, 2, 2],
      [6, 3, 1],
    ]);
  });

  it('knows what lies ahead on the branch that redo takes', () => {
    const ids = (path: readonly number[], next?: number) => currentLine(BY_ID, path, next).map(({ id }) => id);
    expect(ids([1, 2], 4)).toEqual([1, 2, 4, 6]);
    expect(ids([1, 2, 5])).toEqual([1, 2, 5]);
  });
});
