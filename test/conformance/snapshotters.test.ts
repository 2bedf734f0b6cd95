import { register, snapshotterSuite } from '@layerscope/core/conformance';
import { describe, it, vi } from 'vitest';
import { btrfsOnSimulatedKernel, nativeOnSimulatedKernel, overlayfsOnSimulatedKernel } from './subjects.ts';

// A law may build 128 layers: on a busy machine that takes a while.
vi.setConfig({ testTimeout: 60_000 });
const runner = { describe, it };

register(
  snapshotterSuite('overlayfs on the simulated kernel', overlayfsOnSimulatedKernel(), {
    rebase: true,
    design: 'overlayfs',
  }),
  runner,
);

register(
  snapshotterSuite(
    'overlayfs with every option on the simulated kernel',
    overlayfsOnSimulatedKernel({ upperdirLabel: true, syncRemove: true, remapIds: true }),
    { rebase: true, design: 'overlayfs' },
  ),
  runner,
);

register(
  snapshotterSuite('native on the simulated kernel', nativeOnSimulatedKernel, {
    renamesDirectories: true,
    design: 'native',
  }),
  runner,
);

register(
  snapshotterSuite('btrfs on the simulated kernel', btrfsOnSimulatedKernel, { renamesDirectories: true }),
  runner,
);
