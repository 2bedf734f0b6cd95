/**
 * Yours. It begins as native: every snapshot is a whole copy of its parent, in a directory of its own.
 *
 *   Step      a layer and a container, one call after another
 *   Check     all laws of containerd's snapshotter contract
 *   Compare   what it costs beside overlayfs and native
 *   Download  the file runs as it is: layerscope serve --snapshotter ./my-snapshotter.ts
 *
 * The store keeps what must not get lost; `createSnapshot`, `commitActive` and `removeSnapshot` write to it and refuse
 * what containerd refuses, with its words.
 */
import type { Kernel, Mount } from '@layerscope/core/kernel';
import {
  commitActive,
  createSnapshot,
  getInfo,
  getSnapshot,
  listInfo,
  removeSnapshot,
  updateInfo,
  type Kind,
  type MetaStore,
  type Snapshotter,
} from '@layerscope/core/snapshots';

interface Ground {
  /** A directory of the disk that is yours. */
  readonly root: string;
  /** The machine: its disk, its mounts, its clock. */
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

/** What it promises beyond the contract. */
export const traits = { renamesDirectories: true } as const;

export const createSnapshotter = async ({ root, kernel, store }: Ground): Promise<Snapshotter> => {
  const { clock, disk } = kernel;
  const tree = (id: string): string => `${root}/${id}`;

  const bind = (id: string, kind: Kind): readonly Mount[] => [
    { type: 'bind', source: tree(id), options: [kind === 'View' ? 'ro' : 'rw', 'rbind'] },
  ];

  const create = (kind: Kind, key: string, parent: string, labels = {}): Promise<readonly Mount[]> =>
    store.write(async (tx) => {
      const { id, parentIds } = createSnapshot(tx, clock, kind, key, parent, labels);
      const [nearest] = parentIds;
      await disk.mkdir(tree(id), 0o755);
      // This line is what it costs: everything is copied, whether it will be changed or not.
      if (nearest !== undefined) await disk.copyTree(tree(nearest), tree(id));
      return bind(id, kind);
    });

  return {
    stat: async (key) => store.read((tx) => getInfo(tx, key).info),
    update: (info, ...fieldpaths) => store.write((tx) => updateInfo(tx, clock, info, fieldpaths)),
    async usage(key) {
      const { id, info, usage } = store.read((tx) => getInfo(tx, key));
      return info.kind === 'Active' ? disk.usage(tree(id)) : usage;
    },
    async mounts(key) {
      const { id, kind } = store.read((tx) => getSnapshot(tx, key));
      return bind(id, kind);
    },
    prepare: (key, parent, options) => create('Active', key, parent, options?.labels),
    view: (key, parent, options) => create('View', key, parent, options?.labels),
    commit: (name, key, options) =>
      store.write(async (tx) => {
        const usage = await disk.usage(tree(getInfo(tx, key).id));
        commitActive(tx, clock, key, name, usage, options);
      }),
    async remove(key) {
      const { id } = await store.write((tx) => removeSnapshot(tx, key));
      await disk.removeAll(tree(id));
    },
    async walk(visit, ...filters) {
      for (const { info } of store.read((tx) => listInfo(tx, filters))) await visit(info);
    },
    close: () => store.close(),
  };
};
