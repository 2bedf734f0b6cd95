/**
 * How a node's records lie in its one `MetaStore`, bucket by bucket as in containerd's meta.db:
 *
 *   namespace/<ns>                   labels
 *   image/<ns>/<name>                target, labels, times
 *   container/<ns>/<id>              what a task is made from
 *   snapshot/<ns>/<sn>/<key>         backend name, parent, children, labels, times
 *   sequence/<ns>/<sn>               the last N given out for backend names `ns/N/key`
 *   content/<ns>/<digest>            size, labels, times
 *   lease/<ns>/<id>                  labels, time, what it holds
 *   volatile/…                       what the daemon only has in memory: gone when it restarts
 *
 * Namespaces and snapshotter names hold no slash, so everything behind theirs is the object's own name, whatever is in it.
 * Times are nanoseconds since the epoch in decimal, because JSON has no bigint.
 */
import type { Descriptor } from '../../images/index.ts';
import type { Labels, MetaReader, MetaWriter } from '../../snapshots/index.ts';

export interface NamespaceRow {
  readonly labels: Labels;
}

interface Dated {
  readonly labels: Labels;
  readonly created: string;
  readonly updated: string;
}

export interface ImageRow extends Dated {
  readonly target: Descriptor;
}

export interface ContentRow extends Dated {
  readonly size: number;
}

export interface SnapshotRow extends Dated {
  /** The backend's key: `<ns>/<N>/<key>`, or what a remote snapshotter called it. */
  readonly name: string;
  /** A name of this namespace; `''` = none. */
  readonly parent: string;
  /** Keys of the snapshots on this one, in byte order. May name one that is gone: see `keepsGhostChildren`. */
  readonly children: readonly string[];
}

/** What a container is, without its running task. */
export interface ContainerRow extends Dated {
  /** The image's name; `''` for a container on a plain snapshot. */
  readonly image: string;
  readonly snapshotter: string;
  readonly snapshotKey: string;
  readonly runtime: string;
  /** The OCI runtime spec, JSON as containerd keeps it. */
  readonly spec: unknown;
}

/** Resource type (`content`, `images`, `ingests`, `snapshots/<sn>`) to the ids held. */
export type LeasedResources = { readonly [type: string]: readonly string[] };

export interface LeaseRow {
  readonly created: string;
  readonly labels: Labels;
  readonly resources: LeasedResources;
}

/** The kinds of objects in a namespace whose rows are `<kind>/<ns>/<name>`, and what each row holds. */
export interface ObjectRows {
  readonly image: ImageRow;
  readonly container: ContainerRow;
  readonly content: ContentRow;
  readonly lease: LeaseRow;
}

export type ObjectKind = keyof ObjectRows;

export const VOLATILE = 'volatile/';

const objectPrefix = (kind: ObjectKind, namespace: string): string => `${kind}/${namespace}/`;

export const getObject = <K extends ObjectKind>(
  tx: MetaReader,
  kind: K,
  namespace: string,
  name: string,
): ObjectRows[K] | undefined => tx.get(objectPrefix(kind, namespace) + name) as ObjectRows[K] | undefined;

export const putObject = <K extends ObjectKind>(
  tx: MetaWriter,
  kind: K,
  namespace: string,
  name: string,
  row: ObjectRows[K],
): void => {
  ensureNamespace(tx, namespace);
  tx.put(objectPrefix(kind, namespace) + name, row);
};

export const deleteObject = (tx: MetaWriter, kind: ObjectKind, namespace: string, name: string): void =>
  tx.delete(objectPrefix(kind, namespace) + name);

/** Names and rows in byte order of the name. */
export function* objects<K extends ObjectKind>(
  tx: MetaReader,
  kind: K,
  namespace: string,
): IterableIterator<readonly [name: string, row: ObjectRows[K]]> {
  const prefix = objectPrefix(kind, namespace);
  for (const [key, row] of tx.range(prefix)) yield [key.slice(prefix.length), row as ObjectRows[K]];
}

const NAMESPACES = 'namespace/';

export const getNamespace = (tx: MetaReader, namespace: string): NamespaceRow | undefined =>
  tx.get(NAMESPACES + namespace) as NamespaceRow | undefined;

export const putNamespace = (tx: MetaWriter, namespace: string, row: NamespaceRow): void =>
  tx.put(NAMESPACES + namespace, row);

export const deleteNamespace = (tx: MetaWriter, namespace: string): void => tx.delete(NAMESPACES + namespace);

/** Every write into a namespace makes it, as bolt's buckets are made on the way. */
export const ensureNamespace = (tx: MetaWriter, namespace: string): void => {
  if (getNamespace(tx, namespace) === undefined) putNamespace(tx, namespace, { labels: {} });
};

export function* namespaceRows(tx: MetaReader): IterableIterator<readonly [name: string, row: NamespaceRow]> {
  for (const [key, row] of tx.range(NAMESPACES)) yield [key.slice(NAMESPACES.length), row as NamespaceRow];
}

const snapshotPrefix = (namespace: string, snapshotter: string): string => `snapshot/${namespace}/${snapshotter}/`;

export const getSnapshotRow = (
  tx: MetaReader,
  namespace: string,
  snapshotter: string,
  key: string,
): SnapshotRow | undefined => tx.get(snapshotPrefix(namespace, snapshotter) + key) as SnapshotRow | undefined;

export const putSnapshotRow = (
  tx: MetaWriter,
  namespace: string,
  snapshotter: string,
  key: string,
  row: SnapshotRow,
): void => tx.put(snapshotPrefix(namespace, snapshotter) + key, row);

export const deleteSnapshotRow = (tx: MetaWriter, namespace: string, snapshotter: string, key: string): void =>
  tx.delete(snapshotPrefix(namespace, snapshotter) + key);

export function* snapshotRows(
  tx: MetaReader,
  namespace: string,
  snapshotter: string,
): IterableIterator<readonly [key: string, row: SnapshotRow]> {
  const prefix = snapshotPrefix(namespace, snapshotter);
  for (const [key, row] of tx.range(prefix)) yield [key.slice(prefix.length), row as SnapshotRow];
}

/** Every snapshot of a namespace, whatever its snapshotter. */
export function* allSnapshotRows(
  tx: MetaReader,
  namespace: string,
): IterableIterator<readonly [snapshotter: string, key: string, row: SnapshotRow]> {
  const prefix = `snapshot/${namespace}/`;
  for (const [path, row] of tx.range(prefix)) {
    const slash = path.indexOf('/', prefix.length);
    yield [path.slice(prefix.length, slash), path.slice(slash + 1), row as SnapshotRow];
  }
}

/** Whether anything was ever made here: what "the snapshotter's bucket exists" is in containerd. */
export const hasSequence = (tx: MetaReader, namespace: string, snapshotter: string): boolean =>
  tx.get(`sequence/${namespace}/${snapshotter}`) !== undefined;

/** Gives out the next N of a namespace and snapshotter, from 1. */
export const nextSequence = (tx: MetaWriter, namespace: string, snapshotter: string): number => {
  ensureNamespace(tx, namespace);
  const key = `sequence/${namespace}/${snapshotter}`;
  const next = ((tx.get(key) as number | undefined) ?? 0) + 1;
  tx.put(key, next);
  return next;
};

/** Drops what a deleted namespace leaves behind. */
export const deleteSequences = (tx: MetaWriter, namespace: string): void => {
  for (const [key] of tx.range(`sequence/${namespace}/`)) tx.delete(key);
};
