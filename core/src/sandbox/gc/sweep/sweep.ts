/** The sweep phase: rows of what was not marked. */
import type { MetaReader, MetaWriter } from '../../../snapshots/index.ts';
import {
  allSnapshotRows,
  deleteObject,
  deleteSnapshotRow,
  getSnapshotRow,
  namespaceRows,
  objects,
  putSnapshotRow,
} from '../../metadata/rows.ts';
import type { Marking } from '../mark/mark.ts';
import { snapshotParts, snapshotResource, type Resource } from '../mark/resource.ts';

/** Everything that can be collected and is not marked. Containers are never collected. */
export const unmarked = (tx: MetaReader, marking: Pick<Marking, 'has'>): readonly Resource[] => {
  const garbage: Resource[] = [];
  const add = (resource: Resource): void => {
    if (!marking.has(resource)) garbage.push(resource);
  };
  for (const [namespace] of namespaceRows(tx)) {
    for (const [snapshotter, key] of allSnapshotRows(tx, namespace)) add(snapshotResource(namespace, snapshotter, key));
    for (const type of ['content', 'image', 'lease'] as const)
      for (const [key] of objects(tx, type, namespace)) add({ type, namespace, key });
  }
  return garbage;
};

/**
 * Deletes the row of a resource. The row of a snapshot leaves its parent's list of children, too, unless `keepsGhosts`:
 * containerd forgets that, and a parent that lives on can then never be removed by hand.
 */
export const sweepResource = (tx: MetaWriter, resource: Resource, keepsGhosts: boolean): void => {
  const { type, namespace, key } = resource;
  if (type !== 'snapshot') {
    deleteObject(tx, type, namespace, key);
    return;
  }
  const [snapshotter, name] = snapshotParts(resource);
  const row = getSnapshotRow(tx, namespace, snapshotter, name);
  if (row === undefined) return;
  deleteSnapshotRow(tx, namespace, snapshotter, name);
  const parent = keepsGhosts ? undefined : getSnapshotRow(tx, namespace, snapshotter, row.parent);
  if (parent !== undefined)
    putSnapshotRow(tx, namespace, snapshotter, row.parent, {
      ...parent,
      children: parent.children.filter((child) => child !== name),
    });
};
