/**
 * containerd's metadata layer above a snapshotter: the same contract, in one namespace.
 *
 *   caller                     metadata layer                                backend
 *   prepare('ct1', 'sha256:…') row ct1 { name: 'default/5/ct1', parent }     prepare('default/5/ct1', 'default/4/sha256:…')
 *   commit('img', 'ct1')       row img { name: 'default/6/img' }             commit('default/6/img', 'default/5/ct1')
 *   remove('img')              row deleted, snapshotter marked dirty         –      (the garbage collector removes it)
 *   stat, walk                 parent, times and labels from the row         stat(…): the kind
 *
 * Every prepare, view and commit takes a number, used or not, so names of the backend are never given out twice and the
 * caller's keys are free again at once. All labels are kept here; the backend sees `containerd.io/snapshot.ref` and those
 * below `containerd.io/snapshot/`.
 */
import {
  inheritedLabels,
  isClass,
  parseFilters,
  snapshotFields,
  type CommitOptions,
  type Info,
  type Snapshotter,
} from '../../../snapshots/index.ts';
import { backendOf, missingBackend, update, type Database, type Scope } from '../database.ts';
import { nodeRefusal } from '../errors.ts';
import { dropFromLease, holdInLease } from '../stores/leases.ts';
import { createSnapshot } from './snapshot-create.ts';
import { unknownSnapshotter } from './unknown-snapshotter.ts';
import { findRow, putRow, relinkChildren, requireRow, type SnapshotPlace } from './snapshot-rows.ts';
import { deleteSnapshotRow, hasSequence, nextSequence, snapshotRows, type SnapshotRow } from '../rows.ts';
import { keptLabels, requireShortLabels, updatedLabels } from '../validation.ts';

/** The row's facts over the backend's: only the kind is the backend's own. */
const merged = (backend: Info, key: string, row: SnapshotRow): Info => ({
  kind: backend.kind,
  name: key,
  parent: row.parent,
  labels: { ...backend.labels, ...row.labels },
  created: BigInt(row.created),
  updated: BigInt(row.updated),
});

/** The snapshotter as clients of a namespace see it. Every call is InvalidArgument for a name this node does not have. */
export const createSnapshotService = (database: Database, scope: Scope, name: string): Snapshotter => {
  if (!database.backends.has(name)) return unknownSnapshotter(missingBackend(database, name));
  const { meta, clock, publish } = database;
  const { namespace } = scope;
  const place: SnapshotPlace = { namespace, snapshotter: name };
  const { snapshotter: backend, lock } = backendOf(database, name);
  const leased = `snapshots/${name}`;
  const backendName = (key: string): string => meta.read((tx) => requireRow(tx, place, key)).name;

  const commit = (key: string, committed: string, { labels = {}, parent: rebase }: CommitOptions): Promise<void> =>
    update(database, async (tx) => {
      requireShortLabels(labels, 'info.Labels');
      holdInLease(tx, scope, leased, committed);
      if (!hasSequence(tx, namespace, name)) throw nodeRefusal('snapshotter-unused', { name });
      if (findRow(tx, place, committed) !== undefined) throw nodeRefusal('snapshot-taken', { key: committed });
      // bolt made the name's bucket by now, and finds it when it looks for a key of the same name: one that is empty.
      const active = key === committed ? { name: '', parent: '' } : requireRow(tx, place, key);
      const target = `${namespace}/${nextSequence(tx, namespace, name)}/${committed}`;
      const rebased = active.parent === '' && rebase !== undefined && rebase !== '' ? rebase : undefined;
      const parent = rebased ?? active.parent;
      relinkChildren(tx, place, parent, { remove: key, add: committed });
      const now = clock.now().toString();
      deleteSnapshotRow(tx, namespace, name, key);
      putRow(tx, place, committed, {
        name: target,
        parent,
        children: [],
        labels: keptLabels(labels),
        created: now,
        updated: now,
      });
      dropFromLease(tx, scope, leased, key);
      await backend.commit(target, active.name, {
        labels: inheritedLabels(labels),
        ...(rebased === undefined ? {} : { parent: requireRow(tx, place, rebased).name }),
      });
    });

  const remove = (key: string): Promise<void> =>
    update(database, (tx) => {
      const row = requireRow(tx, place, key);
      if (row.children.length > 0) throw nodeRefusal('snapshot-has-children');
      relinkChildren(tx, place, row.parent, { remove: key });
      deleteSnapshotRow(tx, namespace, name, key);
      dropFromLease(tx, scope, leased, key);
      tx.deleted(name);
    });

  return {
    async stat(key) {
      const row = meta.read((tx) => requireRow(tx, place, key));
      return merged(await backend.stat(row.name), key, row);
    },
    update: (info, ...paths) =>
      lock.shared(() =>
        update(database, async (tx) => {
          const { name: key } = info;
          if (key === '') throw nodeRefusal('name-required');
          const row = requireRow(tx, place, key);
          const labels = updatedLabels(row.labels, info.labels, paths, (path) =>
            nodeRefusal('field-fixed', { path, what: 'snapshot', name: key }),
          );
          requireShortLabels(labels, 'info.Labels');
          const after = { ...row, labels, updated: clock.now().toString() };
          putRow(tx, place, key, after);
          // The backend gets the caller's own paths, also those of labels it never sees.
          return merged(
            await backend.update({ name: row.name, labels: inheritedLabels(labels) }, ...paths),
            key,
            after,
          );
        }),
      ),
    async usage(key) {
      return backend.usage(backendName(key));
    },
    async mounts(key) {
      return backend.mounts(backendName(key));
    },
    prepare: async (key, parent, options = {}) => {
      const mounts = await createSnapshot(database, scope, name, 'Active', key, parent, options.labels ?? {});
      publish(namespace, '/snapshot/prepare', { key, ...(parent === '' ? {} : { parent }), snapshotter: name });
      return mounts;
    },
    view: (key, parent, options = {}) =>
      createSnapshot(database, scope, name, 'View', key, parent, options.labels ?? {}),
    commit: async (committed, key, options = {}) => {
      await lock.shared(() => commit(key, committed, options));
      publish(namespace, '/snapshot/commit', { key, name: committed, snapshotter: name });
    },
    remove: async (key) => {
      await lock.shared(() => remove(key));
      publish(namespace, '/snapshot/remove', { key, snapshotter: name });
    },
    async walk(visit, ...filters) {
      const matches = parseFilters(filters);
      for (const [key, row] of meta.read((tx) => [...snapshotRows(tx, namespace, name)])) {
        let info: Info;
        try {
          info = merged(await backend.stat(row.name), key, row);
        } catch (error) {
          // A row whose backend snapshot is lost is passed over in silence.
          if (isClass(error, 'NotFound')) continue;
          throw error;
        }
        if (matches(snapshotFields(info))) await visit(info);
      }
    },
    async close() {
      // The backend is everybody's: the node closes it.
    },
  };
};
