/** A node in memory: content store, snapshotter, simulated kernel; and an image to put on it. */
import { expect } from 'vitest';
import { seededRandom, steppingClock, type Tree } from '@layerscope/core/fs';
import { importArchive, resolveImage, type ResolvedImage, type UnpackTarget } from '@layerscope/core/images';
import { createSimulatedKernel, type SimulatedKernel } from '@layerscope/core/kernel';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import type { Info, Snapshotter } from '@layerscope/core/snapshots';
import {
  buildImage,
  layoutFiles,
  newStore,
  stream,
  tar,
  type BuildOptions,
  type BuiltImage,
  type TarFile,
  type TestStore,
} from './fixture.ts';

/** `/etc/motd` changes, `/usr/doc` goes, `/etc/new` comes. */
export const LAYERS: readonly (readonly TarFile[])[] = [
  [
    { name: 'etc/', mode: 0o755 },
    { name: 'etc/motd', content: 'hello' },
    { name: 'usr/' },
    { name: 'usr/doc/' },
    { name: 'usr/doc/a', content: 'a' },
  ],
  [
    { name: 'etc/motd', content: 'changed' },
    { name: 'usr/.wh.doc', content: '' },
  ],
  [{ name: 'etc/new', content: 'new' }],
];

export interface Node extends TestStore, UnpackTarget {
  readonly kernel: SimulatedKernel;
  /** What the snapshotter was asked, as `method key`. */
  readonly calls: string[];
}

/** A snapshotter that writes down what it was asked. */
const recorded = (snapshotter: Snapshotter, calls: string[]): Snapshotter =>
  new Proxy(snapshotter, {
    get: (target, method: keyof Snapshotter) => {
      const original = target[method];
      if (typeof original !== 'function') return original;
      return (...args: readonly unknown[]) => {
        calls.push(`${method} ${String(args[0])}`);
        return Reflect.apply(original, target, args);
      };
    },
  });

export const newNode = async (name: 'overlayfs' | 'native' = 'overlayfs'): Promise<Node> => {
  const kernel = createSimulatedKernel({ clock: steppingClock(5_000_000_000n), random: seededRandom(7) });
  const create = name === 'overlayfs' ? createOverlayfsSnapshotter : createNativeSnapshotter;
  const calls: string[] = [];
  const snapshotter = recorded(await create({ root: `/var/lib/${name}`, kernel }), calls);
  return { ...newStore(), kernel, snapshotter, snapshotterName: name, calls };
};

/** Imports an image as an archive. */
export const imported = async (node: Node, image: BuiltImage): Promise<ResolvedImage> => {
  await importArchive(stream(await tar(layoutFiles([image]))), node.store, { image: 'image.tar' });
  return resolveImage(node.store, image.target, { image: 'image.tar' });
};

/** Builds an image of `LAYERS` and imports it. */
export const built = async (node: Node, options: BuildOptions = {}): Promise<ResolvedImage> =>
  imported(node, await buildImage(LAYERS, options));

/** All snapshots. */
export const snapshots = async ({ snapshotter }: Node): Promise<readonly Info[]> => {
  const all: Info[] = [];
  try {
    await snapshotter.walk((info) => void all.push(info));
  } catch (error) {
    // A store that was never written to.
    expect(error).toMatchObject({ reason: 'store-never-written' });
  }
  return all;
};

/** Mounts a snapshot for as long as `body` runs. */
export const mounted = async <T>(
  { kernel, snapshotter }: Node,
  key: string,
  body: (tree: Tree) => T | Promise<T>,
): Promise<T> => {
  await kernel.disk.mkdir('/mnt', 0o755);
  await kernel.mount(await snapshotter.mounts(key), '/mnt');
  try {
    return await body(await kernel.disk.tree('/mnt'));
  } finally {
    await kernel.unmount('/mnt');
  }
};
