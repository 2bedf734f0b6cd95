/** All snapshots of a store as one plain document: to look at, to keep, to carry to another store. */
import type { MetaReader, MetaWriter } from '../../meta-store.ts';
import type { Kind, Labels } from '../../snapshotter.ts';
import { fromRfc3339, toRfc3339 } from './rfc3339.ts';
import { RECORDS, SEQUENCE, type SnapshotRecord, recordRow } from '../rows.ts';

export interface DocumentedSnapshot {
  /** Names its directories. */
  readonly id: number;
  /** Key of an active snapshot or view, name of a committed one. */
  readonly key: string;
  readonly kind: Kind;
  /** `''` = none. */
  readonly parent: string;
  readonly labels: Labels;
  /** RFC 3339, UTC, nanoseconds. */
  readonly created: string;
  readonly updated: string;
  /** As counted at commit; 0 before. Bytes. */
  readonly size: number;
  readonly inodes: number;
}

export interface SnapshotDocument {
  /** The last id given out; 0 in a store that was never written. */
  readonly lastId: number;
  /** In byte order of key. */
  readonly snapshots: readonly DocumentedSnapshot[];
}

/** All that a store knows of its snapshots, as JSON can carry it; parents are named by key, times are RFC 3339. */
export const exportSnapshots = (tx: MetaReader): SnapshotDocument => ({
  lastId: (tx.get(SEQUENCE) as number | undefined) ?? 0,
  snapshots: Array.from(tx.range(RECORDS), ([row, value]) => {
    const { id, kind, parent, labels, created, updated, size, inodes } = value as SnapshotRecord;
    return {
      id,
      key: row.slice(RECORDS.length),
      kind,
      parent,
      labels,
      created: toRfc3339(BigInt(created)),
      updated: toRfc3339(BigInt(updated)),
      size,
      inodes,
    };
  }),
});

/** What is wrong with a set of snapshots, in a sentence each; nothing when it is sound. */
export const documentFaults = ({ lastId, snapshots }: SnapshotDocument): readonly string[] => {
  const faults: string[] = [];
  const kinds = new Map(snapshots.map(({ key, kind }) => [key, kind]));
  const ids = new Map<number, string>();
  if (kinds.size !== snapshots.length) faults.push('a key stands there twice');
  for (const { id, key, parent, created, updated } of snapshots) {
    const other = ids.get(id);
    if (other !== undefined) faults.push(`snapshots ${other} and ${key} have the same id ${id}`);
    ids.set(id, key);
    if (id > lastId) faults.push(`snapshot ${key} has id ${id}, but the last one given out is ${lastId}`);
    if (parent !== '' && kinds.get(parent) !== 'Committed') {
      faults.push(`the parent ${parent} of snapshot ${key} is ${kinds.has(parent) ? 'not committed' : 'missing'}`);
    }
    if (fromRfc3339(created) === undefined || fromRfc3339(updated) === undefined) {
      faults.push(`the times of snapshot ${key} are no RFC 3339 times in UTC`);
    }
  }
  return faults;
};

/** Replaces everything in the store. The document must be sound. */
export const importSnapshots = (tx: MetaWriter, { lastId, snapshots }: SnapshotDocument): void => {
  for (const row of Array.from(tx.range(''), ([key]) => key)) tx.delete(row);
  const ids = new Map(snapshots.map(({ key, id }) => [key, id]));
  const children = new Map<string, number>();
  for (const { parent } of snapshots) children.set(parent, (children.get(parent) ?? 0) + 1);
  if (lastId > 0) tx.put(SEQUENCE, lastId);
  for (const { key, created, updated, ...snapshot } of snapshots) {
    tx.put(recordRow(key), {
      ...snapshot,
      parentId: ids.get(snapshot.parent) ?? 0,
      children: children.get(key) ?? 0,
      created: String(fromRfc3339(created) ?? 0n),
      updated: String(fromRfc3339(updated) ?? 0n),
    } satisfies SnapshotRecord);
  }
};
