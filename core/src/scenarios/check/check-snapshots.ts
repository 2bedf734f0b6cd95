import type { Sandbox } from '../../sandbox/index.ts';
import type { Info } from '../../snapshots/index.ts';
import { type Bindings, filledIn, matches } from '../pattern.ts';
import type { SnapshotCheck, SnapshotsCheck } from '../schema/check.ts';
import { checkNames } from './check-lists.ts';
import type { Report } from './report.ts';

const checkSnapshot = (
  { kind, parent, labels = {} }: SnapshotCheck,
  info: Info,
  bindings: Bindings,
  report: Report,
): void => {
  if (kind !== undefined && kind !== info.kind) report.add('kind', kind, info.kind);
  if (parent !== undefined && !matches(parent, info.parent, bindings))
    report.add('parent', filledIn(parent, bindings), info.parent === '' ? 'none' : info.parent);
  for (const [name, wanted] of Object.entries(labels)) {
    const found = info.labels[name];
    if (wanted === null ? found === undefined : found !== undefined && matches(wanted, found, bindings)) continue;
    report.add(`label ${name}`, wanted === null ? 'none' : filledIn(wanted, bindings), found ?? 'none');
  }
};

export const checkSnapshots = async (
  node: Sandbox,
  { namespace, snapshotter = node.snapshotterName, has = [], lacks, count }: SnapshotsCheck,
  bindings: Bindings,
  report: Report,
): Promise<void> => {
  const infos: Info[] = [];
  await node
    .client(namespace)
    .snapshotter(snapshotter)
    .walk((info) => void infos.push(info));
  const keys = infos.map(({ name }) => name);
  const names = { ...(lacks === undefined ? {} : { lacks }), ...(count === undefined ? {} : { count }) };
  for (const wanted of has) {
    // Of several that fit by key, the first that is right in every other respect.
    const fitting = infos.filter(({ name }) => matches(wanted.key, name, new Map(bindings)));
    const right = fitting.find((info) => {
      const trial = report.trial();
      const tried = new Map(bindings);
      matches(wanted.key, info.name, tried);
      checkSnapshot(wanted, info, tried, trial);
      return trial.differences.length === 0;
    });
    const chosen = right ?? fitting[0];
    if (chosen === undefined) checkNames({ has: [wanted.key] }, keys, bindings, report);
    else {
      matches(wanted.key, chosen.name, bindings);
      checkSnapshot(wanted, chosen, bindings, report.under(chosen.name));
    }
  }
  checkNames(names, keys, bindings, report);
};
