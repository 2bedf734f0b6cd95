/** What containerd's own suite asks of the metadata side of a snapshotter, in our words. */
import { LawViolation, demand, demandEqual, demandRefused } from '../law.ts';
import type { Law } from '../law.ts';
import { mounted } from '../scene.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { apply, file } from '../tree-steps.ts';
import type { Info, Labels, Snapshotter } from '../../snapshots/index.ts';

type SnapshotterLaw = Law<SnapshotterSubject>;

const commitEmpty = async (
  snapshotter: Snapshotter,
  name: string,
  parent: string,
  labels: Labels = {},
): Promise<void> => {
  await snapshotter.prepare(`${name}-preparing`, parent, { labels });
  await snapshotter.commit(name, `${name}-preparing`, { labels });
};

const statActive: SnapshotterLaw = {
  name: 'Stat of an active snapshot',
  rule: 'A prepared key is an active snapshot of that name, without a parent when none was given.',
  async run({ snapshotter }) {
    await snapshotter.prepare('preparing', '');
    const { name, kind, parent } = await snapshotter.stat('preparing');
    demandEqual('stat', { name, kind, parent }, { name: 'preparing', kind: 'Active', parent: '' });
  },
};

const statCommitted: SnapshotterLaw = {
  name: 'Stat of a committed snapshot',
  rule: 'A committed name is a committed snapshot; the key it was prepared under is gone.',
  async run({ snapshotter }) {
    await commitEmpty(snapshotter, 'done', '');
    const { name, kind, parent } = await snapshotter.stat('done');
    demandEqual('stat', { name, kind, parent }, { name: 'done', kind: 'Committed', parent: '' });
    await demandRefused('stat of the key after its commit', snapshotter.stat('done-preparing'), 'NotFound');
  },
};

const transitivity: SnapshotterLaw = {
  name: 'Parents chain',
  rule: 'The parent of a snapshot is the committed name it was prepared on, and can be followed to the base.',
  async run(subject) {
    const { snapshotter } = subject;
    let parent = '';
    for (const [name, text] of Object.entries({ base: 'foo\n', top: 'foo bar\n' })) {
      const mounts = await snapshotter.prepare(`${name}-preparing`, parent);
      await mounted(subject, mounts, (tree) => apply(tree, [file('/foo', text)]));
      await snapshotter.commit(name, `${name}-preparing`);
      parent = name;
    }
    const top = await snapshotter.stat('top');
    demandEqual('parent of the top', top.parent, 'base');
    demandEqual('parent of the base', (await snapshotter.stat(top.parent)).parent, '');
  },
};

const keysAreUnique: SnapshotterLaw = {
  name: 'Keys are unique',
  rule: 'Prepare and View refuse a key that is in use, whichever of the two made it.',
  async run({ snapshotter }) {
    await commitEmpty(snapshotter, 'base', '');
    await snapshotter.prepare('active', 'base');
    await snapshotter.view('view', 'base');
    for (const key of ['active', 'view', 'base']) {
      await demandRefused(`preparing ${key} again`, snapshotter.prepare(key, 'base'), 'AlreadyExists');
      await demandRefused(`viewing ${key} again`, snapshotter.view(key, 'base'), 'AlreadyExists');
    }
    demandEqual('the first one', (await snapshotter.stat('active')).kind, 'Active');
  },
};

/** Every kind of snapshot, with and without a parent: key or name to [kind, parent]. */
const BASE_SET = {
  c1: ['Committed', ''],
  c2: ['Committed', 'c1'],
  a1: ['Active', 'c2'],
  a2: ['Active', ''],
  v1: ['View', 'c2'],
  v2: ['View', ''],
} as const;

const makeBaseSet = async (snapshotter: Snapshotter, labels: Labels): Promise<void> => {
  await commitEmpty(snapshotter, 'c1', '', labels);
  await commitEmpty(snapshotter, 'c2', 'c1', labels);
  await snapshotter.prepare('a1', 'c2', { labels });
  await snapshotter.prepare('a2', '', { labels });
  await snapshotter.view('v1', 'c2', { labels });
  await snapshotter.view('v2', '', { labels });
};

const update: SnapshotterLaw = {
  name: 'Update',
  rule: 'Update changes labels and the time of the update, nothing else: all labels without paths, one per path, and any other path is InvalidArgument.',
  async run({ snapshotter, kernel }) {
    const root = { 'containerd.io/gc.root': 'now' };
    const begin = kernel.clock.now();
    await makeBaseSet(snapshotter, root);
    const end = kernel.clock.now();
    for (const [name, [kind, parent]] of Object.entries(BASE_SET)) {
      const first = await snapshotter.stat(name);
      demandEqual(`${name} as made`, [first.kind, first.parent, first.name], [kind, parent, name]);
      demand(`${name} was created in the meantime`, first.created >= begin && first.created <= end);
      demandEqual(`${name}: updated equals created at first`, first.updated, first.created);

      const change = async (
        what: string,
        labels: Labels,
        paths: readonly string[],
        expected: Labels,
      ): Promise<void> => {
        const from = kernel.clock.now();
        const asked = { name, labels, parent: 'doesnotexist' };
        const answer = await snapshotter.update(asked, ...paths);
        const to = kernel.clock.now();
        const now = await snapshotter.stat(name);
        demandEqual(`${name}: ${what} answers what stat tells`, answer, now);
        demandEqual(`${name}: labels after ${what}`, ownLabels(now), expected);
        demand(`${name}: ${what} moves the time of the update`, now.updated >= from && now.updated <= to);
        const { created, parent: above, kind: still } = now;
        demandEqual(`${name}: ${what} leaves the rest`, [created, above, still], [first.created, parent, kind]);
      };
      const three = { l1: 'v1', l2: 'v2', l3: 'v3', ...root };
      await change('an update without paths', three, [], three);
      const [paths, wanted] = [['labels.l1', 'labels.l2'], { l1: 'updated', l4: 'v4' }];
      await change('an update of single labels', wanted, paths, { l1: 'updated', l3: 'v3', ...root });
      await change('an update of all labels', { l4: 'v4', ...root }, ['labels'], { l4: 'v4', ...root });
      await change('an update with an empty value', { l4: '' }, ['labels.l4'], root);
      await change('an update without paths that leaves labels out', { last: '1' }, [], { last: '1' });
      const refused = snapshotter.update({ name, labels: {} }, 'parent');
      await demandRefused(`${name}: an update of the parent`, refused, 'InvalidArgument');
    }
  },
};

/** Labels without those a snapshotter makes up itself when it is asked. */
const ownLabels = ({ labels }: Info): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'containerd.io/snapshot/overlay.upperdir'));

const removeFrees: SnapshotterLaw = {
  name: 'Remove frees the key',
  rule: 'A removed key can be used again at once, for another kind, too, and so can a removed name.',
  async run({ snapshotter }) {
    await commitEmpty(snapshotter, 'committed-1', '');
    await snapshotter.prepare('reuse-1', 'committed-1');
    await snapshotter.remove('reuse-1');
    await snapshotter.view('reuse-1', 'committed-1');
    await snapshotter.remove('reuse-1');
    await snapshotter.prepare('reuse-1', '');
    await snapshotter.remove('committed-1');
    await snapshotter.commit('committed-1', 'reuse-1');
    demandEqual('the name used again', (await snapshotter.stat('committed-1')).kind, 'Committed');
  },
};

const WALK_CHECK = { 'containerd.io/gc.root': 'check-walk' };
const IN_WALK = 'labels."containerd.io/gc.root"==check-walk';
const WALKS: readonly (readonly [filters: readonly string[], names: string])[] = [
  [[IN_WALK], 'a a-np a-np-wl a-wl p p-wl v v-wl'],
  [[`kind==active,${IN_WALK}`], 'a a-np a-np-wl a-wl'],
  [[`kind==view,${IN_WALK}`], 'v v-wl'],
  [[`kind==committed,${IN_WALK}`], 'p p-wl'],
  [['name==p', 'name==a-np-wl'], 'a-np-wl p'],
  [['name==a-wl,labels.l'], 'a-wl'],
  [['parent==p'], 'a v'],
  [[`parent!="",${IN_WALK}`], 'a a-wl v v-wl'],
  [['labels.l'], 'a-np-wl a-wl p-wl v-wl'],
  [['labels.l==2'], 'a-np-wl a-wl'],
];

const walk: SnapshotterLaw = {
  name: 'Walk',
  rule: 'Walk visits each snapshot that one of the filters matches once, all without filters, with what stat tells of it.',
  async run({ snapshotter }) {
    await snapshotter.prepare('a-np', '', { labels: WALK_CHECK });
    await commitEmpty(snapshotter, 'p', '', WALK_CHECK);
    await snapshotter.prepare('a', 'p', { labels: WALK_CHECK });
    await snapshotter.view('v', 'p', { labels: WALK_CHECK });
    await commitEmpty(snapshotter, 'p-wl', '', { ...WALK_CHECK, l: '1' });
    await snapshotter.prepare('a-wl', 'p-wl', { labels: { ...WALK_CHECK, l: '2' } });
    await snapshotter.view('v-wl', 'p-wl', { labels: { ...WALK_CHECK, l: '3' } });
    await snapshotter.prepare('a-np-wl', '', { labels: { ...WALK_CHECK, l: '2' } });
    for (const [filters, names] of WALKS) {
      const seen: Info[] = [];
      await snapshotter.walk((info) => void seen.push(info), ...filters);
      demandEqual(
        `walk ${filters.join(' or ')}`,
        seen
          .map((info) => info.name)
          .toSorted()
          .join(' '),
        names,
      );
      for (const info of seen) demandEqual(`walk and stat of ${info.name}`, info, await snapshotter.stat(info.name));
    }
    await demandRefused(
      'a walk with a filter that cannot be read',
      snapshotter.walk(() => {}, 'name=p'),
      'InvalidArgument',
    );
  },
};

const removeIntermediate: SnapshotterLaw = {
  name: 'Remove from the top down',
  rule: 'A snapshot that others were made on cannot be removed before them, and the refusal says "remove".',
  async run({ snapshotter }) {
    await commitEmpty(snapshotter, 'base', '');
    await commitEmpty(snapshotter, 'intermediate', 'base');
    await snapshotter.prepare('top', 'intermediate');
    const refused = snapshotter.remove('intermediate');
    const error = await demandRefused('removing a parent', refused, 'FailedPrecondition');
    demand(`"${error.message}" says "remove"`, error.message.includes('remove'));
    for (const key of ['top', 'intermediate', 'base']) await snapshotter.remove(key);
  },
};

const statInWalk: SnapshotterLaw = {
  name: 'Stat inside Walk',
  rule: 'The visitor of a walk may call stat, and is told the same.',
  async run({ snapshotter }) {
    await makeBaseSet(snapshotter, {});
    let visits = 0;
    await snapshotter.walk(async (info) => {
      visits++;
      demandEqual(`stat of ${info.name} in the walk`, await snapshotter.stat(info.name), info);
    });
    demandEqual('visits', visits, Object.keys(BASE_SET).length);
  },
};

const walkAborts: SnapshotterLaw = {
  name: 'A visitor can end the walk',
  rule: 'What the visitor throws ends the walk and comes out of it unchanged.',
  async run({ snapshotter }) {
    await makeBaseSet(snapshotter, {});
    const reason = new LawViolation('enough');
    let visits = 0;
    const error = await demandRefused(
      'a walk whose visitor throws',
      snapshotter.walk(() => {
        visits++;
        throw reason;
      }),
    );
    demand('the error is the one that was thrown', error === reason);
    demandEqual('visits', visits, 1);
  },
};

const closeTwice: SnapshotterLaw = {
  name: 'Close twice',
  rule: 'Closing is idempotent.',
  async run({ snapshotter }) {
    await commitEmpty(snapshotter, 'done', '');
    await snapshotter.remove('done');
    await snapshotter.close();
    await snapshotter.close();
  },
};

export const CONTRACT_LAWS: readonly SnapshotterLaw[] = [
  statActive,
  statCommitted,
  transitivity,
  keysAreUnique,
  update,
  removeFrees,
  walk,
  removeIntermediate,
  statInWalk,
  walkAborts,
  closeTwice,
];
