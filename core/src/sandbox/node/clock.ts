import type { Clock, Nanoseconds } from '../../fs/index.ts';

/** A clock that can be told to go on. */
export interface NodeClock extends Clock {
  /** Adds nanoseconds to every reading from now on. */
  advance(nanoseconds: Nanoseconds): void;
}

export const createNodeClock = (base: Clock): NodeClock => {
  let ahead = 0n;
  return {
    now: () => base.now() + ahead,
    advance: (nanoseconds) => {
      ahead += nanoseconds;
    },
  };
};
