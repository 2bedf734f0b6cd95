/** The tree of every real image is what GNU tar and the OCI whiteout rules make of it on disk. */
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDirectory } from '@layerscope/core/fs';
import { command } from '../../command.ts';
import * as images from '../../images/index.ts';
import { requires } from '../../requirements.ts';
import { loadImage, newSandbox, SANDBOX_BEGINS } from '../../sandbox-image.ts';
import { coreTree } from '../../trees/core-tree.ts';
import { hostTree } from '../../trees/host-tree.ts';
import { differences, listing, type TreeRecord } from '../../trees/record.ts';
import { extractByTar } from '../../trees/tar-tree.ts';

const MINUTE = 60_000;

const recipes = [
  images.demo,
  images.umociLayers,
  images.dockerArchive,
  images.zstdArchive,
  images.gnuTarLayers,
  images.gnuSparse,
  images.busybox,
  images.debian,
];

/**
 * Where GNU tar keeps a time that containerd does not: before 1970 and beyond 2262 (containerd: 1970-01-01), and of a
 * directory that a layer has entries below but none for (containerd makes it in the upper directory: now).
 */
const inContainerdsTime = (theirs: readonly TreeRecord[], ours: readonly TreeRecord[]): readonly TreeRecord[] => {
  const unnamed = new Map(
    ours
      .filter(({ mode, mtime }) => isDirectory(mode) && mtime >= SANDBOX_BEGINS)
      .map(({ path, mtime }) => [path, mtime]),
  );
  return theirs.map((record) => ({
    ...record,
    mtime: unnamed.get(record.path) ?? (record.mtime < 0n || record.mtime >= 2n ** 63n ? 0n : record.mtime),
  }));
};

const needs = ['root', 'tar', 'zstd', 'trusted-xattrs', ...recipes.flatMap((recipe) => recipe.needs)] as const;

describe.skipIf(!requires(...needs))('images here and by GNU tar', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-by-tar-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }), MINUTE);

  const archiveOf = (image: string): string => {
    if (!statSync(image).isDirectory()) return image;
    command('tar', ['-cf', join(folder, 'image.tar'), '-C', image, '.']);
    return join(folder, 'image.tar');
  };

  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    '%s',
    async (name, recipe) => {
      const image = await images.builtImage(recipe);
      const [root, scratch] = [join(folder, 'root'), join(folder, 'scratch')];
      for (const made of [root, scratch]) mkdirSync(made);
      await extractByTar(image, root, scratch);
      const { view } = await loadImage(await newSandbox('overlayfs'), createReadStream(archiveOf(image)), name);

      const tree = coreTree(await view());
      const ours = listing(tree, { root: false });
      const theirs = listing(inContainerdsTime(hostTree(root), tree), { root: false });
      expect(differences(ours, theirs)).toEqual([]);
      expect(ours.length).toBeGreaterThan(2);
    },
    5 * MINUTE,
  );
});
