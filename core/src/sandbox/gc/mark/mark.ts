/**
 * The mark phase: tricolour, over images, containers, leases, snapshots and content.
 *
 *   white  not seen: garbage in the end       grey  reached, its references not yet followed       black  done
 *
 * The queue is first in, first out, so the arrows that reached things first make shortest explanations. A thing reached
 * flat only may be reached fully later: the two count as different until the end.
 */
import type { MetaReader } from '../../../snapshots/index.ts';
import { allSnapshotRows, getObject, getSnapshotRow, namespaceRows, objects } from '../../metadata/rows.ts';
import { backReferences, labelReferences } from './label-references.ts';
import { resourceId, snapshotParts, snapshotResource, type Resource } from './resource.ts';
import { roots, type Reference } from './roots.ts';

/** What came out. */
export interface Marking {
  /** Every arrow that was followed to something not yet reached that way, in the order of following. */
  readonly followed: readonly Reference[];
  has(resource: Resource): boolean;
  /** The arrows from a root to `resource`; `undefined` when nothing keeps it. */
  chain(resource: Resource): readonly Reference[] | undefined;
}

/** Back references turned round: what is kept by the object with this id. */
const keptBy = (tx: MetaReader, namespace: string): ReadonlyMap<string, readonly Reference[]> => {
  const kept = new Map<string, Reference[]>();
  const add = (to: Resource, labels: Readonly<Record<string, string>>): void => {
    for (const { label, to: from } of backReferences(namespace, labels)) {
      const id = resourceId(from);
      kept.set(id, [...(kept.get(id) ?? []), { from, to, because: `its own label ${label}` }]);
    }
  };
  for (const [name, { labels }] of objects(tx, 'image', namespace))
    add({ type: 'image', namespace, key: name }, labels);
  for (const [digest, { labels }] of objects(tx, 'content', namespace))
    add({ type: 'content', namespace, key: digest }, labels);
  for (const [snapshotter, key, { labels }] of allSnapshotRows(tx, namespace))
    add(snapshotResource(namespace, snapshotter, key), labels);
  return kept;
};

const labelled = (from: Resource, labels: Readonly<Record<string, string>>): readonly Reference[] =>
  labelReferences(from.namespace, labels).map(({ label, to }) => ({ from, to, because: `label ${label}` }));

/** What a thing that is there refers to; nothing for one that is not. */
const references = (tx: MetaReader, from: Resource, flat: boolean): readonly Reference[] => {
  const { type, namespace, key } = from;
  const kept = flat ? { flat } : {};
  switch (type) {
    case 'lease':
      return [];
    case 'content': {
      const row = getObject(tx, 'content', namespace, key);
      return row === undefined || flat ? [] : labelled(from, row.labels);
    }
    case 'image': {
      const row = getObject(tx, 'image', namespace, key);
      if (row === undefined) return [];
      const target: Resource = { type: 'content', namespace, key: row.target.digest };
      return [{ from, to: target, because: 'target', ...kept }, ...(flat ? [] : labelled(from, row.labels))];
    }
    case 'container': {
      const row = getObject(tx, 'container', namespace, key);
      if (row === undefined) return [];
      const { snapshotter, snapshotKey, labels } = row;
      const snapshot = snapshotResource(namespace, snapshotter, snapshotKey);
      return [
        ...(snapshotKey === '' ? [] : [{ from, to: snapshot, because: 'its snapshot' }]),
        ...labelled(from, labels),
      ];
    }
    case 'snapshot': {
      const [snapshotter, name] = snapshotParts(from);
      const row = getSnapshotRow(tx, namespace, snapshotter, name);
      if (row === undefined) return [];
      const parent = snapshotResource(namespace, snapshotter, row.parent);
      return [
        ...(row.parent === '' ? [] : [{ from, to: parent, because: 'parent', ...kept }]),
        ...(flat ? [] : labelled(from, row.labels)),
      ];
    }
  }
};

const flatId = (resource: Resource, flat: boolean): string => `${flat ? 'flat ' : ''}${resourceId(resource)}`;

/** Marks everything that is kept at the moment `now`. */
export const mark = (tx: MetaReader, now: bigint): Marking => {
  const reachedBy = new Map<string, Reference>();
  const grey: Reference[] = [];
  const reach = (reference: Reference): void => {
    const id = flatId(reference.to, reference.flat === true);
    if (reachedBy.has(id)) return;
    reachedBy.set(id, reference);
    grey.push(reference);
  };
  for (const [namespace] of namespaceRows(tx)) {
    const kept = keptBy(tx, namespace);
    const first = grey.length;
    for (const root of roots(tx, namespace, now)) reach(root);
    for (let next = first; next < grey.length; next++) {
      const { to, flat = false } = grey[next] as Reference;
      for (const reference of references(tx, to, flat)) reach(reference);
      if (!flat) for (const reference of kept.get(resourceId(to)) ?? []) reach(reference);
    }
  }
  const arrow = (resource: Resource): Reference | undefined =>
    reachedBy.get(flatId(resource, false)) ?? reachedBy.get(flatId(resource, true));
  return {
    followed: grey,
    has: (resource) => arrow(resource) !== undefined,
    chain: (resource) => {
      const chain: Reference[] = [];
      for (
        let next = arrow(resource);
        next !== undefined;
        next = next.from === undefined ? undefined : arrow(next.from)
      )
        chain.unshift(next);
      return chain.length === 0 ? undefined : chain;
    },
  };
};
