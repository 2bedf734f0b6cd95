import type { Clock } from '../../fs/index.ts';
import { refusal } from '../errors.ts';
import { judge } from '../lifecycle.ts';
import type { MetaWriter } from '../meta-store.ts';
import type { Kind, Labels } from '../snapshotter.ts';
import { SEQUENCE, countChild, parentChain, readRecord, recordRow, stateOf, storedLabels } from './rows.ts';
import type { SnapshotRecord } from './rows.ts';
import type { StoredSnapshot } from './read.ts';

/**
 * Records a new active snapshot or view and answers it with its labels as they are kept. Checks, in containerd's order: the kind
 * (InvalidArgument), the parent exists (NotFound) and is committed (InvalidArgument), the key is free (AlreadyExists)
 * and not empty (Unknown).
 */
export const createSnapshot = (
  tx: MetaWriter,
  clock: Clock,
  kind: Kind,
  key: string,
  parent: string,
  labels: Labels = {},
): StoredSnapshot & { readonly labels: Labels } => {
  if (kind !== 'Active' && kind !== 'View') throw refusal('kind-not-creatable', { kind });
  const above = parent === '' ? undefined : readRecord(tx, parent);
  const type = kind === 'Active' ? 'prepare' : 'view';
  const fact = parent === '' ? 'none' : stateOf(above);
  judge(stateOf(readRecord(tx, key)), { type, parent: fact }, { key, parent });
  if (key === '') throw refusal('key-empty');

  const id = ((tx.get(SEQUENCE) as number | undefined) ?? 0) + 1;
  const now = String(clock.now());
  const record: SnapshotRecord = {
    id,
    kind,
    parent,
    parentId: above?.id ?? 0,
    children: 0,
    labels: storedLabels(labels),
    created: now,
    updated: now,
    inodes: 0,
    size: 0,
  };
  tx.put(SEQUENCE, id);
  tx.put(recordRow(key), record);
  if (above !== undefined) countChild(tx, parent, 1);
  return { kind, id: String(id), parentIds: parentChain(tx, record), labels: record.labels };
};
