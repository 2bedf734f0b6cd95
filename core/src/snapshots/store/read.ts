import { parseFilters, snapshotFields } from '../filters/index.ts';
import { judge } from '../lifecycle.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import type { MetaReader } from '../meta-store.ts';
import type { Info, Kind } from '../snapshotter.ts';
import type { Usage } from '../../kernel/index.ts';
import { RECORDS, parentChain, readRecord, requireWritten, stateOf, toInfo } from './rows.ts';
import type { SnapshotRecord } from './rows.ts';

/** What a snapshotter needs to make mounts: ids name directories. */
export interface StoredSnapshot {
  readonly kind: Kind;
  readonly id: string;
  /** Nearest first. */
  readonly parentIds: readonly string[];
}

/** Everything the store knows of one snapshot. */
export interface StoredInfo {
  readonly id: string;
  readonly info: Info;
  /** As of commit; 0/0 before. */
  readonly usage: Usage;
}

/** The record of `key` when the lifecycle machine lets `event` happen to it. */
const judgedRecord = (tx: MetaReader, key: string, event: LifecycleEvent): SnapshotRecord => {
  const record = readRecord(tx, key);
  if (record === undefined) requireWritten(tx);
  judge(stateOf(record), event, { key });
  return record as SnapshotRecord;
};

/** NotFound. The id alone, for those who only look for a directory. */
export const getId = (tx: MetaReader, key: string): string => String(judgedRecord(tx, key, { type: 'stat' }).id);

/** NotFound. */
export const getInfo = (tx: MetaReader, key: string): StoredInfo => {
  const record = judgedRecord(tx, key, { type: 'stat' });
  return { id: String(record.id), info: toInfo(key, record), usage: { inodes: record.inodes, size: record.size } };
};

/** NotFound; FailedPrecondition for a committed snapshot: only active ones and views are mounted. */
export const getSnapshot = (tx: MetaReader, key: string): StoredSnapshot => {
  const record = judgedRecord(tx, key, { type: 'mounts' });
  return { kind: record.kind, id: String(record.id), parentIds: parentChain(tx, record) };
};

/**
 * Every snapshot that one of `filters` matches (none given = all), in byte order of key, as of one moment.
 * InvalidArgument for filter syntax, which is looked at first; NotFound in a store that was never written.
 */
export const listInfo = (tx: MetaReader, filters: readonly string[]): readonly StoredInfo[] => {
  const matches = parseFilters(filters);
  requireWritten(tx);
  const found: StoredInfo[] = [];
  for (const [row, value] of tx.range(RECORDS)) {
    const record = value as SnapshotRecord;
    const info = toInfo(row.slice(RECORDS.length), record);
    if (matches(snapshotFields(info))) {
      found.push({ id: String(record.id), info, usage: { inodes: record.inodes, size: record.size } });
    }
  }
  return found;
};

/** Calls `visit` for what `listInfo` finds. A throw of `visit` ends the walk. */
export const walkInfo = (tx: MetaReader, visit: (info: Info) => void, filters: readonly string[]): void => {
  for (const { info } of listInfo(tx, filters)) visit(info);
};

/** Id to key or name, for all snapshots. NotFound in a store that was never written. */
export const idMap = (tx: MetaReader): ReadonlyMap<string, string> => {
  requireWritten(tx);
  const ids = new Map<string, string>();
  for (const [row, value] of tx.range(RECORDS)) {
    ids.set(String((value as SnapshotRecord).id), row.slice(RECORDS.length));
  }
  return ids;
};
