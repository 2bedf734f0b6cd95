/**
 * The same calls in the same order: the same snapshots, directories and mounts. Only the place of `index=off` differs: Debian's
 * containerd 1.6 puts it first, 2.x, whose rules are ours, last.
 */
import { createReadStream } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtImage, demo } from '../../images/index.ts';
import { loadImage, newSandbox } from '../../sandbox-image.ts';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { printedMounts, snapshotRows } from '../daemons/ctr.ts';
import type { Mount } from '@layerscope/core/kernel';
import { SNAPSHOTTER_NAMES } from '@layerscope/core/sandbox';
import type { Snapshotter } from '@layerscope/core/snapshots';

const inOneOrder = (mounts: readonly Mount[]): readonly Mount[] =>
  mounts.map((mount) => ({ ...mount, options: mount.options.toSorted() }));

describe.skipIf(!requires('root', 'containerd', 'ctr', 'overlay-mount')).each(SNAPSHOTTER_NAMES)(
  'mounts of %s',
  (name) => {
    let containerd: Containerd;
    let snapshotter: Snapshotter;
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
      const loaded = await loadImage(await newSandbox(name), createReadStream(archive), 'demo');
      ({ snapshotter } = loaded.sandbox);
      top = loaded.chainId;
      bottom = loaded.image.layers[0]!.chainId;
    }, 60_000);
    afterAll(() => containerd?.stop(), 60_000);

    it.each(['nothing', 'one layer', 'all layers'])('prepare and view on %s', async (on) => {
      const parent = { nothing: '', 'one layer': bottom, 'all layers': top }[on]!;
      for (const method of ['prepare', 'view'] as const) {
        const key = `${method} ${on}`.replaceAll(' ', '-');
        const mounts = await snapshotter[method](key, parent);
        ctr(...[method, key, parent].filter((word) => word !== ''));
        expect(inOneOrder(mounts)).toEqual(theirs(key));
      }
    });

    it('the tree of snapshots', async () => {
      const rows: { key: string; parent: string; kind: string }[] = [];
      await snapshotter.walk(({ name: key, parent, kind }) => void rows.push({ key, parent, kind }));
      expect(rows).toEqual(snapshotRows(ctr('ls')));
      expect(rows.length).toBe(9);
    });

    it('a removed snapshot whose number is not given again', async () => {
      await snapshotter.remove('view-all-layers');
      ctr('rm', 'view-all-layers');
      const mounts = await snapshotter.view('again', top);
      ctr('view', 'again', top);
      expect(inOneOrder(mounts)).toEqual(theirs('again'));
    });
  },
);
