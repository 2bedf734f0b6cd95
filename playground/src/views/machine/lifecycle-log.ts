/** What the calls of a command meant to the lifecycle machine. */
import type { Call, Entry } from '../../kernel/values.ts';

/** `from event`, as the chart names its arrows. */
const ARROWS_OF_CALLS: Readonly<Record<string, readonly string[]>> = {
  prepare: ['Absent prepare'],
  view: ['Absent view'],
  commit: ['Active commit', 'Absent name'],
  remove: ['Active remove', 'View remove', 'Committed remove'],
};

export const arrowsTaken = (entry: Entry | undefined): ReadonlySet<string> =>
  new Set(
    entry?.calls
      .filter(({ floor, error }) => floor === 'snapshotter' && error === undefined)
      .flatMap(({ name }) => (name === 'remove' ? [] : (ARROWS_OF_CALLS[name] ?? []))) ?? [],
  );

export interface RefusedCall {
  readonly id: number;
  readonly call: Call;
}

/** Calls that were refused up to now, the latest first. */
export const refusedCalls = (past: readonly Entry[]): readonly RefusedCall[] =>
  past
    .flatMap(({ id, calls }) =>
      calls
        .filter(
          ({ floor, name, error, refusal }) =>
            floor === 'snapshotter' && name !== 'stat' && error !== undefined && refusal !== undefined,
        )
        .map((call) => ({ id, call })),
    )
    .toReversed();
