/**
 * The same calls in the same order: the same snapshots, directories and mounts. Only the place of `index=off` differs: Debian's
 * containerd 1.6 puts it first, 2.x, whose rules are ours, last.
 */
import { createReadStream } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtImage, demo } from '../images/index.ts';
import { memoryNode, type MemoryNode, type SnapshotterName } from '../memory-node.ts';
import { requires } from '../requirements.ts';
import { startContainerd, type Containerd } from './containerd.ts';
import { printedMounts, snapshotRows } from './ctr.ts';
import type { Mount } from '@layerscope/core/kernel';

const inOneOrder = (mounts: readonly Mount[]): readonly Mount[] =>
  mounts.map((mount) => ({ ...mount, options: mount.options.toSorted() }));

const NAMES: readonly SnapshotterName[] = ['overlayfs', 'native'];

describe.skipIf(!requires('root', 'containerd', 'ctr', 'overlay-mount')).each(NAMES)('mounts of %s', (name) => {
  let containerd: Containerd;
  let node: MemoryNode;
  let top = '';
  let bottom = '';

  const ctr = (...args: readonly string[]): string => containerd.ctr(['snapshots', '--snapshotter', name, ...args]);
  const theirs = (key: string): readonly Mount[] =>
    inOneOrder(
      printedMounts(ctr('mounts', '/target', key).replaceAll(`${containerd.folder}/root`, '/var/lib/containerd')),
    );

  beforeAll(async () => {
    const archive = await builtImage(demo);
    containerd = await startContainerd();
    containerd.ctr(['images', 'import', '--snapshotter', name, '--platform', 'linux/amd64', archive]);
    node = await memoryNode(name);
    const { image, chainId } = await node.load(createReadStream(archive), 'demo');
    top = chainId;
    bottom = image.layers[0]!.chainId;
  }, 60_000);
  afterAll(() => containerd?.stop(), 60_000);

  it.each(['nothing', 'one layer', 'all layers'])('prepare and view on %s', async (on) => {
    const parent = { nothing: '', 'one layer': bottom, 'all layers': top }[on]!;
    for (const method of ['prepare', 'view'] as const) {
      const key = `${method} ${on}`.replaceAll(' ', '-');
      const mounts = await node.snapshotter[method](key, parent);
      ctr(...[method, key, parent].filter((word) => word !== ''));
      expect(inOneOrder(mounts)).toEqual(theirs(key));
    }
  });

  it('the tree of snapshots', async () => {
    const rows: { key: string; parent: string; kind: string }[] = [];
    await node.snapshotter.walk(({ name: key, parent, kind }) => void rows.push({ key, parent, kind }));
    expect(rows).toEqual(snapshotRows(ctr('ls')));
    expect(rows.length).toBe(9);
  });

  it('a removed snapshot whose number is not given again', async () => {
    await node.snapshotter.remove('view-all-layers');
    ctr('rm', 'view-all-layers');
    const mounts = await node.snapshotter.view('again', top);
    ctr('view', 'again', top);
    expect(inOneOrder(mounts)).toEqual(theirs('again'));
  });
});
