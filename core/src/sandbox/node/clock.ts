import type { Clock, Nanoseconds } from '../../fs/index.ts';
import { Cell, type Recorder } from '../../timeline/index.ts';

/** A clock that can be told to go on. */
export interface NodeClock extends Clock {
  /** Adds nanoseconds to every reading from now on. */
  advance(nanoseconds: Nanoseconds): void;
}

export const createNodeClock = (base: Clock, recorder?: Recorder): NodeClock => {
  const ahead = new Cell(recorder, 0n);
  return {
    now: () => base.now() + ahead.value,
    advance: (nanoseconds) => {
      ahead.value += nanoseconds;
    },
  };
};
