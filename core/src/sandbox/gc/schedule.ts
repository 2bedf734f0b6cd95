/**
 * When garbage is collected: containerd's scheduler on the node's clock.
 *
 * A collection is due at a time that every collection sets anew, so that collecting takes no more than a share of all time
 * (`pauseThreshold`). When it comes, it is put off by the same time if nothing was deleted and too little changed. A
 * request, or as many deletions as configured, bring it forward. Nothing deleted and little changed = nothing is ever
 * collected: a lease that runs out does not wake it.
 */
import type { Nanoseconds } from '../../fs/index.ts';
import { ACTIVITY, NO_ACTIVITY, type Activity, type Database } from '../metadata/database.ts';
import type { NodeClock } from '../node/clock.ts';

/** containerd's keys of `[plugins."io.containerd.gc.v1.scheduler"]`. Times are nanoseconds. */
export interface ScheduleOptions {
  /** The share of time that collecting may take; at most 0.5. 0 = no collections but those asked for. Default 0.02. */
  readonly pauseThreshold: number;
  /** Collect after this many deletions; 0 (default) = wait for the next time. */
  readonly deletionThreshold: number;
  /** Collect the next time after this many changes without a deletion. Default 100. */
  readonly mutationThreshold: number;
  /** How long a collection that was brought forward still waits. Default 0. */
  readonly scheduleDelay: Nanoseconds;
  /** When the first one comes after the start. Default 100 ms. */
  readonly startupDelay: Nanoseconds;
}

export const DEFAULT_SCHEDULE: ScheduleOptions = {
  pauseThreshold: 0.02,
  deletionThreshold: 0,
  mutationThreshold: 100,
  scheduleDelay: 0n,
  startupDelay: 100_000_000n,
};

const SECOND = 1_000_000_000n;
/** A collection counts as at least this long, or the next would come at once. */
const SHORTEST = 5_000_000;
const MAX_PAUSE = 0.5;

/** Kept with the records, as decimal nanoseconds; gone with the daemon. */
interface ScheduleRow {
  /** When the next one is due; `''` = no time is set. */
  readonly next: string;
  readonly interval: string;
  /** When the last one ended; `''` = none yet. */
  readonly last: string;
  readonly spent: number;
  readonly collections: number;
}

const SCHEDULE = 'volatile/gc/schedule';

export interface Schedule {
  /** When the next collection is looked at; `undefined` = no time is set. */
  next(): Nanoseconds | undefined;
  /** Collects if it is time. Called after every command. */
  settle(): Promise<void>;
  /** Collects now, whatever the time: what a client that waits for it asks for. */
  run(): Promise<void>;
  /** Lets time pass, collecting whenever it is time meanwhile. */
  advance(nanoseconds: Nanoseconds): Promise<void>;
}

/** `collect` does one collection. */
export const createSchedule = (
  { meta }: Database,
  clock: NodeClock,
  given: Partial<ScheduleOptions>,
  collect: () => Promise<unknown>,
): Schedule => {
  const options = { ...DEFAULT_SCHEDULE, ...given };
  const pause = Math.min(options.pauseThreshold, MAX_PAUSE);
  const read = (): ScheduleRow =>
    meta.read((tx) => tx.get(SCHEDULE) as ScheduleRow | undefined) ?? {
      next: options.startupDelay > 0n ? (clock.now() + options.startupDelay).toString() : '',
      interval: SECOND.toString(),
      last: '',
      spent: 0,
      collections: 0,
    };
  const write = (row: ScheduleRow): Promise<void> => meta.write((tx) => tx.put(SCHEDULE, row));
  const activity = (): Activity => meta.read((tx) => (tx.get(ACTIVITY) as Activity | undefined) ?? NO_ACTIVITY);

  const run = async (): Promise<void> => {
    const row = read();
    const begin = clock.now();
    await collect();
    const end = clock.now();
    const spent = row.spent + Number(end - begin);
    const collections = row.collections + 1;
    const average = Math.max(spent / collections, SHORTEST);
    const interval = pause > 0 ? BigInt(Math.trunc(average / pause - average)) : BigInt(row.interval);
    await write({
      next: (end + interval).toString(),
      interval: interval.toString(),
      last: end.toString(),
      spent,
      collections,
    });
  };

  /** Whether changes bring a collection forward. */
  const urgent = ({ deletions, mutations }: Activity, next: string): boolean => {
    const { deletionThreshold, mutationThreshold } = options;
    if (deletionThreshold > 0 && deletions >= deletionThreshold) return true;
    if (next !== '') return false;
    return (deletionThreshold === 0 && deletions > 0) || (mutationThreshold > 0 && mutations >= mutationThreshold);
  };

  /** Whether there is anything to do at a time that was only set by the last collection. */
  const idle = ({ deletions, mutations }: Activity, { last }: ScheduleRow): boolean =>
    last !== '' && deletions === 0 && (options.mutationThreshold === 0 || mutations < options.mutationThreshold);

  const settle = async (): Promise<void> => {
    let row = read();
    const now = clock.now();
    const done = activity();
    if (urgent(done, row.next)) {
      const soon = now + options.scheduleDelay;
      if (row.next === '' || BigInt(row.next) > soon) row = { ...row, next: soon.toString() };
    }
    if (row.next === '' || BigInt(row.next) > now) return write(row);
    if (!idle(done, row)) return run();
    // As often put off as the clock went past it.
    const interval = BigInt(row.interval);
    const next = BigInt(row.next) + ((now - BigInt(row.next)) / interval + 1n) * interval;
    return write({ ...row, next: next.toString() });
  };

  return {
    next: () => {
      const { next } = read();
      return next === '' ? undefined : BigInt(next);
    },
    settle,
    run,
    advance: async (nanoseconds) => {
      await settle();
      let left = nanoseconds;
      while (left > 0n) {
        const { next, last } = read();
        const due = next === '' ? undefined : BigInt(next) - clock.now();
        const step =
          due === undefined || due > left || idle(activity(), { ...read(), last }) ? left : due > 0n ? due : 0n;
        clock.advance(step);
        left -= step;
        await settle();
      }
    },
  };
};
