import { seededRandom, steppingClock } from '@layerscope/core/fs';
import type { SnapshotterSubject } from '@layerscope/core/conformance';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import type { Kernel } from '@layerscope/core/kernel';
import type { Snapshotter } from '@layerscope/core/snapshots';
import {
  createBtrfsSnapshotter,
  createNativeSnapshotter,
  createOverlayfsSnapshotter,
} from '@layerscope/core/snapshotters';
import type { OverlayfsOptions } from '@layerscope/core/snapshotters';

const START = 1_700_000_000_000_000_000n;

/** A fresh simulated machine with a snapshotter on it. */
export const onSimulatedKernel = async (
  make: (root: string, kernel: Kernel) => Promise<Snapshotter>,
): Promise<SnapshotterSubject> => {
  const kernel = createSimulatedKernel({ clock: steppingClock(START), random: seededRandom(1) });
  const scratch = '/scratch';
  await kernel.disk.mkdir(scratch, 0o755);
  const snapshotter = await make('/var/lib/snapshotter', kernel);
  return { snapshotter, kernel, scratch, close: () => snapshotter.close() };
};

export const overlayfsOnSimulatedKernel =
  (options: Partial<OverlayfsOptions> = {}) =>
  (): Promise<SnapshotterSubject> =>
    onSimulatedKernel((root, kernel) => createOverlayfsSnapshotter({ root, kernel, ...options }));

export const nativeOnSimulatedKernel = (): Promise<SnapshotterSubject> =>
  onSimulatedKernel((root, kernel) => createNativeSnapshotter({ root, kernel }));

export const btrfsOnSimulatedKernel = (): Promise<SnapshotterSubject> =>
  onSimulatedKernel((root, kernel) => createBtrfsSnapshotter({ root, kernel }));
