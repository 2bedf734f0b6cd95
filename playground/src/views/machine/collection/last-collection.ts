import type { Call, Entry } from '../../../kernel/values.ts';

export interface LastCollection {
  /** How many things something still refers to. */
  readonly kept: number;
  /** What went, in order. */
  readonly removals: readonly Call[];
}

/** The latest command up to now in which garbage was collected. */
export const lastCollection = (past: readonly Entry[]): LastCollection | undefined => {
  const entry = past.findLast(
    ({ calls, command }) => command.type === 'gc' || calls.some(({ floor }) => floor === 'collection'),
  );
  if (entry === undefined) return undefined;
  const steps = entry.calls.filter(({ floor }) => floor === 'collection');
  return {
    kept: steps.filter(({ name }) => name === 'mark').length,
    removals: steps.filter(({ name }) => name !== 'mark' && name !== 'cleanup'),
  };
};
