/** A served snapshotter of this test's own, on a simulated machine, in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import {
  remoteSnapshotter,
  serveSnapshots,
  type CallRecord,
  type SnapshotServer,
} from '../../../../host-adapter/src/service/index.ts';

export interface Served {
  readonly address: string;
  readonly folder: string;
  readonly snapshotter: Snapshotter;
  readonly server: SnapshotServer;
  /** The same snapshotter through the socket. */
  readonly remote: Required<Snapshotter>;
  readonly calls: readonly CallRecord[];
  stop(): Promise<void>;
}

export const START = 1_700_000_000_123_456_789n;

export const newSnapshotter = (name: 'overlayfs' | 'native' = 'overlayfs'): Promise<Snapshotter> => {
  const kernel = createSimulatedKernel({ clock: steppingClock(START), random: seededRandom(1) });
  const create = name === 'native' ? createNativeSnapshotter : createOverlayfsSnapshotter;
  return create({ root: '/var/lib/snapshotter', kernel });
};

export const serveInMemory = async (given?: Snapshotter): Promise<Served> => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-service-'));
  const address = join(folder, 'sock');
  const snapshotter = given ?? (await newSnapshotter());
  const calls: CallRecord[] = [];
  const server = await serveSnapshots({ snapshotter, address, onCall: (record) => void calls.push(record) });
  const remote = remoteSnapshotter({ address, snapshotter: 'layerscope' });
  return {
    address,
    folder,
    snapshotter,
    server,
    remote,
    calls,
    stop: async () => {
      await remote.close();
      await server.drain(5);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
