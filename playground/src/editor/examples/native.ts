/**
 * The simplest design: every snapshot is a whole copy of its parent. It needs nothing of the kernel but bind mounts, and
 * pays for it with every prepare. Compare the costs.
 */
import type { Kernel } from '@layerscope/core/kernel';
import type { MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import { createNativeSnapshotter } from '@layerscope/core/snapshotters';

interface Ground {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

/** A directory of a parent can be renamed: there is no overlay in between. */
export const traits = { renamesDirectories: true } as const;

export const createSnapshotter = (ground: Ground): Promise<Snapshotter> => createNativeSnapshotter(ground);
