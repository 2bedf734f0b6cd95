/** The btrfs snapshotter on a real btrfs, which every case of the suite passes on the simulated machine, too. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register, snapshotterSuite } from '@layerscope/core/conformance';
import { createMemoryMetaStore } from '@layerscope/core/snapshots';
import { createBtrfsSnapshotter } from '@layerscope/core/snapshotters';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLinuxKernel } from '../../host-adapter/src/kernel/index.ts';
import { recoverRoot } from '../../host-adapter/src/recovery/index.ts';
import { requires } from '../requirements.ts';
import { type BtrfsImage, createBtrfsImage } from './btrfs-image.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const kernel = createLinuxKernel();

describe.skipIf(!requires('root', 'linux', 'mkfs.btrfs'))('on Linux', () => {
  let image: BtrfsImage;
  beforeAll(() => {
    image = createBtrfsImage();
  });
  afterAll(() => image?.remove());

  const newRoot = (): string => mkdtempSync(join(image.mounted, 'root-'));

  register(
    snapshotterSuite(
      'btrfs',
      async () => {
        const scratch = mkdtempSync(join(tmpdir(), 'layerscope-linux-'));
        const snapshotter = await createBtrfsSnapshotter({ root: newRoot(), kernel });
        return {
          snapshotter,
          kernel,
          scratch,
          close: async () => {
            await snapshotter.close();
            rmSync(scratch, { recursive: true, force: true });
          },
        };
      },
      { renamesDirectories: true },
    ),
    { describe, it },
  );

  it('mounts subvolumes from the device, read-only unless active', async () => {
    const snapshotter = await createBtrfsSnapshotter({ root: newRoot(), kernel });
    const source = await kernel.btrfs!.source(image.mounted);
    expect(source).toMatch(/^\/dev\/loop\d+$/);
    const number = expect.stringMatching(/^subvolid=\d+$/);
    expect(await snapshotter.prepare('a', '')).toEqual([{ type: 'btrfs', source, options: [number] }]);
    await snapshotter.commit('base', 'a');
    expect(await snapshotter.view('v', 'base')).toEqual([{ type: 'btrfs', source, options: [number, 'ro'] }]);
  });

  it('counts what an active snapshot adds to its parent, not what they share', async () => {
    const root = newRoot();
    const snapshotter = await createBtrfsSnapshotter({ root, kernel });
    await snapshotter.prepare('a', '');
    writeFileSync(join(root, 'active', '1', 'big'), Buffer.alloc(1 << 20, 1));
    await snapshotter.commit('base', 'a');
    await snapshotter.prepare('b', 'base');
    expect(await snapshotter.usage('b')).toEqual({ inodes: 0, size: 0 });
    writeFileSync(join(root, 'active', '2', 'small'), 'x');
    const { inodes, size } = await snapshotter.usage('b');
    expect(inodes).toBe(1);
    expect(size).toBeLessThan(1 << 20);
  });

  it('removes a snapshot in which a container made subvolumes', async () => {
    const root = newRoot();
    const snapshotter = await createBtrfsSnapshotter({ root, kernel });
    await snapshotter.prepare('a', '');
    mkdirSync(join(root, 'active', '1', 'deep'));
    await kernel.btrfs!.createSubvolume(join(root, 'active', '1', 'deep', 'nested'));
    await snapshotter.remove('a');
    expect(readdirSync(join(root, 'active'))).toEqual([]);
  });

  it('is put in order after crashes at every step', async () => {
    const root = newRoot();
    const store = createMemoryMetaStore();
    const snapshotter = await createBtrfsSnapshotter({ root, kernel, store });
    await snapshotter.prepare('a', '');
    await snapshotter.commit('base', 'a');
    await snapshotter.prepare('b', 'base');
    // Prepared but never recorded; committed on disk but not recorded; recorded but not cleaned up; removal not recorded.
    await kernel.btrfs!.createSubvolume(join(root, 'active', '3'));
    await kernel.btrfs!.snapshot(join(root, 'active', '2'), join(root, 'snapshots', '2'), true);
    await kernel.btrfs!.createSubvolume(join(root, 'active', '1'));
    await kernel.disk.rename(join(root, 'active', '2'), join(root, 'active', 'rm-2'));
    const { repaired, left } = await recoverRoot({ root, design: 'btrfs', kernel, store });
    expect(left).toEqual([]);
    expect(repaired.map(({ finding: { kind }, failure }) => [kind, failure]).toSorted()).toEqual([
      ['orphan-directory', undefined],
      ['orphan-directory', undefined],
      ['orphan-directory', undefined],
      ['undone-removal', undefined],
    ]);
    expect(readdirSync(join(root, 'active'))).toEqual(['2']);
    expect(readdirSync(join(root, 'snapshots'))).toEqual(['1']);
    await snapshotter.commit('top', 'b');
    expect(existsSync(join(root, 'snapshots', '2'))).toBe(true);
  });

  it('refuses a root on another file system', async () => {
    const elsewhere = mkdtempSync('/dev/shm/layerscope-linux-');
    try {
      await expect(createBtrfsSnapshotter({ root: elsewhere, kernel })).rejects.toThrow(
        `path ${elsewhere} must be a btrfs filesystem`,
      );
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});
