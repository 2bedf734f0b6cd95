/** Whether a node is as a check wants it. */
import type { History } from '../../sandbox/index.ts';
import { commandLine } from '../commands.ts';
import type { Bindings } from '../pattern.ts';
import type { Check, SnapshotsCheck } from '../schema/check.ts';
import { checkLists, checkNames } from './check-lists.ts';
import { checkSnapshots } from './check-snapshots.ts';
import { checkTree } from './check-trees.ts';
import { type Difference, Report } from './report.ts';

const collect = async (history: History, check: Check, bindings: Bindings, report: Report): Promise<void> => {
  const { snapshots = [], trees = [], ran, any, not } = check;
  const each = Array.isArray(snapshots) ? (snapshots as readonly SnapshotsCheck[]) : [snapshots as SnapshotsCheck];
  // A look for each, so that none sees the traces of another.
  for (const one of each)
    await history.inspect((node) => checkSnapshots(node, one, bindings, report.under('snapshots')));
  for (const tree of trees) await history.inspect((node) => checkTree(node, tree, bindings, report));
  await history.inspect((node) => checkLists(node, check, bindings, report));
  if (ran !== undefined)
    checkNames(
      { has: ran },
      history.path().map(({ command }) => commandLine(command)),
      bindings,
      report.under('commands'),
    );
  if (any !== undefined) {
    const trials = await Promise.all(any.map((one) => differencesFrom(history, one, new Map(bindings))));
    if (trials.every(({ length }) => length > 0))
      for (const difference of trials[0] ?? []) report.add(difference.where, difference.wanted, difference.found);
  }
  if (not !== undefined && (await differencesFrom(history, not, new Map(bindings))).length === 0)
    report.add('not', 'something else', JSON.stringify(not));
};

/** How the node's state departs from a check; empty when all of it is true. New names of patterns go into `bindings`. */
export const differencesFrom = async (
  history: History,
  check: Check,
  bindings: Bindings = new Map(),
): Promise<readonly Difference[]> => {
  const report = new Report();
  await collect(history, check, bindings, report);
  return report.differences;
};
