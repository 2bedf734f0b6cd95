/** A containerd node in memory, put together by hand from the parts of core; the same in Node and in a browser. */
import { createVolume, seededRandom, steppingClock, type Tree } from '@layerscope/core/fs';
import {
  ContentStore,
  importArchive,
  resolveImage,
  selectImage,
  unpackImage,
  type ResolvedImage,
} from '@layerscope/core/images';
import { createSimulatedKernel, type Mount, type SimulatedKernel } from '@layerscope/core/kernel';
import { createMemoryMetaStore, type Snapshotter } from '@layerscope/core/snapshots';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';

export type SnapshotterName = 'overlayfs' | 'native';

export interface MemoryNode {
  readonly kernel: SimulatedKernel;
  readonly store: ContentStore;
  readonly snapshotter: Snapshotter;
  /** Imports the only image of an archive and unpacks it; answers it and its top chain ID. */
  load(archive: AsyncIterable<Uint8Array>, image: string): Promise<{ image: ResolvedImage; chainId: string }>;
  /** Mounts a view of a committed snapshot and answers its tree; `key` is that of the view, and unique. */
  view(key: string, chainId: string): Promise<Tree>;
  mount(mounts: readonly Mount[], target: string): Promise<Tree>;
}

/** When time begins in a node: later than anything an image was made at. */
export const NODE_BEGINS: bigint = 2_000_000_000_000_000_000n;

/** Time begins at `NODE_BEGINS` and chance at seed 1: two nodes given the same do the same. */
export const memoryNode = async (snapshotterName: SnapshotterName): Promise<MemoryNode> => {
  const clock = steppingClock(NODE_BEGINS);
  const kernel = createSimulatedKernel({ clock, random: seededRandom(1) });
  const root = `/var/lib/containerd/io.containerd.snapshotter.v1.${snapshotterName}`;
  const snapshotter = await (snapshotterName === 'native'
    ? createNativeSnapshotter({ root, kernel })
    : createOverlayfsSnapshotter({ root, kernel }));
  const store = new ContentStore({
    files: createVolume().promises,
    root: '/content',
    meta: createMemoryMetaStore(),
    clock,
  });
  const mount = async (mounts: readonly Mount[], target: string): Promise<Tree> => {
    await kernel.disk.mkdir(target, 0o755);
    await kernel.mount(mounts, target);
    return kernel.disk.tree(target);
  };
  return {
    kernel,
    store,
    snapshotter,
    mount,
    load: async (archive, name) => {
      const { target } = selectImage(await importArchive(archive, store, { image: name }), undefined, { image: name });
      const image = await resolveImage(store, target, { image: name });
      const { chainId } = await unpackImage(image, store, { snapshotter, snapshotterName, kernel });
      return { image, chainId };
    },
    view: async (key, chainId) => mount(await snapshotter.view(key, chainId), `/mnt/${key}`),
  };
};
