import { demandEqual, demandRefused } from '../law.ts';
import type { Law } from '../law.ts';
import { commitLayer, demandTree, mounted, plainTree } from '../scene.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { apply, file } from '../tree-steps.ts';

const BASE = [file('/base', 'base')];
const TOP = [file('/top', 'top')];

/** For snapshotters that honour the parent given to commit, as containerd's overlayfs does since 2.2. */
export const REBASE_LAWS: readonly Law<SnapshotterSubject>[] = [
  {
    name: 'Rebase',
    rule: 'A snapshot without a parent that is committed onto one shows the files of both, and keeps its parent from being removed.',
    async run(subject) {
      const { snapshotter } = subject;
      await commitLayer(subject, 'base', '', BASE);
      await commitLayer(subject, 'top', '', TOP, { parent: 'base' });
      demandEqual('parent', (await snapshotter.stat('top')).parent, 'base');
      const view = await snapshotter.view('view', 'top');
      await demandTree(subject, 'a view of the rebased', view, await plainTree(subject, [...BASE, ...TOP]));
      await snapshotter.remove('view');
      await demandRefused('removing the parent', snapshotter.remove('base'), 'FailedPrecondition');
    },
  },
  {
    name: 'Rebase keeps a parent',
    rule: 'A snapshot with a parent keeps it: committing with the same parent or none is fine, with another one it is InvalidArgument.',
    async run(subject) {
      const { snapshotter } = subject;
      await commitLayer(subject, 'base', '', BASE);
      await commitLayer(subject, 'other', '', []);
      await mounted(subject, await snapshotter.prepare('key', 'base'), (tree) => apply(tree, TOP));
      await demandRefused('another parent', snapshotter.commit('top', 'key', { parent: 'other' }), 'InvalidArgument');
      await snapshotter.commit('top', 'key', { parent: 'base' });
      demandEqual('parent', (await snapshotter.stat('top')).parent, 'base');
      await snapshotter.prepare('second', 'base');
      await snapshotter.commit('second-top', 'second');
      demandEqual('parent without the option', (await snapshotter.stat('second-top')).parent, 'base');
    },
  },
  {
    name: 'Rebase onto itself',
    rule: 'A snapshot cannot be committed onto its own key or its own new name: both are NotFound.',
    async run({ snapshotter }) {
      await snapshotter.prepare('key', '');
      await demandRefused('onto the key', snapshotter.commit('name', 'key', { parent: 'key' }), 'NotFound');
      await demandRefused('onto the name', snapshotter.commit('name', 'key', { parent: 'name' }), 'NotFound');
      demandEqual('the key', (await snapshotter.stat('key')).kind, 'Active');
    },
  },
];
