/**
 * A registry within reach of the node, so that images can be pushed and pulled without a network. It answers for every
 * host, has its own folder on the machine's disk and its own records, and is no part of containerd: no garbage collector
 * comes here, and it is there again after a crash.
 */
import { ROOT, type Clock } from '../../fs/index.ts';
import { LocalContentStore, type ContentStore, type Descriptor } from '../../images/index.ts';
import type { SimulatedKernel } from '../../kernel/index.ts';
import type { LayerCodecs } from '../../layers/index.ts';
import type { MetaStore } from '../../snapshots/index.ts';
import { nodeFs } from '../../vfs/index.ts';

/** Where its blobs are. */
export const REGISTRY_ROOT = '/var/lib/registry';

export interface Registry {
  /** Its blobs, manifests among them. */
  readonly content: ContentStore;
  /** Full references, in byte order. */
  names(): readonly string[];
  /** What a full reference stands for. */
  resolve(name: string): Descriptor | undefined;
  /** Gives a name to what was put into `content`; one that was given moves. */
  tag(name: string, target: Descriptor): Promise<void>;
}

const TAG = 'tag/';

export const createRegistry = (
  { kernel, clock }: { readonly kernel: SimulatedKernel; readonly clock: Clock },
  codecs: LayerCodecs,
  meta: MetaStore,
): Registry => ({
  content: new LocalContentStore({
    files: nodeFs(kernel.spawn({ caller: ROOT })).promises,
    root: REGISTRY_ROOT,
    meta,
    clock,
    codecs,
  }),
  names: () => meta.read((tx) => [...tx.range(TAG)].map(([key]) => key.slice(TAG.length))),
  resolve: (name) => meta.read((tx) => tx.get(TAG + name) as Descriptor | undefined),
  tag: (name, target) => meta.write((tx) => tx.put(TAG + name, target)),
});
