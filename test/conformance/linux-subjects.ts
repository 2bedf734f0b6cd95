import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SnapshotterSubject } from '@layerscope/core/conformance';
import type { Kernel } from '@layerscope/core/kernel';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { createLinuxKernel } from '../../host-adapter/src/kernel/index.ts';

/** A fresh folder of the machine with a snapshotter on it; `parent` chooses the file system. */
export const onLinux = async (
  make: (root: string, kernel: Kernel) => Promise<Snapshotter>,
  parent: string = tmpdir(),
): Promise<SnapshotterSubject> => {
  const folder = mkdtempSync(join(parent, 'layerscope-linux-'));
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch);
  const kernel = createLinuxKernel();
  const snapshotter = await make(join(folder, 'root'), kernel);
  return {
    snapshotter,
    kernel,
    scratch,
    close: async () => {
      await snapshotter.close();
      await kernel.disk.removeAll(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
