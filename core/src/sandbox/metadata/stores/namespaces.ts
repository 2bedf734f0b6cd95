/** Namespaces: names that keep the objects of several clients apart on one node. Bytes are shared below them. */
import type { Labels, MetaReader } from '../../../snapshots/index.ts';
import { update, type Database } from '../database.ts';
import { nodeRefusal } from '../errors.ts';
import {
  allSnapshotRows,
  deleteNamespace,
  deleteObject,
  deleteSequences,
  getNamespace,
  namespaceRows,
  objects,
  putNamespace,
} from '../rows.ts';
import { keptLabels, requireIdentifier, requireShortLabels } from '../validation.ts';

export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
}

export interface NamespaceStore {
  /** AlreadyExists, InvalidArgument. */
  create(name: string, labels?: Labels): Promise<void>;
  /** Sets labels, `''` deletes; a namespace that is not there is made. */
  label(name: string, labels: Labels): Promise<void>;
  /** `{}` for a namespace that is not there, as containerd answers. */
  labels(name: string): Promise<Labels>;
  /** In byte order. A namespace is there once something was made in it. */
  list(): Promise<readonly Namespace[]>;
  /** NotFound; FailedPrecondition with what is still in it. */
  delete(name: string): Promise<void>;
}

const some = (rows: Iterable<unknown>): boolean => {
  for (const _ of rows) return true;
  return false;
};

/** What is left in a namespace, in containerd's words and order. */
const contentsOf = (tx: MetaReader, namespace: string): readonly string[] => {
  const snapshotters = new Set([...allSnapshotRows(tx, namespace)].map(([snapshotter]) => snapshotter));
  return [
    ...(some(objects(tx, 'image', namespace)) ? ['images'] : []),
    ...(some(objects(tx, 'content', namespace)) ? ['blobs'] : []),
    ...(some(objects(tx, 'container', namespace)) ? ['containers'] : []),
    ...[...snapshotters].map((name) => `snapshots on "${name}" snapshotter`),
  ];
};

export const createNamespaceStore = (database: Database): NamespaceStore => {
  const { meta, publish } = database;
  return {
    create: async (name, labels = {}) => {
      await update(database, (tx) => {
        requireIdentifier(name);
        requireShortLabels(labels, 'namespace.Labels');
        if (getNamespace(tx, name) !== undefined) throw nodeRefusal('namespace-taken', { name });
        putNamespace(tx, name, { labels: keptLabels(labels) });
      });
      publish(name, '/namespaces/create', { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) });
    },
    label: async (name, labels) => {
      await update(database, (tx) =>
        putNamespace(tx, name, { labels: keptLabels({ ...getNamespace(tx, name)?.labels, ...labels }) }),
      );
      publish(name, '/namespaces/update', { name, labels });
    },
    labels: async (name) => meta.read((tx) => getNamespace(tx, name)?.labels ?? {}),
    list: async () => meta.read((tx) => [...namespaceRows(tx)].map(([name, { labels }]) => ({ name, labels }))),
    delete: async (name) => {
      await update(database, (tx) => {
        if (getNamespace(tx, name) === undefined) throw nodeRefusal('namespace-missing', { name });
        const holds = contentsOf(tx, name);
        if (holds.length > 0) throw nodeRefusal('namespace-in-use', { name, holds: holds.join(', ') });
        deleteNamespace(tx, name);
        deleteSequences(tx, name);
        for (const [id] of objects(tx, 'lease', name)) deleteObject(tx, 'lease', name, id);
      });
      publish(name, '/namespaces/delete', { name });
    },
  };
};
