/** The snapshotters a node has, by containerd's plugin ids. */
import type { Kernel } from '../../kernel/index.ts';
import type { MetaStore, Snapshotter } from '../../snapshots/index.ts';
import {
  createBtrfsSnapshotter,
  createNativeSnapshotter,
  createOverlayfsSnapshotter,
} from '../../snapshotters/index.ts';

/** Makes a snapshotter of a node. `root` is its own directory; `store` its metadata.db. */
export type SnapshotterPlugin = (options: {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}) => Promise<Snapshotter>;

/** Those that come with Layerscope. */
export const SNAPSHOTTER_PLUGINS: Readonly<Record<string, SnapshotterPlugin>> = {
  overlayfs: createOverlayfsSnapshotter,
  native: createNativeSnapshotter,
  btrfs: createBtrfsSnapshotter,
};

/** The snapshotters that unpack every image alike on every machine; what the command line offers. */
export const SNAPSHOTTER_NAMES = ['overlayfs', 'native'] as const;
export type SnapshotterName = (typeof SNAPSHOTTER_NAMES)[number];
