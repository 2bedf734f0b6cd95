import { judge } from '../lifecycle.ts';
import type { MetaWriter } from '../meta-store.ts';
import type { Kind } from '../snapshotter.ts';
import { countChild, readRecord, recordRow, requireWritten, stateOf } from './rows.ts';
import type { SnapshotRecord } from './rows.ts';

/**
 * Forgets `key`. NotFound; FailedPrecondition while anything was made on it. Its record knows how many
 * that is, so the cost does not grow with the number of snapshots.
 */
export const removeSnapshot = (tx: MetaWriter, key: string): { readonly id: string; readonly kind: Kind } => {
  const record = readRecord(tx, key);
  if (record === undefined) requireWritten(tx);
  judge(stateOf(record), { type: 'remove', children: (record?.children ?? 0) > 0 }, { key });

  const { id, kind, parent } = record as SnapshotRecord;
  if (parent !== '') countChild(tx, parent, -1);
  tx.delete(recordRow(key));
  return { id: String(id), kind };
};
