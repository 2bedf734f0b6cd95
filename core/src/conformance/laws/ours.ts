/** What the contract says and containerd's own suite does not ask. */
import { demand, demandEqual, demandRefused } from '../law.ts';
import type { Law } from '../law.ts';
import { commitLayer, demandTree, plainTree } from '../scene.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { file } from '../tree-steps.ts';

type SnapshotterLaw = Law<SnapshotterSubject>;

const commitReplacesLabels: SnapshotterLaw = {
  name: 'Commit replaces labels',
  rule: 'A committed snapshot has the labels given to commit; nothing of the active one is inherited, and its times start anew.',
  async run({ snapshotter }) {
    await snapshotter.prepare('key', '', { labels: { kept: 'no', empty: '' } });
    const active = await snapshotter.stat('key');
    demandEqual('an empty value is no label', active.labels['empty'], undefined);
    await snapshotter.commit('name', 'key', { labels: { given: 'yes' } });
    const committed = await snapshotter.stat('name');
    demandEqual('inherited label', committed.labels['kept'], undefined);
    demandEqual('given label', committed.labels['given'], 'yes');
    demandEqual('updated equals created', committed.updated, committed.created);
    demand('created is the time of the commit', committed.created > active.created);
  },
};

const keyReusableAfterCommit: SnapshotterLaw = {
  name: 'Commit frees the key',
  rule: 'After a commit the key is nothing: it is not found and can be prepared again at once, on the very name it became.',
  async run({ snapshotter }) {
    await snapshotter.prepare('key', '');
    await snapshotter.commit('name', 'key');
    await demandRefused('stat', snapshotter.stat('key'), 'NotFound');
    await demandRefused('mounts', snapshotter.mounts('key'), 'NotFound');
    await snapshotter.prepare('key', 'name');
    demandEqual('its parent', (await snapshotter.stat('key')).parent, 'name');
  },
};

const repeatedCalls: SnapshotterLaw = {
  name: 'Repeated calls',
  rule: 'Doing it twice: prepare and view AlreadyExists, commit NotFound or AlreadyExists, remove NotFound; an update again succeeds; cleanup is always safe.',
  async run({ snapshotter }) {
    await snapshotter.cleanup?.();
    await snapshotter.prepare('key', '', { labels: { first: '1' } });
    await demandRefused('prepare', snapshotter.prepare('key', '', { labels: { second: '2' } }), 'AlreadyExists');
    demandEqual('the first one is unaffected', (await snapshotter.stat('key')).labels['first'], '1');
    const once = await snapshotter.update({ name: 'key', labels: { a: 'b' } });
    const twice = await snapshotter.update({ name: 'key', labels: { a: 'b' } });
    demand('an update again moves its time', twice.updated > once.updated);
    await snapshotter.commit('name', 'key');
    await demandRefused('commit', snapshotter.commit('name', 'key'), 'NotFound', 'AlreadyExists');
    await snapshotter.remove('name');
    await demandRefused('remove', snapshotter.remove('name'), 'NotFound');
    await snapshotter.cleanup?.();
    await snapshotter.cleanup?.();
  },
};

const nameEqualsKey: SnapshotterLaw = {
  name: 'A name equal to its key',
  rule: 'Keys and names share one space: committing under the name of the active key itself is AlreadyExists.',
  async run({ snapshotter }) {
    await snapshotter.prepare('same', '');
    await demandRefused('commit', snapshotter.commit('same', 'same'), 'AlreadyExists');
    demandEqual('the key', (await snapshotter.stat('same')).kind, 'Active');
  },
};

const refusedLeavesNothing: SnapshotterLaw = {
  name: 'A refused call leaves nothing',
  rule: 'After a refusal everything is as before, and what was refused can be done properly.',
  async run(subject) {
    const { snapshotter } = subject;
    await snapshotter.prepare('active', '');
    await snapshotter.prepare('other', '');
    const before = await snapshotter.stat('active');
    await demandRefused('a parent that is missing', snapshotter.prepare('new', 'missing'), 'NotFound');
    await demandRefused('a parent that is active', snapshotter.prepare('new', 'active'), 'InvalidArgument');
    await demandRefused('a name that is a key', snapshotter.commit('other', 'active'), 'AlreadyExists');
    await demandRefused(
      'a fixed field',
      snapshotter.update({ name: 'active', labels: { a: 'b' } }, 'labels.a', 'kind'),
      'InvalidArgument',
    );
    demandEqual('the active snapshot', await snapshotter.stat('active'), before);
    await demandRefused('what was never made', snapshotter.stat('new'), 'NotFound');
    await demandTree(subject, 'prepared properly', await snapshotter.prepare('new', ''), await plainTree(subject, []));
  },
};

const strangeKeys: SnapshotterLaw = {
  name: 'Keys are any text',
  rule: 'Keys, names and label keys may hold blanks, slashes, quotes, line breaks and letters of any script; they come back as they were.',
  async run({ snapshotter }) {
    const keys = [
      'extract-1 sha256:abc',
      '/tmp/a/b',
      '../up',
      'a"b\\c',
      'line\nbreak',
      'ключ',
      '鍵',
      '🔑',
      '\ue000',
      'a.b=c,d',
    ];
    for (const key of keys) await snapshotter.prepare(key, '', { labels: { [key]: key } });
    const seen: string[] = [];
    await snapshotter.walk((info) => {
      seen.push(info.name);
      demandEqual(`label of ${info.name}`, info.labels[info.name], info.name);
    });
    demandEqual('walk', seen.toSorted(), keys.toSorted());
    for (const key of keys) await snapshotter.commit(`name of ${key}`, key);
    demandEqual('committed', (await snapshotter.stat('name of ключ')).kind, 'Committed');
  },
};

const usage: SnapshotterLaw = {
  name: 'Usage',
  rule: 'Usage of an active snapshot is live, of a committed one as counted at commit, of a view nothing.',
  async run(subject) {
    const { snapshotter } = subject;
    const bytes = 64 * 1024;
    await commitLayer(subject, 'base', '', [file('/big', 'x'.repeat(bytes))]);
    const base = await snapshotter.usage('base');
    demand(`the base counts its ${bytes} bytes: ${base.size}`, base.size >= bytes);
    demandEqual('inodes of the base: its root and its file', base.inodes, 2);
    await snapshotter.view('view', 'base');
    demandEqual('usage of a view', await snapshotter.usage('view'), { inodes: 0, size: 0 });
    await snapshotter.prepare('active', '');
    const empty = await snapshotter.usage('active');
    demandEqual('inodes of an empty active snapshot: its root', empty.inodes, 1);
    demand('an empty one counts less than the base', empty.size < bytes);
    await demandRefused('usage of nothing', snapshotter.usage('missing'), 'NotFound');
  },
};

const concurrentCalls: SnapshotterLaw = {
  name: 'Calls at the same time',
  rule: 'Of many calls at once for one key exactly one succeeds, and calls for different keys do not disturb each other.',
  async run({ snapshotter }) {
    const settled = await Promise.allSettled(Array.from({ length: 8 }, () => snapshotter.prepare('contested', '')));
    demandEqual('winners', settled.filter(({ status }) => status === 'fulfilled').length, 1);
    const numbers = Array.from({ length: 16 }, (_, index) => index);
    const sources = await Promise.all(
      numbers.map(async (number) => {
        const [mount] = await snapshotter.prepare(`key-${number}`, '');
        if (number % 2 === 0) await snapshotter.commit(`name-${number}`, `key-${number}`);
        return JSON.stringify(mount);
      }),
    );
    demandEqual('mounts of their own', new Set(sources).size, numbers.length);
    for (const number of numbers) {
      const kind = number % 2 === 0 ? 'Committed' : 'Active';
      const { kind: got } = await snapshotter.stat(number % 2 === 0 ? `name-${number}` : `key-${number}`);
      demandEqual(`snapshot ${number}`, got, kind);
    }
  },
};

const contentSurvivesParentsSiblings: SnapshotterLaw = {
  name: 'Siblings are apart',
  rule: 'What is written to one snapshot is not seen in another on the same parent, nor in the parent.',
  async run(subject) {
    const { snapshotter } = subject;
    const base = [file('/shared', 'base')];
    await commitLayer(subject, 'base', '', base);
    await commitLayer(subject, 'left', 'base', [file('/shared', 'left')]);
    await commitLayer(subject, 'right', 'base', [file('/new', 'right')]);
    const views: readonly (readonly [string, Parameters<typeof plainTree>[1]])[] = [
      ['base', base],
      ['left', [file('/shared', 'left')]],
      ['right', [...base, file('/new', 'right')]],
    ];
    for (const [name, steps] of views) {
      await demandTree(subject, name, await snapshotter.view(`${name}-view`, name), await plainTree(subject, steps));
    }
  },
};

export const OUR_LAWS: readonly SnapshotterLaw[] = [
  commitReplacesLabels,
  keyReusableAfterCommit,
  repeatedCalls,
  nameEqualsKey,
  refusedLeavesNothing,
  strangeKeys,
  usage,
  concurrentCalls,
  contentSurvivesParentsSiblings,
];
