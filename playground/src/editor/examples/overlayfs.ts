/**
 * containerd's own design: a snapshot is a directory of changes, and the kernel stacks the directories. Nothing is ever
 * copied when a snapshot is made; a file is copied up when a container first writes to it.
 *
 * Press "Step" and watch what prepare asks of the disk.
 */
import type { Kernel } from '@layerscope/core/kernel';
import type { MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';

interface Ground {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

/** Commit may name a new parent (containerd 2.2+). */
export const traits = { rebase: true } as const;

export const createSnapshotter = (ground: Ground): Promise<Snapshotter> => createOverlayfsSnapshotter(ground);
