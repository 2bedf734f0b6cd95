/** The snapshotters of core, unchanged, on a real kernel: ext4 (or whatever /tmp is) and tmpfs. */
import { tmpdir } from 'node:os';
import { register, snapshotterSuite } from '@layerscope/core/conformance';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { describe, it, vi } from 'vitest';
import { requires } from '../requirements.ts';
import { onLinux } from './linux-subjects.ts';

// 128 layers are thousands of real mounts, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(!requires('root', 'linux', 'overlay-mount'))('on Linux', () => {
  for (const [name, parent] of Object.entries({ disk: tmpdir(), tmpfs: '/dev/shm' })) {
    register(
      snapshotterSuite(
        `overlayfs on ${name}`,
        () => onLinux((root, kernel) => createOverlayfsSnapshotter({ root, kernel }), parent),
        { rebase: true, design: 'overlayfs' },
      ),
      { describe, it },
    );
    register(
      snapshotterSuite(
        `native on ${name}`,
        () => onLinux((root, kernel) => createNativeSnapshotter({ root, kernel }), parent),
        { renamesDirectories: true, design: 'native' },
      ),
      { describe, it },
    );
  }
});
