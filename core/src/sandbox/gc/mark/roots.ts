/** What is kept without being referred to. */
import { fromRfc3339, type Labels, type MetaReader } from '../../../snapshots/index.ts';
import { LABEL_GC_EXPIRE } from '../../metadata/stores/leases.ts';
import { allSnapshotRows, objects, type LeaseRow } from '../../metadata/rows.ts';
import { LABEL_GC_FLAT, LABEL_GC_ROOT } from './label-references.ts';
import { snapshotResource, type Resource } from './resource.ts';

/** An arrow of the graph. `from` is absent for a root. */
export interface Reference {
  readonly from?: Resource;
  readonly to: Resource;
  /** In words: "label containerd.io/gc.ref.content.config", "parent", "lease until …". */
  readonly because: string;
  /** Only `to` itself (and the parents of a snapshot) is kept, not what it refers to. */
  readonly flat?: boolean;
}

/** Whether an expiry label lets the object go. A time that cannot be read never comes. */
export const expired = (labels: Labels, now: bigint): boolean => {
  const text = labels[LABEL_GC_EXPIRE];
  const time = text === undefined ? undefined : fromRfc3339(text);
  return time !== undefined && time <= now;
};

const leased = (namespace: string, id: string, { resources, labels }: LeaseRow): readonly Reference[] => {
  const from: Resource = { type: 'lease', namespace, key: id };
  const flat = LABEL_GC_FLAT in labels ? { flat: true } : {};
  return Object.entries(resources).flatMap(([type, ids]) =>
    ids.flatMap((key) => {
      const to: Resource | undefined =
        type === 'content'
          ? { type: 'content', namespace, key }
          : type === 'images'
            ? { type: 'image', namespace, key }
            : type.startsWith('snapshots/')
              ? snapshotResource(namespace, type.slice('snapshots/'.length), key)
              : undefined;
      return to === undefined ? [] : [{ from, to, because: `held by lease ${id}`, ...flat }];
    }),
  );
};

/** The roots of a namespace: live leases and what they hold, images, containers, what has the label `gc.root`. */
export function* roots(tx: MetaReader, namespace: string, now: bigint): IterableIterator<Reference> {
  for (const [id, row] of objects(tx, 'lease', namespace)) {
    if (expired(row.labels, now)) continue;
    const until = row.labels[LABEL_GC_EXPIRE];
    const because = until === undefined ? 'a lease without end' : `a lease until ${until}`;
    yield { to: { type: 'lease', namespace, key: id }, because };
    yield* leased(namespace, id, row);
  }
  for (const [name, { labels }] of objects(tx, 'image', namespace))
    if (!expired(labels, now)) yield { to: { type: 'image', namespace, key: name }, because: 'an image' };
  for (const [id] of objects(tx, 'container', namespace))
    yield { to: { type: 'container', namespace, key: id }, because: 'a container' };
  const labelled = `label ${LABEL_GC_ROOT}`;
  for (const [digest, { labels }] of objects(tx, 'content', namespace))
    if (LABEL_GC_ROOT in labels) yield { to: { type: 'content', namespace, key: digest }, because: labelled };
  for (const [snapshotter, key, { labels }] of allSnapshotRows(tx, namespace))
    if (LABEL_GC_ROOT in labels) yield { to: snapshotResource(namespace, snapshotter, key), because: labelled };
}
