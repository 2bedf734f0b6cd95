/** containerd's cases for its snapshot store, in our words, on any `MetaStore`. */
import {
  ContainerdError,
  commitActive,
  createSnapshot,
  getInfo,
  getSnapshot,
  idMap,
  removeSnapshot,
  updateInfo,
  walkInfo,
} from '../../snapshots/index.ts';
import type { Info, MetaStore, MetaWriter } from '../../snapshots/index.ts';
import { demand, demandEqual, demandRefused } from '../law.ts';
import { POPULATION, type StoreLaw, USAGE, newClock, populated, refused } from './population.ts';

const emptyStore: StoreLaw = {
  name: 'An empty store',
  rule: 'In a store that was never written everything but creating is NotFound, "bucket does not exist".',
  async run(store) {
    const clock = newClock();
    const calls: { readonly [name: string]: (tx: MetaWriter) => unknown } = {
      getInfo: (tx) => getInfo(tx, 'key'),
      getSnapshot: (tx) => getSnapshot(tx, 'key'),
      walkInfo: (tx) => walkInfo(tx, () => {}, []),
      idMap: (tx) => idMap(tx),
      commitActive: (tx) => commitActive(tx, clock, 'key', 'name', USAGE),
      removeSnapshot: (tx) => removeSnapshot(tx, 'key'),
      updateInfo: (tx) => updateInfo(tx, clock, { name: 'key', labels: {} }, []),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await demandRefused(
        name,
        store.write((tx) => void call(tx)),
        'NotFound',
      );
      demandEqual(name, error.message, 'bucket does not exist: not found');
    }
    await store.write((tx) => createSnapshot(tx, clock, 'Active', 'key', ''));
    demandEqual(
      'after the first one',
      store.read((tx) => getInfo(tx, 'key').id),
      '1',
    );
  },
};

export const SNAPSHOT_RECORD_LAWS: readonly StoreLaw[] = [
  emptyStore,
  populated('GetInfo', 'Kind, parent and id of every snapshot come back; usage of committed ones.', async (store) => {
    for (const [name, kind, parent, id] of POPULATION) {
      const stored = store.read((tx) => getInfo(tx, name));
      demandEqual(name, [stored.info.name, stored.info.kind, stored.info.parent, stored.id], [name, kind, parent, id]);
      demandEqual(`usage of ${name}`, stored.usage, kind === 'Committed' ? USAGE : { inodes: 0, size: 0 });
    }
  }),
  refused('GetInfo of nothing', 'An unknown key is NotFound.', 'NotFound', 'snapshot does not exist: not found', (tx) =>
    getInfo(tx, 'missing'),
  ),
  populated('Walk', 'Every snapshot is visited once, in byte order.', async (store) => {
    const seen: Info[] = [];
    store.read((tx) => walkInfo(tx, (info) => void seen.push(info), []));
    demandEqual(
      'names',
      seen.map((info) => info.name),
      POPULATION.map(([name]) => name),
    );
    for (const info of seen)
      demandEqual(
        info.name,
        info,
        store.read((tx) => getInfo(tx, info.name).info),
      );
  }),
  populated('IDMap', 'Ids lead to keys and names.', async (store) => {
    const ids = store.read((tx) => [...idMap(tx)].map(([id, name]) => `${id} ${name}`).toSorted());
    demandEqual('ids', ids, POPULATION.map(([name, , , id]) => `${id} ${name}`).toSorted());
  }),
  populated('GetSnapshot', 'Ids of the parents, nearest first, for active snapshots and views.', async (store) => {
    const chains = { 'active-1': [], 'active-2': ['1'], 'active-3': ['2', '1'], 'view-1': [], 'view-2': ['2', '1'] };
    for (const [key, chain] of Object.entries(chains)) {
      demandEqual(
        key,
        store.read((tx) => getSnapshot(tx, key).parentIds),
        chain,
      );
    }
  }),
  refused(
    'GetSnapshot of nothing',
    'An unknown key is NotFound.',
    'NotFound',
    'snapshot does not exist: not found',
    (tx) => getSnapshot(tx, 'missing'),
  ),
  refused(
    'GetSnapshot of a committed one',
    'A committed snapshot is FailedPrecondition: it has no mounts.',
    'FailedPrecondition',
    'requested snapshot committed-1 not active or view: failed precondition',
    (tx) => getSnapshot(tx, 'committed-1'),
  ),
  populated('Create', 'Ids go up and are not given out twice, whatever is removed.', async (store, clock) => {
    const first = await store.write((tx) => createSnapshot(tx, clock, 'Active', 'new-1', 'committed-2'));
    demandEqual('first', [first.id, first.kind, first.parentIds], ['8', 'Active', ['2', '1']]);
    await store.write((tx) => removeSnapshot(tx, 'new-1'));
    const second = await store.write((tx) => createSnapshot(tx, clock, 'View', 'new-2', ''));
    demandEqual('second', [second.id, second.kind, second.parentIds], ['9', 'View', []]);
  }),
  populated('A create that rolls back', 'Its id is given out again.', async (store, clock) => {
    const failing = store.write((tx) => {
      createSnapshot(tx, clock, 'Active', 'lost', '');
      throw new Error('no');
    });
    await demandRefused('the transaction', failing);
    demandEqual('id', (await store.write((tx) => createSnapshot(tx, clock, 'Active', 'next', ''))).id, '8');
    await demandRefused('the lost one', (async () => store.read((tx) => getInfo(tx, 'lost')))(), 'NotFound');
  }),
  refused(
    'Create on nothing',
    'A parent that does not exist is NotFound.',
    'NotFound',
    'missing parent "missing" bucket: not found',
    (tx, clock) => createSnapshot(tx, clock, 'Active', 'new', 'missing'),
  ),
  refused(
    'Create an existing key',
    'A key in use is AlreadyExists.',
    'AlreadyExists',
    'snapshot active-1: already exists',
    (tx, clock) => createSnapshot(tx, clock, 'View', 'active-1', ''),
  ),
  refused(
    'Create on an active one',
    'A parent that is not committed is InvalidArgument, and looked at before the key.',
    'InvalidArgument',
    'parent "active-1" is not committed snapshot: invalid argument',
    (tx, clock) => createSnapshot(tx, clock, 'Active', 'active-1', 'active-1'),
  ),
  refused(
    'Create a committed one',
    'Only active snapshots and views are created.',
    'InvalidArgument',
    'snapshot type Committed invalid; only snapshots of type Active or View can be created: invalid argument',
    (tx, clock) => createSnapshot(tx, clock, 'Committed', 'new', ''),
  ),
  populated(
    'Commit',
    'The key is gone, the name has its id, parent and usage, and new times.',
    async (store, clock) => {
      const before = store.read((tx) => getInfo(tx, 'active-2'));
      const id = await store.write((tx) => commitActive(tx, clock, 'active-2', 'committed-3', USAGE));
      const after = store.read((tx) => getInfo(tx, 'committed-3'));
      demandEqual('id', [id, after.id], ['4', '4']);
      demandEqual('record', [after.info.kind, after.info.parent, after.usage], ['Committed', 'committed-1', USAGE]);
      demand('its time is that of the commit', after.info.created > before.info.created);
      await demandRefused('the key', (async () => store.read((tx) => getInfo(tx, 'active-2')))(), 'NotFound');
      demandEqual('it is a child still', await codeOf(store, 'committed-1'), 'FailedPrecondition');
    },
  ),
  refused(
    'Commit nothing',
    'An unknown key is NotFound.',
    'NotFound',
    'failed to get active snapshot "missing": not found',
    (tx, clock) => commitActive(tx, clock, 'missing', 'name', USAGE),
  ),
  refused(
    'Commit under a taken name',
    'A name in use is AlreadyExists, and looked at before the key.',
    'AlreadyExists',
    'committed snapshot committed-1: already exists',
    (tx, clock) => commitActive(tx, clock, 'missing', 'committed-1', USAGE),
  ),
  refused(
    'Commit a committed one',
    'Only active snapshots are committed: FailedPrecondition.',
    'FailedPrecondition',
    'snapshot "committed-1" is not active: failed precondition',
    (tx, clock) => commitActive(tx, clock, 'committed-1', 'name', USAGE),
  ),
  refused(
    'Commit a view',
    'Only active snapshots are committed: FailedPrecondition.',
    'FailedPrecondition',
    'snapshot "view-1" is not active: failed precondition',
    (tx, clock) => commitActive(tx, clock, 'view-1', 'name', USAGE),
  ),
  populated('Remove', 'Leaves can be removed, and what they were made on after them.', async (store) => {
    for (const key of ['active-1', 'active-3', 'view-2', 'committed-2', 'active-2', 'committed-1', 'view-1']) {
      await store.write((tx) => removeSnapshot(tx, key));
    }
    demandEqual(
      'what is left',
      store.read((tx) => idMap(tx).size),
      0,
    );
  }),
  refused('Remove nothing', 'An unknown key is NotFound.', 'NotFound', 'snapshot missing: not found', (tx) =>
    removeSnapshot(tx, 'missing'),
  ),
  refused(
    'Remove a parent',
    'A snapshot with children is FailedPrecondition.',
    'FailedPrecondition',
    'cannot remove snapshot with child: failed precondition',
    (tx) => removeSnapshot(tx, 'committed-1'),
  ),
  populated(
    'Parents are told apart',
    'Snapshot 1 has no children because snapshots 10 to 19 have.',
    async (store, clock) => {
      await store.write((tx) => {
        for (const key of ['active-2', 'active-3', 'view-2', 'committed-2']) removeSnapshot(tx, key);
        for (let number = 8; number < 20; number++) {
          createSnapshot(tx, clock, 'Active', `a-${number}`, '');
          commitActive(tx, clock, `a-${number}`, `c-${number}`, USAGE);
          createSnapshot(tx, clock, 'View', `v-${number}`, `c-${number}`);
        }
        removeSnapshot(tx, 'committed-1');
      });
      demandEqual('c-10', await codeOf(store, 'c-10'), 'FailedPrecondition');
    },
  ),
  populated('Rebase', 'A parent given to commit is taken by a snapshot that has none.', async (store, clock) => {
    await store.write((tx) => commitActive(tx, clock, 'active-1', 'rebased', USAGE, { parent: 'committed-2' }));
    demandEqual(
      'parent',
      store.read((tx) => getInfo(tx, 'rebased').info.parent),
      'committed-2',
    );
    await store.write((tx) => removeSnapshot(tx, 'active-3'));
    await store.write((tx) => removeSnapshot(tx, 'view-2'));
    demandEqual('the new parent has a child', await codeOf(store, 'committed-2'), 'FailedPrecondition');
    await store.write((tx) => removeSnapshot(tx, 'rebased'));
    await store.write((tx) => removeSnapshot(tx, 'committed-2'));
  }),
  refused(
    'Rebase of one with a parent',
    'Another parent is InvalidArgument.',
    'InvalidArgument',
    'cannot change parent of active snapshot "active-2" on commit: invalid argument',
    (tx, clock) => commitActive(tx, clock, 'active-2', 'name', USAGE, { parent: 'committed-2' }),
  ),
  refused(
    'Rebase onto nothing',
    'A parent that does not exist is NotFound.',
    'NotFound',
    'missing parent "missing" of snapshot "active-1": not found',
    (tx, clock) => commitActive(tx, clock, 'active-1', 'name', USAGE, { parent: 'missing' }),
  ),
  refused(
    'Rebase onto an active one',
    'A parent that is not committed is FailedPrecondition.',
    'FailedPrecondition',
    'parent "active-2" is not committed: failed precondition',
    (tx, clock) => commitActive(tx, clock, 'active-1', 'name', USAGE, { parent: 'active-2' }),
  ),
];

/** The class that removing `key` is refused with; `'removed'` when it is not. Nothing is removed either way. */
const codeOf = async (store: MetaStore, key: string): Promise<string> => {
  const undone = new Error('removed');
  try {
    await store.write((tx) => {
      removeSnapshot(tx, key);
      throw undone;
    });
  } catch (error) {
    if (error instanceof ContainerdError) return error.code;
    if (error !== undone) throw error;
  }
  return undone.message;
};
