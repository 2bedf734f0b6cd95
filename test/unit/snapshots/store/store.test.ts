import { steppingClock } from '@layerscope/core/fs';
import {
  commitActive,
  createMemoryMetaStore,
  createSnapshot,
  getInfo,
  listInfo,
  removeSnapshot,
  updateInfo,
} from '@layerscope/core/snapshots';
import type { MetaStore } from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';

const USAGE = { inodes: 1, size: 4096 };
const clock = steppingClock(0n);

const withActive = async (labels = {}): Promise<MetaStore> => {
  const store = createMemoryMetaStore();
  await store.write((tx) => createSnapshot(tx, clock, 'Active', 'a', '', labels));
  return store;
};

describe('labels', () => {
  it('are kept without empty values, in create, commit and update', async () => {
    const store = await withActive({ x: '1', y: '', z: '3' });
    expect(store.read((tx) => getInfo(tx, 'a').info.labels)).toEqual({ x: '1', z: '3' });
    const wanted = { name: 'a', labels: { q: '5' } };
    const info = await store.write((tx) => updateInfo(tx, clock, wanted, ['labels.x', 'labels.q', 'labels.none']));
    expect(info.labels).toEqual({ q: '5', z: '3' });
    await store.write((tx) => commitActive(tx, clock, 'a', 'n', USAGE, { labels: { '': '', r: '1' } }));
    expect(store.read((tx) => getInfo(tx, 'n').info.labels)).toEqual({ r: '1' });
  });

  it('may have any key but the empty one', async () => {
    const store = await withActive({ 'a.b/c d': '1' });
    const update = store.write((tx) => updateInfo(tx, clock, { name: 'a', labels: { '': '5' } }, []));
    await expect(update).rejects.toThrow('failed to set label ""="5": key required');
    await expect(
      store.write((tx) => updateInfo(tx, clock, { name: 'a', labels: { 'a.b/c d': '2' } }, ['labels.a.b/c d'])),
    ).resolves.toMatchObject({ labels: { 'a.b/c d': '2' } });
  });

  it('are a copy: changing what was passed changes nothing', async () => {
    const labels: Record<string, string> = { x: '1' };
    const store = await withActive(labels);
    labels['x'] = '2';
    expect(store.read((tx) => getInfo(tx, 'a').info.labels)).toEqual({ x: '1' });
  });
});

describe('order of checks', () => {
  it('looks at the name before the key in commit', async () => {
    const store = await withActive();
    const commit = store.write((tx) => commitActive(tx, clock, 'missing', 'a', USAGE));
    await expect(commit).rejects.toThrow('committed snapshot a: already exists');
  });

  it('looks at the key before the path in update, and writes nothing after a bad path', async () => {
    const store = await withActive({ x: '1' });
    const missing = store.write((tx) => updateInfo(tx, clock, { name: 'missing', labels: {} }, ['name']));
    await expect(missing).rejects.toThrow('snapshot does not exist: not found');
    const before = store.read((tx) => getInfo(tx, 'a'));
    const bad = store.write((tx) => updateInfo(tx, clock, { name: 'a', labels: { x: '2' } }, ['labels.x', 'name']));
    await expect(bad).rejects.toThrow('cannot update "name" field on snapshot "a": invalid argument');
    expect(store.read((tx) => getInfo(tx, 'a'))).toEqual(before);
  });

  it('looks at the filter before the store', () => {
    const store = createMemoryMetaStore();
    expect(() => store.read((tx) => listInfo(tx, ['a=b']))).toThrow('unsupported operator "=": invalid argument');
    expect(() => store.read((tx) => listInfo(tx, []))).toThrow('bucket does not exist: not found');
  });
});

describe('empty keys and names', () => {
  it('are refused as bolt refuses them', async () => {
    const store = await withActive();
    const create = store.write((tx) => createSnapshot(tx, clock, 'Active', '', ''));
    await expect(create).rejects.toThrow(/^bucket name required$/);
    const commit = store.write((tx) => commitActive(tx, clock, 'a', '', USAGE));
    await expect(commit).rejects.toThrow(/^committed snapshot : bucket name required$/);
    expect(() => store.read((tx) => getInfo(tx, ''))).toThrow('snapshot does not exist: not found');
  });
});

describe('rebase', () => {
  it('onto the own key or the own new name is NotFound', async () => {
    const store = await withActive();
    for (const parent of ['a', 'n']) {
      const commit = store.write((tx) => commitActive(tx, clock, 'a', 'n', USAGE, { parent }));
      await expect(commit).rejects.toThrow(`missing parent "${parent}" of snapshot "a": not found`);
    }
  });
});

/** How many rows are read by removing a view and its parent among `count` of them. */
const readsOf = async (count: number): Promise<number> => {
  const store = createMemoryMetaStore();
  await store.write((tx) => {
    for (let index = 0; index < count; index++) {
      createSnapshot(tx, clock, 'Active', `a${index}`, '');
      commitActive(tx, clock, `a${index}`, `c${index}`, USAGE);
      createSnapshot(tx, clock, 'View', `v${index}`, `c${index}`);
    }
  });
  let reads = 0;
  await store.write((tx) => {
    const counted = {
      get: (key: string) => (reads++, tx.get(key)),
      *range(prefix: string) {
        for (const row of tx.range(prefix)) {
          reads++;
          yield row;
        }
      },
      put: (key: string, value: unknown) => tx.put(key, value),
      delete: (key: string) => tx.delete(key),
    };
    removeSnapshot(counted, 'v3');
    removeSnapshot(counted, 'c3');
  });
  return reads;
};

describe('removal', () => {
  it('reads as many rows among many snapshots as among few', async () => {
    expect(await readsOf(1000)).toBe(await readsOf(10));
  });
});
