/**
 * Every real image, imported by containerd and by us from the same archive: the same snapshots, and the same tree down to
 * times, attributes and links.
 */
import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../command.ts';
import * as images from '../../images/index.ts';
import { builtImage, type ImageRecipe } from '../../images/index.ts';
import { loadImage, newSandbox, SANDBOX_BEGINS } from '../../sandbox-image.ts';
import { requires } from '../../requirements.ts';
import { coreTree } from '../../trees/core-tree.ts';
import { hostTree } from '../../trees/host-tree.ts';
import { differences, listing } from '../../trees/record.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { snapshotRows } from '../daemons/ctr.ts';

const NEEDED = ['root', 'containerd', 'ctr', 'overlay-mount', 'trusted-xattrs'] as const;
const MINUTE = 60_000;
const SNAPSHOTTERS = ['overlayfs', 'native'] as const;

const accepted: readonly ImageRecipe[] = [
  images.demo,
  images.gzipArchive,
  images.dockerArchive,
  images.zstdArchive,
  images.gnuTarLayers,
  images.busybox,
  images.debian,
];

describe.skipIf(!requires(...NEEDED, ...accepted.flatMap(({ needs }) => needs)))(
  'images in containerd and here',
  () => {
    let containerd: Containerd;
    /** Layers that images share are unpacked once: what is as old as the daemon is `now`. */
    let begin: bigint;
    beforeAll(async () => {
      for (const recipe of [...accepted, images.directoryBecameFile, images.gnuSparse]) await builtImage(recipe);
      begin = BigInt(Date.now()) * 1_000_000n;
      containerd = await startContainerd();
    }, 5 * MINUTE);
    afterAll(() => containerd?.stop(), MINUTE);

    const archiveOf = async (recipe: ImageRecipe): Promise<string> => {
      const path = await builtImage(recipe);
      if (!statSync(path).isDirectory()) return path;
      const tar = join(containerd.folder, `${recipe.name}.tar`);
      command('tar', ['-cf', tar, '-C', path, '.']);
      return tar;
    };

    const imported = (recipe: ImageRecipe, archive: string, snapshotter: string): string =>
      containerd.ctr([
        'images',
        'import',
        '--snapshotter',
        snapshotter,
        '--platform',
        'linux/amd64',
        '--base-name',
        `layerscope.test/${recipe.name}`,
        archive,
      ]);

    /** The tree of a snapshot as containerd mounts it. */
    const containerdTree = (snapshotter: string, chainId: string, key: string): readonly string[] => {
      const target = join(containerd.folder, key);
      mkdirSync(target);
      command('bash', ['-eu'], {
        input: containerd.ctr(['snapshots', '--snapshotter', snapshotter, 'view', '--target', target, key, chainId]),
      });
      try {
        return listing(hostTree(target), { root: false, now: begin });
      } finally {
        command('umount', [target]);
      }
    };

    describe.each(SNAPSHOTTERS)('%s', (snapshotterName) => {
      it.each(accepted.map((recipe) => [recipe.name, recipe] as const))('%s', async (name, recipe) => {
        const archive = await archiveOf(recipe);
        const { sandbox, image, chainId, view } = await loadImage(
          await newSandbox(snapshotterName),
          createReadStream(archive),
          name,
        );
        imported(recipe, archive, snapshotterName);

        const theirs = snapshotRows(containerd.ctr(['snapshots', '--snapshotter', snapshotterName, 'ls']));
        for (const [index, layer] of image.layers.entries()) {
          const parent = image.layers[index - 1]?.chainId ?? '';
          expect(theirs).toContainEqual({ key: layer.chainId, parent, kind: 'Committed' });
          expect(await sandbox.snapshotter.stat(layer.chainId)).toMatchObject({ kind: 'Committed', parent });
        }
        const ours = listing(coreTree(await view()), { root: false, now: SANDBOX_BEGINS });
        const real = containerdTree(snapshotterName, chainId, `${snapshotterName}-${name}`);
        expect(differences(ours, real)).toEqual([]);
        expect(ours.length).toBeGreaterThan(5);
      });
    });

    it('a directory that became a file is refused by both, and leaves the layers below only', async () => {
      const archive = await archiveOf(images.directoryBecameFile);
      const sandbox = await newSandbox('overlayfs');
      await expect(loadImage(sandbox, createReadStream(archive), 'broken')).rejects.toThrow(/[Nn]ot a directory/);
      const ours: string[] = [];
      await sandbox.snapshotter.walk(({ name }) => void ours.push(name));
      expect(() => imported(images.directoryBecameFile, archive, 'overlayfs')).toThrow('not a directory');
      const theirs = snapshotRows(containerd.ctr(['snapshots', 'ls'])).map(({ key }) => key);
      expect(ours).toHaveLength(1);
      expect(theirs).toContain(ours[0]);
      expect(theirs.filter((key) => key.startsWith('extract-'))).toEqual([]);
    });

    it('old GNU sparse files are refused by containerd and read here', async () => {
      const archive = await archiveOf(images.gnuSparse);
      expect(() => imported(images.gnuSparse, archive, 'overlayfs')).toThrow('unhandled tar header type 83');
      const { view } = await loadImage(await newSandbox('overlayfs'), createReadStream(archive), 'sparse');
      expect(coreTree(await view()).map(({ path, size }) => [path, size])).toContainEqual(['hole', 67_108_864]);
    });
  },
);
