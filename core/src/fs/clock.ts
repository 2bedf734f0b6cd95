import type { Restorable } from '../timeline/index.ts';

/** Nanoseconds since 1970-01-01T00:00:00Z. A bigint, because a double loses them. */
export type Nanoseconds = bigint;

/** Where "now" comes from. Injected everywhere, so that the same log replays to the same bytes. */
export interface Clock {
  now(): Nanoseconds;
}

/** Where chance comes from (temporary names, extraction keys). Injected for the same reason. */
export interface Random {
  bytes(length: number): Uint8Array;
}

/**
 * A clock that starts at `start` and advances `step` at every reading, so that no two events share a time
 * and their order can be read from a listing.
 */
export const steppingClock = (start: Nanoseconds, step: Nanoseconds = 1_000n): Clock & Restorable<Nanoseconds> => {
  let current = start;
  return { now: () => (current += step), save: () => current, restore: (time) => void (current = time) };
};

/** A seeded generator (mulberry32): the same seed gives the same bytes on every platform. Not for secrets. */
export const seededRandom = (seed: number): Random & Restorable<number> => {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at++) bytes[at] = next();
      return bytes;
    },
    save: () => state,
    restore: (saved) => void (state = saved),
  };
};
