import {
  createMemoryMetaStore,
  createSnapshot,
  commitActive,
  exportSnapshots,
  importSnapshots,
  removeSnapshot,
} from '@layerscope/core/snapshots';
import { steppingClock } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { parseDocument, printDocument } from '../../../../host-adapter/src/metadata/index.ts';

const clock = steppingClock(1_700_000_000_123_456_789n);

const filled = async () => {
  const store = createMemoryMetaStore();
  await store.write((tx) => {
    createSnapshot(tx, clock, 'Active', 'k1', '', { 'containerd.io/gc.root': 'now' });
    commitActive(tx, clock, 'k1', 'base', { inodes: 3, size: 4096 });
    createSnapshot(tx, clock, 'Active', 'k2', 'base');
    createSnapshot(tx, clock, 'View', 'v', 'base');
    removeSnapshot(tx, 'v');
  });
  return store;
};

describe('export and import', () => {
  it('carry everything, so that both stores go on alike', async () => {
    const source = await filled();
    const json = printDocument(source.read(exportSnapshots));
    const target = createMemoryMetaStore();
    await target.write((tx) => importSnapshots(tx, parseDocument(json)));
    expect(target.read((tx) => [...tx.range('')])).toEqual(source.read((tx) => [...tx.range('')]));
    await expect(target.write((tx) => removeSnapshot(tx, 'base'))).rejects.toThrow('cannot remove snapshot with child');
  });

  it('refuse what contradicts itself', async () => {
    const document = (await filled()).read(exportSnapshots);
    const changed = (change: (snapshots: Record<string, unknown>[]) => unknown): string => {
      const copy = JSON.parse(printDocument(document)) as { snapshots: Record<string, unknown>[] };
      change(copy.snapshots);
      return JSON.stringify(copy);
    };
    expect(() => parseDocument('{')).toThrow('this is no list of snapshots');
    expect(() => parseDocument('{}')).toThrow('"format" is not');
    expect(() => parseDocument(changed(([first]) => delete first!['id']))).toThrow('id of snapshot 0 is no number');
    expect(() => parseDocument(changed(([, second]) => (second!['parent'] = 'nobody')))).toThrow(
      'nobody of snapshot k2 is missing',
    );
    expect(() => parseDocument(changed(([, second]) => (second!['id'] = 1)))).toThrow('the same id 1');
    expect(() => parseDocument(changed(([first]) => (first!['created'] = 'yesterday')))).toThrow('no RFC 3339 times');
  });
});
