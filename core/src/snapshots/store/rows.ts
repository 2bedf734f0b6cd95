/**
 * How snapshots lie in a `MetaStore`.
 *
 *   n                       the last id given out; its presence is what "bucket exists" is in containerd's store
 *   s/<key or name>         the record of a snapshot, with the number of its children: whether it can be removed is
 *                           one look (containerd keeps a row for each child beside the records)
 *
 * Ids are numbers that are never given out twice once their transaction is through; a transaction that rolls back
 * gives its number back, as bolt's sequences do.
 */
import { refusal } from '../errors.ts';
import type { EntityState } from '../lifecycle.ts';
import type { MetaReader, MetaWriter } from '../meta-store.ts';
import type { Info, Kind, Labels } from '../snapshotter.ts';

export const SEQUENCE = 'n';
export const RECORDS = 's/';

export const recordRow = (key: string): string => RECORDS + key;

/** A stored snapshot: plain data. Times are nanoseconds since the epoch in decimal, because JSON has no bigint. */
export interface SnapshotRecord {
  readonly id: number;
  readonly kind: Kind;
  /** `''` = none. */
  readonly parent: string;
  /** 0 = none. */
  readonly parentId: number;
  /** How many snapshots have this one as their parent. */
  readonly children: number;
  readonly labels: Labels;
  readonly created: string;
  readonly updated: string;
  /** Counted at commit; 0 before. */
  readonly inodes: number;
  readonly size: number;
}

export const readRecord = (tx: MetaReader, key: string): SnapshotRecord | undefined =>
  tx.get(recordRow(key)) as SnapshotRecord | undefined;

/** NotFound "bucket does not exist" before the first snapshot was ever made here; for when something is missing. */
export const requireWritten = (tx: MetaReader): void => {
  if (tx.get(SEQUENCE) === undefined) throw refusal('store-never-written');
};

/** Counts a child that the committed snapshot `parent` gets (+1) or loses (-1). */
export const countChild = (tx: MetaWriter, parent: string, difference: 1 | -1): void => {
  const record = readRecord(tx, parent);
  if (record !== undefined) tx.put(recordRow(parent), { ...record, children: record.children + difference });
};

/** What the lifecycle machine needs to know of a key or name. */
export const stateOf = (record: SnapshotRecord | undefined): EntityState => record?.kind ?? 'Absent';

export const toInfo = (name: string, record: SnapshotRecord): Info => ({
  kind: record.kind,
  name,
  parent: record.parent,
  labels: record.labels,
  created: BigInt(record.created),
  updated: BigInt(record.updated),
});

/** As labels are kept: an empty value is no label. Unknown for an empty key that has a value. */
export const storedLabels = (labels: Labels): Labels => {
  const kept: { [key: string]: string } = {};
  for (const key in labels) {
    const value = labels[key];
    if (value === undefined || value === '') continue;
    if (key === '') throw refusal('label-key-empty', { value });
    kept[key] = value;
  }
  return kept;
};

/** NotFound when it has been removed, which the lifecycle refuses. */
const readParent = (tx: MetaReader, { parent }: SnapshotRecord): SnapshotRecord => {
  const record = readRecord(tx, parent);
  if (record === undefined) throw refusal('parent-chain-broken', { parent });
  return record;
};

const walkUp = (tx: MetaReader, of: SnapshotRecord): readonly string[] => {
  const ids: string[] = [];
  for (let record = of; record.parentId !== 0; record = readParent(tx, record)) ids.push(String(record.parentId));
  return ids;
};

/**
 * The chains above the parents of parents: a record is replaced when the number of its children changes, as a parent's is
 * with every call, theirs is not. What stands above a record that is there never changes.
 */
const chains = new WeakMap<SnapshotRecord, readonly string[]>();

/** Ids of all parents of a snapshot, nearest first. */
export const parentChain = (tx: MetaReader, of: SnapshotRecord): readonly string[] => {
  if (of.parentId === 0) return [];
  const parent = readParent(tx, of);
  if (parent.parentId === 0) return [String(of.parentId)];
  const above = readParent(tx, parent);
  let chain = chains.get(above);
  if (chain === undefined) {
    chain = walkUp(tx, above);
    chains.set(above, chain);
  }
  return [String(of.parentId), String(parent.parentId), ...chain];
};
