/** What the parts of the metadata layer share: the records, the lower stores, the clock, and whom to tell. */
import type { Clock } from '../../fs/index.ts';
import type { ContentStore } from '../../images/index.ts';
import type { MetaStore, MetaWriter, Snapshotter } from '../../snapshots/index.ts';
import type { ObservedCall } from '../observed-snapshotter.ts';
import { nodeRefusal } from './errors.ts';
import type { SharedLock } from './lock.ts';

/** The fields of an event, named as in containerd's protobuf messages. */
export type EventFields = { readonly [field: string]: unknown };

/** A snapshotter below the metadata layer, with the lock that its collection takes alone. */
export interface Backend {
  readonly snapshotter: Snapshotter;
  readonly lock: SharedLock;
}

export interface Database {
  readonly meta: MetaStore;
  readonly clock: Clock;
  /** By plugin id, e.g. `overlayfs`. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** All blobs of all namespaces. */
  readonly blobs: ContentStore;
  /** Called after the operation, with containerd's topic, e.g. `/snapshot/prepare`. */
  readonly publish: (namespace: string, topic: string, event: EventFields) => void;
  /** Told of every call that a client makes on a snapshotter. */
  readonly called: (snapshotter: string, call: ObservedCall) => void;
}

/** Whose records, and which lease gets what is made. */
export interface Scope {
  readonly namespace: string;
  readonly lease?: string;
}

/** What the snapshots service answers for a name there is no snapshotter of: InvalidArgument. */
export const missingBackend = ({ backends }: Database, name: string): Error =>
  name === ''
    ? nodeRefusal('snapshotter-argument')
    : nodeRefusal('snapshotter-unknown', { name, known: [...backends.keys()].join(', ') });

/** InvalidArgument. */
export const backendOf = (database: Database, name: string): Backend => {
  const backend = database.backends.get(name);
  if (backend === undefined) throw missingBackend(database, name);
  return backend;
};

/**
 * What the garbage collector's scheduler counts, kept with the records so that one checkpoint holds both. `dirty` names
 * what lost rows since the last collection: snapshotters by name, and `content`.
 */
export interface Activity {
  readonly mutations: number;
  readonly deletions: number;
  readonly deleted: boolean;
  readonly dirty: readonly string[];
}

export const ACTIVITY = 'volatile/gc/activity';
export const NO_ACTIVITY: Activity = { mutations: 0, deletions: 0, deleted: false, dirty: [] };

/** A write transaction that can say what it took away. */
export interface Update extends MetaWriter {
  /** Something was deleted that may set others free; `what` is the snapshotter or `content` whose store lost a row. */
  deleted(what?: string): void;
}

/**
 * Runs `body` as one write transaction and counts it. From a deletion until the next collection every transaction counts
 * as one: containerd's flag says that something was deleted, not what.
 */
export const update = <T>({ meta }: Database, body: (tx: Update) => Promise<T> | T): Promise<T> =>
  meta.write(async (tx) => {
    let deleted = false;
    const dirty = new Set<string>();
    const value = await body({
      get: (key) => tx.get(key),
      range: (prefix) => tx.range(prefix),
      put: (key, row) => tx.put(key, row),
      delete: (key) => tx.delete(key),
      deleted: (what) => {
        deleted = true;
        if (what !== undefined) dirty.add(what);
      },
    });
    const before = (tx.get(ACTIVITY) as Activity | undefined) ?? NO_ACTIVITY;
    const after = before.deleted || deleted;
    tx.put(ACTIVITY, {
      mutations: before.mutations + 1,
      deletions: before.deletions + (after ? 1 : 0),
      deleted: after,
      dirty: [...new Set([...before.dirty, ...dirty])].toSorted(),
    } satisfies Activity);
    return value;
  });
