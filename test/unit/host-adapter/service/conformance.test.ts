import { describe, it } from 'vitest';
import { register, snapshotterSuite } from '@layerscope/core/conformance';
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { START, serveInMemory } from './served.ts';

/** The wire loses nothing: every law of the contract holds on the other side of it. */
register(
  snapshotterSuite(
    'overlayfs on the simulated kernel, through the socket',
    async () => {
      const kernel = createSimulatedKernel({ clock: steppingClock(START), random: seededRandom(1) });
      await kernel.disk.mkdir('/scratch', 0o755);
      const served = await serveInMemory(await createOverlayfsSnapshotter({ root: '/var/lib/snapshotter', kernel }));
      return {
        snapshotter: served.remote,
        kernel,
        scratch: '/scratch',
        close: async () => {
          await served.stop();
          await served.snapshotter.close();
        },
      };
    },
    { rebase: true },
  ),
  { describe, it },
);
