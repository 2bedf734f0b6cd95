/**
 * Looks right, and is not: three mistakes, each of which somebody really made. Press "Check": the report names the laws
 * they break, with what was expected and what came. Mend one after another.
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
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

export const traits = { renamesDirectories: true } as const;

export const createSnapshotter = async ({ root, kernel, store }: Ground): Promise<Snapshotter> => {
  const { clock, disk } = kernel;
  const tree = (id: string): string => `${root}/${id}`;

  const bind = (id: string, kind: Kind): readonly Mount[] => [
    { type: 'bind', source: tree(id), options: [kind === 'Committed' ? 'ro' : 'rw', 'rbind'] },
  ];

  const create = (kind: Kind, key: string, parent: string, labels = {}): Promise<readonly Mount[]> =>
    store.write(async (tx) => {
      const { id, parentIds } = createSnapshot(tx, clock, kind, key, parent, labels);
      const [nearest] = parentIds;
      await disk.mkdir(tree(id), 0o755);
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
        commitActive(tx, clock, key, name, usage, {
          ...options,
          labels: { ...getInfo(tx, key).info.labels, ...options?.labels },
        });
      }),
    async remove(key) {
      const { id } = await store.write((tx) => removeSnapshot(tx, key));
      await disk.removeAll(tree(id));
    },
    async walk(visit) {
      for (const { info } of store.read((tx) => listInfo(tx, []))) await visit(info);
    },
    close: () => store.close(),
  };
};
