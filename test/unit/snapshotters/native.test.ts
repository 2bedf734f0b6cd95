import { ROOT, fail } from '@layerscope/core/fs';
import { createMemoryMetaStore } from '@layerscope/core/snapshots';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { createNativeSnapshotter } from '@layerscope/core/snapshotters';
import type { NativeOptions } from '@layerscope/core/snapshotters';
import { describe, expect, it } from 'vitest';
import { newKernel, withDisk } from './machine.ts';

const DIRECTORY = '/var/lib/native/snapshots';

const make = (options: Partial<NativeOptions> = {}): Promise<Snapshotter> =>
  createNativeSnapshotter({ root: '/var/lib/native', kernel: newKernel(), ...options });

describe('a copy', () => {
  it('has everything of the parent, hard links and devices too, and is its own', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel });
    await snapshotter.prepare('key', '');
    const { fs, root } = await kernel.disk.tree(`${DIRECTORY}/1`);
    const file = fs.create(root, 'file', 0o640, ROOT);
    fs.link(file, root, 'link', ROOT);
    fs.mknod(root, 'pipe', 0o010600, 0, ROOT);
    fs.setxattr(file, 'user.a', Uint8Array.of(1), 0, ROOT);
    await snapshotter.commit('base', 'key');
    await snapshotter.prepare('copy', 'base');
    expect(await kernel.disk.readdir(`${DIRECTORY}/2`)).toEqual(['file', 'link', 'pipe']);
    const copy = (await kernel.disk.tree(`${DIRECTORY}/2`)).root;
    const copied = fs.lookup(copy, 'file');
    expect(copied).toBe(fs.lookup(copy, 'link'));
    expect(copied).not.toBe(file);
    expect(copied && fs.getattr(copied)).toMatchObject({ mode: 0o100640, nlink: 2 });
    expect(copied && fs.getxattr(copied, 'user.a')).toEqual(Uint8Array.of(1));
  });

  it('that fails leaves nothing', async () => {
    const kernel = newKernel();
    const full = withDisk(kernel, { copyTree: async () => fail('ENOSPC') });
    const snapshotter = await make({ kernel: full });
    await snapshotter.prepare('key', '');
    await snapshotter.commit('base', 'key');
    await expect(snapshotter.prepare('copy', 'base')).rejects.toThrow(
      /^copying of parent failed: no space left on device$/,
    );
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['1']);
    await expect(snapshotter.stat('copy')).rejects.toThrow('snapshot does not exist: not found');
  });
});

describe('removal', () => {
  it('puts the directory back when the metadata is not removed', async () => {
    const kernel = newKernel();
    const store = createMemoryMetaStore();
    let lost = false;
    const losing = {
      ...store,
      write: ((body) =>
        store.write(async (tx) => {
          const value = await body(tx);
          if (lost) throw new Error('crash');
          return value;
        })) as typeof store.write,
    };
    const snapshotter = await make({ kernel, store: losing });
    await snapshotter.prepare('key', '');
    lost = true;
    await expect(snapshotter.remove('key')).rejects.toThrow('crash');
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['1']);
    expect((await snapshotter.stat('key')).kind).toBe('Active');
  });

  it('tolerates a directory that is gone', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel });
    await snapshotter.prepare('key', '');
    await kernel.disk.removeAll(`${DIRECTORY}/1`);
    await snapshotter.remove('key');
    await expect(snapshotter.stat('key')).rejects.toThrow('not found');
  });

  it('that a crash cut short is undone at the next start, when the snapshot is still there', async () => {
    const kernel = newKernel();
    const store = createMemoryMetaStore();
    const snapshotter = await make({ kernel, store });
    await snapshotter.prepare('key', '');
    await kernel.disk.rename(`${DIRECTORY}/1`, `${DIRECTORY}/rm-1`);
    await make({ kernel, store });
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['1']);
  });
});

describe('texts of refusals', () => {
  it('are those of containerd 2.2', async () => {
    const snapshotter = await make();
    await snapshotter.prepare('k', '');
    await snapshotter.prepare('other', '');
    await expect(snapshotter.commit('k', 'other')).rejects.toThrow(
      'failed to commit snapshot: committed snapshot k: already exists',
    );
    await expect(snapshotter.remove('zz')).rejects.toThrow('failed to remove: snapshot zz: not found');
    await expect(snapshotter.mounts('zz')).rejects.toThrow(
      'failed to get snapshot mount: snapshot does not exist: not found',
    );
  });
});
