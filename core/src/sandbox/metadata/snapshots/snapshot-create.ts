/**
 * Prepare and View through the metadata layer.
 *
 *   tx A  is the target of a remote snapshot here already, is the key free, is the parent there; a number
 *   ──    the backend makes it (outside any transaction: it may take long)
 *   tx B  the row, the link from the parent, the lease
 *
 * The backend may answer AlreadyExists to a request with the label `containerd.io/snapshot.ref`: it has the target under a
 * name of its own (a remote snapshotter). The target's row is made then and the caller told AlreadyExists, whose next
 * step is to Stat the target.
 */
import type { Mount } from '../../../kernel/index.ts';
import {
  ContainerdError,
  goQuote,
  inheritedLabels,
  isClass,
  LABEL_SNAPSHOT_REF,
  type Info,
  type Kind,
  type Labels,
  type Snapshotter,
} from '../../../snapshots/index.ts';
import { backendOf, update, type Database, type Scope } from '../database.ts';
import { nodeRefusal } from '../errors.ts';
import { holdInLease } from '../stores/leases.ts';
import { findRow, putRow, relinkChildren, type SnapshotPlace } from './snapshot-rows.ts';
import { nextSequence } from '../rows.ts';
import { keptLabels, requireShortLabels } from '../validation.ts';

/** What is wanted, and what tx A found out about it. */
interface Request {
  readonly kind: Kind;
  readonly key: string;
  readonly parent: string;
  readonly labels: Labels;
  /** The committed name that the caller is going to fill; `''` = none. */
  readonly target: string;
}

interface Reserved {
  /** The backend's key for it. */
  readonly name: string;
  /** The backend's name of the parent; `''` = none. */
  readonly parentName: string;
}

const reserve = (
  database: Database,
  scope: Scope,
  place: SnapshotPlace,
  { key, parent, target }: Request,
): Promise<Reserved | ContainerdError> =>
  update(database, (tx) => {
    const leased = `snapshots/${place.snapshotter}`;
    // What is there already comes into the lease although the call is refused: hence an answer, no throw.
    if (target !== '' && findRow(tx, place, target) !== undefined) {
      holdInLease(tx, scope, leased, target);
      return nodeRefusal('target-taken', { key: target });
    }
    if (findRow(tx, place, key) !== undefined) {
      holdInLease(tx, scope, leased, key);
      return nodeRefusal('snapshot-taken', { key });
    }
    const above = parent === '' ? undefined : findRow(tx, place, parent);
    if (parent !== '' && above === undefined) throw nodeRefusal('parent-absent', { parent });
    const sequence = nextSequence(tx, place.namespace, place.snapshotter);
    return { name: `${place.namespace}/${sequence}/${key}`, parentName: above?.name ?? '' };
  });

/** The backend's committed snapshot that carries the target's name as its label. NotFound. */
const remoteTarget = async (backend: Snapshotter, target: string, parentName: string): Promise<Info> => {
  let found: Info | undefined;
  const filter = `labels.${goQuote(LABEL_SNAPSHOT_REF)}==${goQuote(target)},parent==${goQuote(parentName)}`;
  await backend.walk((info) => {
    const matches =
      info.kind === 'Committed' && info.labels[LABEL_SNAPSHOT_REF] === target && info.parent === parentName;
    if (matches) found ??= info;
  }, filter);
  if (found === undefined) throw nodeRefusal('target-not-in-backend', { key: target });
  return found;
};

const record = (
  database: Database,
  scope: Scope,
  place: SnapshotPlace,
  { parent }: Request,
  { parentName }: Reserved,
  made: { readonly key: string; readonly name: string; readonly labels: Labels; readonly remote?: Info },
): Promise<void> =>
  update(database, (tx) => {
    const { key, name, labels, remote } = made;
    holdInLease(tx, scope, `snapshots/${place.snapshotter}`, key);
    if (findRow(tx, place, key) !== undefined) throw nodeRefusal('snapshot-taken', { key });
    if (parent !== '') {
      relinkChildren(tx, place, parent, { add: key });
      if (findRow(tx, place, parent)?.name !== parentName) throw nodeRefusal('parent-changed', { parent, key });
    }
    const now = database.clock.now();
    putRow(tx, place, key, {
      name,
      parent,
      children: [],
      labels: keptLabels(labels),
      created: (remote?.created ?? now).toString(),
      updated: (remote?.updated ?? now).toString(),
    });
  });

/** Makes an active snapshot or a view and answers its mounts. */
export const createSnapshot = (
  database: Database,
  scope: Scope,
  snapshotter: string,
  kind: 'Active' | 'View',
  key: string,
  parent: string,
  labels: Labels,
): Promise<readonly Mount[]> => {
  const { snapshotter: backend, lock } = backendOf(database, snapshotter);
  const place = { namespace: scope.namespace, snapshotter };
  const request: Request = { kind, key, parent, labels, target: labels[LABEL_SNAPSHOT_REF] ?? '' };
  return lock.shared(async () => {
    requireShortLabels(labels, 'info.Labels');
    const reserved = await reserve(database, scope, place, request);
    if (reserved instanceof ContainerdError) throw reserved;
    const { name, parentName } = reserved;
    let mounts: readonly Mount[];
    try {
      const method = kind === 'Active' ? backend.prepare : backend.view;
      mounts = await method.call(backend, name, parentName, { labels: inheritedLabels(labels) });
    } catch (error) {
      if (!isClass(error, 'AlreadyExists')) throw error;
      if (request.target === '')
        throw new ContainerdError('Unknown', `unexpected error from snapshotter: ${error.message}: unknown`);
      const remote = await remoteTarget(backend, request.target, parentName);
      const all = { ...remote.labels, ...labels };
      await record(database, scope, place, request, reserved, {
        key: request.target,
        name: remote.name,
        labels: all,
        remote,
      });
      throw nodeRefusal('target-taken', { key: request.target });
    }
    try {
      await record(database, scope, place, request, reserved, { key, name, labels });
    } catch (error) {
      try {
        await backend.remove(name);
      } catch {
        // Only logged by containerd: the collector finds it, for no row names it.
      }
      throw error;
    }
    return mounts;
  });
};
