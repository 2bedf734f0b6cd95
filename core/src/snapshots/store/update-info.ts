import type { Clock } from '../../fs/index.ts';
import { judge } from '../lifecycle.ts';
import type { MetaWriter } from '../meta-store.ts';
import type { Info, Labels } from '../snapshotter.ts';
import { readRecord, recordRow, requireWritten, stateOf, storedLabels, toInfo } from './rows.ts';
import type { SnapshotRecord } from './rows.ts';

const LABEL_PATH = 'labels.';

const changed = (current: Labels, wanted: Labels, path: string): Labels => {
  if (path === 'labels') return wanted;
  const key = path.slice(LABEL_PATH.length);
  return { ...current, [key]: wanted[key] ?? '' };
};

/**
 * Changes labels: all of them without `paths`, else `labels` (all) or `labels.<key>` (one; `<key>` may hold dots and
 * slashes; a value that is absent or empty deletes). NotFound; InvalidArgument for another path, and then nothing is
 * written. Answers the new Info.
 */
export const updateInfo = (
  tx: MetaWriter,
  clock: Clock,
  wanted: Pick<Info, 'name' | 'labels'>,
  paths: readonly string[],
): Info => {
  const { name } = wanted;
  const record = readRecord(tx, name);
  if (record === undefined) requireWritten(tx);
  const fixed = paths.find((path) => path !== 'labels' && !path.startsWith(LABEL_PATH));
  judge(stateOf(record), { type: 'update', fixedField: fixed !== undefined }, { key: name, name, path: fixed ?? '' });

  const before = record as SnapshotRecord;
  const labels =
    paths.length === 0 ? wanted.labels : paths.reduce((now, path) => changed(now, wanted.labels, path), before.labels);
  const after: SnapshotRecord = { ...before, labels: storedLabels(labels), updated: String(clock.now()) };
  tx.put(recordRow(name), after);
  return toInfo(name, after);
};
