import type { Call, Entry } from '../../../kernel/values.ts';

export interface LastCollection {
  /** What something still refers to: what it is, by whom it is kept, and why. */
  readonly kept: readonly Call[];
  /** What nobody referred to, and what of it was on disk, in order. */
  readonly swept: readonly Call[];
  readonly freed: readonly Call[];
}

/** The latest command up to now in which garbage was collected. */
export const lastCollection = (past: readonly Entry[]): LastCollection | undefined => {
  const entry = past.findLast(
    ({ calls, command }) => command.type === 'gc' || calls.some(({ floor }) => floor === 'collection'),
  );
  if (entry === undefined) return undefined;
  const steps = entry.calls.filter(({ floor }) => floor === 'collection');
  return {
    kept: steps.filter(({ name }) => name === 'mark'),
    swept: steps.filter(({ name }) => name === 'sweep'),
    freed: steps.filter(({ name }) => name.endsWith('-remove')),
  };
};
