/** What a refused call must not have done on its way to the refusal: nothing that holds bytes is touched. */
import { demandEqual, demandRefused } from '../law.ts';
import type { Law } from '../law.ts';
import { commitLayer, demandTree, mounted, plainTree } from '../scene.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { apply, file } from '../tree-steps.ts';

type SnapshotterLaw = Law<SnapshotterSubject>;

const BASE = [file('/base', 'base')];
const WRITTEN = [file('/written', 'written')];

const refusedRemoveDeletesNothing: SnapshotterLaw = {
  name: 'A refused remove deletes nothing',
  rule: 'A snapshot with children is not removed, however often it is tried: its files, those of its children, their usage and their records are as before.',
  async run(subject) {
    const { snapshotter } = subject;
    await commitLayer(subject, 'base', '', BASE);
    const mounts = await snapshotter.prepare('child', 'base');
    await mounted(subject, mounts, (tree) => apply(tree, WRITTEN));
    const state = async (): Promise<unknown> => [
      await snapshotter.stat('base'),
      await snapshotter.usage('base'),
      await snapshotter.stat('child'),
      await snapshotter.usage('child'),
    ];
    const before = await state();
    for (const attempt of ['first', 'second']) {
      await demandRefused(`the ${attempt} remove`, snapshotter.remove('base'), 'FailedPrecondition');
      await demandRefused('remove of nothing', snapshotter.remove(`${attempt}-missing`), 'NotFound');
      await snapshotter.cleanup?.();
    }
    demandEqual('records and usage', await state(), before);
    demandEqual('mounts of the child', await snapshotter.mounts('child'), mounts);
    await demandTree(subject, 'the child', mounts, await plainTree(subject, [...BASE, ...WRITTEN]));
    await demandTree(subject, 'the parent', await snapshotter.view('view', 'base'), await plainTree(subject, BASE));
    for (const name of ['view', 'child', 'base']) await snapshotter.remove(name);
    await demandRefused('once it has no children it goes', snapshotter.stat('base'), 'NotFound');
  },
};

const refusedCommitKeepsWhatWasWritten: SnapshotterLaw = {
  name: 'A refused commit keeps what was written',
  rule: 'A commit under a name that is taken leaves the active snapshot writable with all its files, and under another name it is committed with them.',
  async run(subject) {
    const { snapshotter } = subject;
    await commitLayer(subject, 'base', '', BASE);
    const mounts = await snapshotter.prepare('key', 'base');
    await mounted(subject, mounts, (tree) => apply(tree, WRITTEN));
    for (const attempt of ['first', 'second']) {
      await demandRefused(`the ${attempt} commit`, snapshotter.commit('base', 'key'), 'AlreadyExists');
    }
    demandEqual('mounts after the refusal', await snapshotter.mounts('key'), mounts);
    const more = [file('/written', 'again'), file('/more', 'more')];
    await mounted(subject, mounts, (tree) => apply(tree, more));
    await snapshotter.commit('name', 'key');
    const expected = await plainTree(subject, [...BASE, ...WRITTEN, ...more]);
    await demandTree(subject, 'committed properly', await snapshotter.view('view', 'name'), expected);
  },
};

export const REFUSAL_LAWS: readonly SnapshotterLaw[] = [refusedRemoveDeletesNothing, refusedCommitKeepsWhatWasWritten];
