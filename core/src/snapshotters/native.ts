/**
 * containerd's native snapshotter: a snapshot is a whole directory tree, made by copying its parent's.
 *
 *   <root>/snapshots/      0700
 *     new-<random>/        while a snapshot is being made
 *     rm-<id>/             while one is being removed
 *     <id>/                0755  the whole tree; views on a parent have none, they bind the parent's
 *
 * It needs nothing of the kernel but bind mounts, and shows what overlayfs saves: preparing costs a copy of everything,
 * and every snapshot's usage counts its parents' files again.
 */
import type { Kernel, Mount } from '../kernel/index.ts';
import {
  commitActive,
  createMemoryMetaStore,
  createSnapshot,
  getId,
  getInfo,
  getSnapshot,
  prefixed,
  removeSnapshot,
} from '../snapshots/index.ts';
import type { Kind, MetaStore, PrepareOptions, Snapshotter, StoredSnapshot } from '../snapshots/index.ts';
import { NO_USAGE, abandoned, discard, explain, installDirectory } from './directories.ts';
import { liveIds, storedMethods } from './stored-methods.ts';

export interface NativeOptions {
  /** Absolute; made when missing. One snapshotter owns it. */
  readonly root: string;
  readonly kernel: Kernel;
  /** Where the metadata lives; in memory when absent. The snapshotter closes it. */
  readonly store?: MetaStore;
}

/**
 * Makes the snapshotter, and its directories when they are missing.
 *
 * @example
 * const snapshotter = await createNativeSnapshotter({ root: '/var/lib/native', kernel });
 * const mounts = await snapshotter.prepare('container-1', '');
 * // [{ type: 'bind', source: '/var/lib/native/snapshots/1', options: ['rbind', 'rw'] }]
 */
export const createNativeSnapshotter = async (options: NativeOptions): Promise<Snapshotter> => {
  const { kernel, root, store = createMemoryMetaStore() } = options;
  const { clock, disk } = kernel;
  const snapshots = `${root}/snapshots`;
  await disk.mkdir(root, 0o700);
  await disk.mkdir(snapshots, 0o700);

  const tree = (id: string): string => `${snapshots}/${id}`;
  const removed = (id: string): string => `${snapshots}/rm-${id}`;

  const mountsOf = ({ kind, id, parentIds }: StoredSnapshot): readonly Mount[] => {
    const source = kind === 'View' ? (parentIds[0] ?? id) : id;
    return [{ type: 'bind', source: tree(source), options: ['rbind', kind === 'View' ? 'ro' : 'rw'] }];
  };

  const makeTree = async ({ id, parentIds: [nearest] }: StoredSnapshot): Promise<void> => {
    let doing = 'failed to create temp dir';
    let temporary: string | undefined;
    try {
      temporary = await disk.makeTemporary(`${snapshots}/new-`);
      doing = `failed to chmod ${temporary} to 0755`;
      await disk.chmod(temporary, 0o755);
      doing = 'copying of parent failed';
      if (nearest !== undefined) await disk.copyTree(tree(nearest), temporary);
      doing = 'failed to rename';
      await installDirectory(disk, temporary, tree(id));
    } catch (error) {
      throw await abandoned(disk, temporary, prefixed(doing, error));
    }
  };

  const create = (kind: Kind, key: string, parent: string, { labels }: PrepareOptions): Promise<readonly Mount[]> =>
    store.write(async (tx) => {
      const snapshot = explain('failed to create snapshot', () => createSnapshot(tx, clock, kind, key, parent, labels));
      if (kind === 'Active' || parent === '') await makeTree(snapshot);
      return mountsOf(snapshot);
    });

  /**
   * A crash inside `remove` rolls the metadata back but not the rename, and the snapshot would be there without its
   * files: what is still in use gets its name back.
   */
  const recover = async (): Promise<void> => {
    const live = store.read(liveIds);
    for (const name of await disk.readdir(snapshots)) {
      const id = /^rm-(\d+)$/.exec(name)?.[1];
      if (id !== undefined && live.has(id)) await disk.rename(removed(id), tree(id));
    }
  };
  await recover();

  return {
    ...storedMethods(store, clock, (info) => info),

    prepare: (key, parent, prepareOptions = {}) => create('Active', key, parent, prepareOptions),
    view: (key, parent, prepareOptions = {}) => create('View', key, parent, prepareOptions),

    async mounts(key) {
      return mountsOf(store.read((tx) => explain('failed to get snapshot mount', () => getSnapshot(tx, key))));
    },

    async usage(key) {
      const { id, info, usage } = store.read((tx) => getInfo(tx, key));
      return info.kind === 'Active' ? disk.usage(tree(id)) : info.kind === 'View' ? NO_USAGE : usage;
    },

    commit: (name, key, commitOptions = {}) =>
      store.write(async (tx) => {
        const id = getId(tx, key);
        // A view on a parent has no tree to measure; the machine refuses it next.
        const usage = (await disk.lstat(tree(id))) === undefined ? NO_USAGE : await disk.usage(tree(id));
        explain('failed to commit snapshot', () => commitActive(tx, clock, key, name, usage, commitOptions));
      }),

    async remove(key) {
      let moved: string | undefined;
      try {
        await store.write(async (tx) => {
          const { id } = explain('failed to remove', () => removeSnapshot(tx, key));
          if ((await disk.lstat(tree(id))) === undefined) return;
          try {
            await disk.rename(tree(id), removed(id));
          } catch (error) {
            throw prefixed('failed to rename', error);
          }
          moved = id;
        });
      } catch (error) {
        if (moved !== undefined) await disk.rename(removed(moved), tree(moved));
        throw error;
      }
      if (moved !== undefined) await discard(disk, [removed(moved)]);
    },
  };
};
