import { judge } from '../lifecycle.ts';
import type { MetaWriter } from '../meta-store.ts';
import type { Kind } from '../snapshotter.ts';
import { childRow, childrenPrefix, readRecord, recordRow, requireWritten, stateOf } from './rows.ts';
import type { SnapshotRecord } from './rows.ts';

/**
 * Forgets `key`. NotFound; FailedPrecondition while anything was made on it. Whether it has children is one seek in
 * the parent index, so the cost does not grow with the number of snapshots.
 */
export const removeSnapshot = (tx: MetaWriter, key: string): { readonly id: string; readonly kind: Kind } => {
  const record = readRecord(tx, key);
  if (record === undefined) requireWritten(tx);
  const children =
    record?.kind === 'Committed' && tx.range(childrenPrefix(record.id))[Symbol.iterator]().next().done !== true;
  judge(stateOf(record), { type: 'remove', children }, { key });

  const { id, kind, parentId } = record as SnapshotRecord;
  if (parentId !== 0) tx.delete(childRow(parentId, id));
  tx.delete(recordRow(key));
  return { id: String(id), kind };
};
