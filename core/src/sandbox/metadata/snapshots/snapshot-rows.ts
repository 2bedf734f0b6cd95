/** The snapshots of one namespace and snapshotter in the records, and their links to each other. */
import type { MetaReader, MetaWriter } from '../../../snapshots/index.ts';
import { nodeRefusal } from '../errors.ts';
import { getSnapshotRow, putSnapshotRow, type SnapshotRow } from '../rows.ts';

/** Where rows of snapshots lie. */
export interface SnapshotPlace {
  readonly namespace: string;
  readonly snapshotter: string;
}

export const findRow = (
  tx: MetaReader,
  { namespace, snapshotter }: SnapshotPlace,
  key: string,
): SnapshotRow | undefined => getSnapshotRow(tx, namespace, snapshotter, key);

/** NotFound. */
export const requireRow = (tx: MetaReader, place: SnapshotPlace, key: string): SnapshotRow => {
  const row = findRow(tx, place, key);
  if (row === undefined) throw nodeRefusal('snapshot-missing', { key });
  return row;
};

export const putRow = (
  tx: MetaWriter,
  { namespace, snapshotter }: SnapshotPlace,
  key: string,
  row: SnapshotRow,
): void => putSnapshotRow(tx, namespace, snapshotter, key, row);

/** Adds and takes away children of `parent`; nothing for `''`. NotFound when the parent's row is gone. */
export const relinkChildren = (
  tx: MetaWriter,
  place: SnapshotPlace,
  parent: string,
  change: { readonly add?: string; readonly remove?: string },
): void => {
  if (parent === '') return;
  const row = findRow(tx, place, parent);
  if (row === undefined) throw nodeRefusal('parent-absent', { parent });
  const kept = row.children.filter((child) => child !== change.remove && child !== change.add);
  putRow(tx, place, parent, { ...row, children: change.add === undefined ? kept : [...kept, change.add] });
};
