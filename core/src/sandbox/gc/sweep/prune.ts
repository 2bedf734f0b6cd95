/** Takes out of the stores below what no row of any namespace names. */
import { isClass, type Snapshotter } from '../../../snapshots/index.ts';
import { isImageError } from '../../../images/index.ts';
import { CONTENT } from '../../metadata/stores/content.ts';
import type { Database } from '../../metadata/database.ts';
import { allSnapshotRows, namespaceRows, objects } from '../../metadata/rows.ts';
import type { CollectionStep } from './collection-step.ts';

type Tell = (step: CollectionStep) => Promise<void>;

const namesInUse = ({ meta }: Database, wanted: string): ReadonlySet<string> =>
  meta.read((tx) => {
    const names = new Set<string>();
    for (const [namespace] of namespaceRows(tx))
      for (const [snapshotter, , row] of allSnapshotRows(tx, namespace))
        if (snapshotter === wanted) names.add(row.name);
    return names;
  });

/** Keys of the backend, children before their parents. Below a parent that is not listed nothing is found. */
const leafFirst = async (backend: Snapshotter): Promise<readonly string[]> => {
  const children = new Map<string, string[]>();
  try {
    await backend.walk(({ name, parent }) => {
      children.set(parent, [...(children.get(parent) ?? []), name]);
    });
  } catch (error) {
    if (isClass(error, 'NotFound')) return [];
    throw error;
  }
  const order: string[] = [];
  const visit = (key: string): void => {
    for (const child of children.get(key) ?? []) visit(child);
    if (key !== '') order.push(key);
  };
  visit('');
  return order;
};

/**
 * Removes unnamed snapshots of a backend leaf first, then cleans up, while no call may change it. What still has
 * children is passed over; any other failure ends the round for this snapshotter, and nothing is cleaned up.
 */
export const pruneSnapshotter = (database: Database, name: string, tell: Tell): Promise<void> => {
  const backend = database.backends.get(name);
  if (backend === undefined) return Promise.resolve();
  const { snapshotter, lock } = backend;
  return lock.alone(async () => {
    const used = namesInUse(database, name);
    for (const key of await leafFirst(snapshotter)) {
      if (used.has(key)) continue;
      await tell({ step: 'backend-remove', snapshotter: name, key });
      try {
        await snapshotter.remove(key);
      } catch (error) {
        if (!isClass(error, 'FailedPrecondition')) throw error;
      }
    }
    if (snapshotter.cleanup === undefined) return;
    await tell({ step: 'cleanup', snapshotter: name });
    await snapshotter.cleanup();
  });
};

/** Removes blobs no namespace has, and ingests nobody is writing. */
export const pruneContent = async ({ meta, blobs }: Database, tell: Tell): Promise<void> => {
  const used = meta.read((tx) => {
    const digests = new Set<string>();
    for (const [namespace] of namespaceRows(tx))
      for (const [digest] of objects(tx, CONTENT, namespace)) digests.add(digest);
    return digests;
  });
  const unused: string[] = [];
  for await (const { digest } of blobs.walk()) if (!used.has(digest)) unused.push(digest);
  for (const digest of unused) {
    await tell({ step: 'blob-remove', digest });
    await blobs.delete(digest);
  }
  for (const ref of await blobs.ingests()) {
    try {
      // Whoever opens a ref gets it empty: giving it up again removes what a crash left there.
      const writer = await blobs.writer(ref);
      await tell({ step: 'ingest-remove', ref });
      await writer.abort();
    } catch (error) {
      if (!isImageError(error, 'ingest-locked')) throw error;
    }
  }
};
