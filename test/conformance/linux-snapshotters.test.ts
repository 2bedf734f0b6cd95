/** The snapshotters of core, unchanged, on a real kernel: ext4 (or whatever /tmp is) and tmpfs. */
import { tmpdir } from 'node:os';
import { register, snapshotterSuite } from '@layerscope/core/conformance';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { describe, it } from 'vitest';
import { requires } from '../requirements.ts';
import { onLinux } from './linux-subjects.ts';

const runner = { describe: describe.skipIf(!requires('root', 'linux', 'overlay-mount')), it };

const TIMEOUT = 60_000;
const slow = { ...runner, it: (name: string, body: () => Promise<void>) => it(name, body, TIMEOUT) };

for (const [name, parent] of Object.entries({ disk: tmpdir(), tmpfs: '/dev/shm' })) {
  register(
    snapshotterSuite(
      `overlayfs on Linux, on ${name}`,
      () => onLinux((root, kernel) => createOverlayfsSnapshotter({ root, kernel }), parent),
      { rebase: true, design: 'overlayfs' },
    ),
    slow,
  );
  register(
    snapshotterSuite(
      `native on Linux, on ${name}`,
      () => onLinux((root, kernel) => createNativeSnapshotter({ root, kernel }), parent),
      { renamesDirectories: true, design: 'native' },
    ),
    slow,
  );
}
