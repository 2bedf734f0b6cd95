/**
 * One garbage collection, in containerd's order.
 *
 *   mark ─▶ sweep rows              one write transaction: nobody writes meanwhile
 *   events
 *   for each dirty snapshotter      backend snapshots no row names, leaf first; then Cleanup
 *   content store, when dirty       blobs no row names
 */
import { CONTENT } from '../../metadata/stores/content.ts';
import { ACTIVITY, NO_ACTIVITY, type Activity, type Database } from '../../metadata/database.ts';
import type { CollectionListener } from './collection-step.ts';
import { mark } from '../mark/mark.ts';
import { pruneContent, pruneSnapshotter } from './prune.ts';
import { snapshotParts, type Resource } from '../mark/resource.ts';
import { sweepResource, unmarked } from './sweep.ts';

export interface CollectOptions {
  /** Leaves the names of collected snapshots in their parents' lists of children, as containerd does. Default off. */
  readonly keepsGhostChildren?: boolean;
  readonly onStep?: CollectionListener;
}

/** What one collection did. */
export interface Collection {
  /** Rows that are gone. */
  readonly swept: readonly Resource[];
  /** What could not be pruned, by snapshotter (or `content`): it is tried again when that is dirty again. */
  readonly failures: ReadonlyMap<string, unknown>;
}

const dirtied = (swept: readonly Resource[]): readonly string[] =>
  swept.flatMap((resource) =>
    resource.type === 'snapshot' ? [snapshotParts(resource)[0]] : resource.type === 'content' ? [CONTENT] : [],
  );

const publishSwept = ({ publish }: Database, swept: readonly Resource[]): void => {
  for (const resource of swept) {
    const { type, namespace, key } = resource;
    if (type === 'snapshot') {
      const [snapshotter, name] = snapshotParts(resource);
      publish(namespace, '/snapshot/remove', { key: name, snapshotter });
    }
    if (type === 'image') publish(namespace, '/images/delete', { name: key });
  }
};

/** Collects now. */
export const collectGarbage = async (database: Database, options: CollectOptions = {}): Promise<Collection> => {
  const { keepsGhostChildren = false, onStep = () => {} } = options;
  const { swept, dirty } = await database.meta.write(async (tx) => {
    const marking = mark(tx, database.clock.now());
    for (const reference of marking.followed) await onStep({ step: 'mark', reference });
    const garbage = unmarked(tx, marking);
    for (const resource of garbage) {
      await onStep({ step: 'sweep', resource });
      sweepResource(tx, resource, keepsGhostChildren);
    }
    const activity = (tx.get(ACTIVITY) as Activity | undefined) ?? NO_ACTIVITY;
    tx.put(ACTIVITY, NO_ACTIVITY);
    return { swept: garbage, dirty: new Set([...activity.dirty, ...dirtied(garbage)]) };
  });
  publishSwept(database, swept);
  const failures = new Map<string, unknown>();
  const tell = async (step: Parameters<typeof onStep>[0]): Promise<void> => onStep(step);
  for (const name of [...dirty].toSorted()) {
    try {
      await (name === CONTENT ? pruneContent(database, tell) : pruneSnapshotter(database, name, tell));
    } catch (error) {
      failures.set(name, error);
    }
  }
  return { swept, failures };
};
