/** The garbage collector of a node, and what it knows. */
import type { MetaStore } from '../../snapshots/index.ts';
import type { Database } from '../metadata/database.ts';
import type { NodeClock } from '../node/clock.ts';
import type { CollectionListener } from './sweep/collection-step.ts';
import { collectGarbage, type Collection } from './sweep/collect.ts';
import { ghosts, locateSnapshots, orphans, type Ghost, type Orphan, type SnapshotLocation } from './consistency.ts';
import { mark } from './mark/mark.ts';
import type { Resource } from './mark/resource.ts';
import type { Reference } from './mark/roots.ts';
import { createSchedule, type Schedule, type ScheduleOptions } from './schedule.ts';

export interface CollectorOptions {
  readonly schedule?: Partial<ScheduleOptions>;
  /** Reproduces containerd's defect of leaving collected children in their parents' lists; see `ghosts`. Default off. */
  readonly keepsGhostChildren?: boolean;
  /** Hears every step of every collection. */
  readonly onStep?: CollectionListener;
}

export interface Collector {
  /** Collects now. `onStep` is waited for at every step: a user can look around in between. */
  collect(onStep?: CollectionListener): Promise<Collection>;
  /** When it collects by itself: after commands and while time advances. */
  readonly schedule: Schedule;
  /** What keeps a resource: the arrows from a root to it. `undefined` = the next collection takes it. */
  why(resource: Resource): readonly Reference[] | undefined;
  /** What is out of step between the stores, or kept for nobody. */
  orphans(): Promise<readonly Orphan[]>;
  /** Children that no list shows and that keep their parents from being removed. */
  ghosts(): readonly Ghost[];
  /** Every snapshot with its directory, its snapshotter's key and what keeps it. */
  locate(): Promise<readonly SnapshotLocation[]>;
}

export const createCollector = (
  database: Database,
  stores: ReadonlyMap<string, MetaStore>,
  clock: NodeClock,
  { schedule = {}, keepsGhostChildren = false, onStep: listen }: CollectorOptions,
): Collector => {
  const collect: Collector['collect'] = (onStep) =>
    collectGarbage(database, {
      keepsGhostChildren,
      onStep: async (step) => {
        await listen?.(step);
        await onStep?.(step);
      },
    });
  return {
    collect,
    schedule: createSchedule(database, clock, schedule, collect),
    why: (resource) => database.meta.read((tx) => mark(tx, clock.now()).chain(resource)),
    orphans: () => orphans(database, stores),
    ghosts: () => ghosts(database),
    locate: () => locateSnapshots(database, stores),
  };
};
