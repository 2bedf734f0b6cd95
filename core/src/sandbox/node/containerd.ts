/** The daemon's stores on a simulated machine: directories under containerd's root, records in memory. */
import { ROOT } from '../../fs/index.ts';
import { LocalContentStore, type ContentStore } from '../../images/index.ts';
import type { SimulatedKernel } from '../../kernel/index.ts';
import type { LayerCodecs } from '../../layers/index.ts';
import type { MetaStore } from '../../snapshots/index.ts';
import { nodeFs } from '../../vfs/index.ts';
import type { SandboxListener } from '../events.ts';
import { createSharedLock, type Backend, type Database } from '../metadata/index.ts';
import { observedSnapshotter } from '../observed-snapshotter.ts';
import type { SnapshotterPlugin } from './snapshotter-plugins.ts';

/** containerd's default root. Each plugin has a directory of its own below it. */
export const CONTAINERD_ROOT = '/var/lib/containerd';

export interface Containerd {
  readonly database: Database;
  /** Every store of records by the name of its file: `meta` and one for each snapshotter. */
  readonly stores: ReadonlyMap<string, MetaStore>;
}

const contentStore = (kernel: SimulatedKernel, codecs: LayerCodecs, meta: MetaStore): ContentStore =>
  new LocalContentStore({
    files: nodeFs(kernel.spawn({ caller: ROOT })).promises,
    root: `${CONTAINERD_ROOT}/io.containerd.content.v1.content`,
    meta,
    clock: kernel.clock,
    codecs,
  });

/** Starts the daemon's part that holds data. */
export const createContainerd = async (
  kernel: SimulatedKernel,
  codecs: LayerCodecs,
  plugins: Readonly<Record<string, SnapshotterPlugin>>,
  listen: SandboxListener,
  openStore: (name: string) => MetaStore,
): Promise<Containerd> => {
  const stores = new Map<string, MetaStore>();
  const store = (name: string): MetaStore => {
    const made = openStore(name);
    stores.set(name, made);
    return made;
  };
  const meta = store('meta');
  const blobs = contentStore(kernel, codecs, store('content'));
  const backends = new Map<string, Backend>();
  for (const [name, plugin] of Object.entries(plugins)) {
    const root = `${CONTAINERD_ROOT}/io.containerd.snapshotter.v1.${name}`;
    const snapshotter = await plugin({ root, kernel, store: store(name) });
    backends.set(name, {
      snapshotter: observedSnapshotter(snapshotter, (call) =>
        listen({ type: 'backend-call', snapshotter: name, ...call }),
      ),
      lock: createSharedLock(),
    });
  }
  return {
    stores,
    database: {
      meta,
      clock: kernel.clock,
      backends,
      blobs,
      publish: (namespace, topic, event) =>
        listen({ type: 'containerd', timestamp: kernel.clock.now(), namespace, topic, event }),
      called: (snapshotter, call) => listen({ type: 'snapshot-call', snapshotter, ...call }),
    },
  };
};
