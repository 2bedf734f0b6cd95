/**
 * containerd's btrfs snapshotter: a snapshot is a subvolume, and the file system itself makes copies that share
 * everything until it is written.
 *
 *   <root>/active/<id>/      0755  what is being written
 *   <root>/view/<id>/              a read-only snapshot of the parent's (an empty subvolume when there is none)
 *   <root>/snapshots/<id>/         what was committed: a read-only snapshot of the active one, which is deleted then
 *   <root>/…/rm-<id>/              while one is being removed
 *
 * Preparing costs the same on any number of parents and there is no copy-up; counting what a snapshot adds costs a walk
 * over it and its parent.
 */
import type { Btrfs, Kernel, Mount, Usage } from '../kernel/index.ts';
import {
  commitActive,
  createMemoryMetaStore,
  createSnapshot,
  getInfo,
  getSnapshot,
  prefixed,
  refusal,
  removeSnapshot,
} from '../snapshots/index.ts';
import type { Kind, MetaStore, PrepareOptions, Snapshotter } from '../snapshots/index.ts';
import { changedUsage } from './btrfs-usage.ts';
import { NO_USAGE, explain } from './directories.ts';
import { liveIds, storedMethods } from './stored-methods.ts';

export interface BtrfsOptions {
  /** Absolute, on a btrfs; made when missing. One snapshotter owns it. */
  readonly root: string;
  readonly kernel: Kernel;
  /** Where the metadata lives; in memory when absent. The snapshotter closes it. */
  readonly store?: MetaStore;
}

const HOLDERS: { readonly [kind in Kind]: string } = { Active: 'active', View: 'view', Committed: 'snapshots' };

/**
 * Makes the snapshotter, and its directories when they are missing. FailedPrecondition when the root is not on a btrfs.
 *
 * @example
 * const snapshotter = await createBtrfsSnapshotter({ root: '/var/lib/btrfs', kernel });
 * const mounts = await snapshotter.prepare('container-1', '');
 * // [{ type: 'btrfs', source: '/dev/sdb', options: ['subvolid=257'] }]
 */
export const createBtrfsSnapshotter = async (options: BtrfsOptions): Promise<Snapshotter> => {
  const { kernel, root, store = createMemoryMetaStore() } = options;
  const { clock, disk } = kernel;
  await disk.mkdir(root, 0o700);
  const { btrfs, source } = await engine(kernel, root);
  for (const holder of Object.values(HOLDERS)) await disk.mkdir(`${root}/${holder}`, 0o755);

  const path = (kind: Kind, id: string): string => `${root}/${HOLDERS[kind]}/${id}`;
  const removed = (kind: Kind, id: string): string => `${root}/${HOLDERS[kind]}/rm-${id}`;

  const mountsOf = async (kind: Kind, id: string): Promise<readonly Mount[]> => {
    const subvolume = `subvolid=${await btrfs.subvolumeId(path(kind, id))}`;
    return [{ type: 'btrfs', source, options: kind === 'Active' ? [subvolume] : [subvolume, 'ro'] }];
  };

  /** What a crash left at a place whose id is given out (again) belongs to nobody. */
  const makeRoom = async (target: string): Promise<void> => {
    if ((await disk.lstat(target)) !== undefined) await btrfs.deleteSubvolume(target);
  };

  const discard = async (target: string): Promise<void> => {
    try {
      await btrfs.deleteSubvolume(target);
    } catch {
      // The snapshot is gone, whatever becomes of its bytes: what is left is an orphan.
    }
  };

  const create = (kind: Kind, key: string, parent: string, { labels }: PrepareOptions): Promise<readonly Mount[]> =>
    store.write(async (tx) => {
      const { id, parentIds } = createSnapshot(tx, clock, kind, key, parent, labels);
      const [nearest] = parentIds;
      const target = path(kind, id);
      await makeRoom(target);
      try {
        if (nearest !== undefined) await btrfs.snapshot(path('Committed', nearest), target, kind === 'View');
        else {
          await btrfs.createSubvolume(target);
          await told(`failed to chmod ${target}`, disk.chmod(target, 0o755));
        }
        return await mountsOf(kind, id);
      } catch (error) {
        await discard(target);
        throw error;
      }
    });

  const usageOf = async (key: string): Promise<Usage> => {
    const { id, info, usage, parentId } = store.read((tx) => {
      const found = getInfo(tx, key);
      const above =
        found.info.kind === 'Active' && found.info.parent !== '' ? getInfo(tx, found.info.parent).id : undefined;
      return { ...found, parentId: above };
    });
    if (info.kind !== 'Active') return info.kind === 'View' ? NO_USAGE : usage;
    return parentId === undefined
      ? disk.usage(path('Active', id))
      : changedUsage(disk, path('Committed', parentId), path('Active', id));
  };

  /** A crash inside `remove` rolls the metadata back but not the rename: what is still in use gets its name back. */
  const recover = async (): Promise<void> => {
    const live = store.read(liveIds);
    for (const holder of Object.values(HOLDERS)) {
      const names = new Set(await disk.readdir(`${root}/${holder}`));
      for (const name of names) {
        const id = /^rm-(\d+)$/.exec(name)?.[1];
        if (id === undefined || !live.has(id) || names.has(id)) continue;
        await disk.rename(`${root}/${holder}/${name}`, `${root}/${holder}/${id}`);
      }
    }
  };
  await recover();

  return {
    ...storedMethods(store, clock, (info) => info),

    prepare: (key, parent, prepareOptions = {}) => create('Active', key, parent, prepareOptions),
    view: (key, parent, prepareOptions = {}) => create('View', key, parent, prepareOptions),
    usage: usageOf,

    async mounts(key) {
      const { kind, id } = store.read((tx) => explain('failed to get active snapshot', () => getSnapshot(tx, key)));
      return mountsOf(kind, id);
    },

    async commit(name, key, commitOptions = {}) {
      let usage: Usage;
      try {
        usage = await usageOf(key);
      } catch (error) {
        throw prefixed('failed to compute usage', error);
      }
      const id = await store.write(async (tx) => {
        const committed = explain('failed to commit', () => commitActive(tx, clock, key, name, usage, commitOptions));
        await makeRoom(path('Committed', committed));
        await btrfs.snapshot(path('Active', committed), path('Committed', committed), true);
        return committed;
      });
      await discard(path('Active', id));
    },

    async remove(key) {
      let moved: { readonly kind: Kind; readonly id: string } | undefined;
      try {
        await store.write(async (tx) => {
          const { id, kind } = explain('failed to remove snapshot', () => removeSnapshot(tx, key));
          await makeRoom(removed(kind, id));
          await told('failed to rename', disk.rename(path(kind, id), removed(kind, id)));
          moved = { kind, id };
        });
      } catch (error) {
        if (moved !== undefined) await disk.rename(removed(moved.kind, moved.id), path(moved.kind, moved.id));
        throw error;
      }
      if (moved !== undefined) await discard(removed(moved.kind, moved.id));
    },
  };
};

const engine = async (kernel: Kernel, root: string): Promise<{ readonly btrfs: Btrfs; readonly source: string }> => {
  const { btrfs } = kernel;
  const source = await btrfs?.source(root);
  if (btrfs === undefined || source === undefined) throw refusal('not-on-btrfs', { path: root });
  return { btrfs: explained(btrfs), source };
};

/** The same with errors of the contract, which say what was to be done. */
const explained = (btrfs: Btrfs): Btrfs => ({
  ...btrfs,
  createSubvolume: (path) => told(`failed to create subvolume ${path}`, btrfs.createSubvolume(path)),
  snapshot: (from, to, readOnly) => told(`failed to create snapshot ${to}`, btrfs.snapshot(from, to, readOnly)),
  deleteSubvolume: (path) => told(`failed to delete subvolume ${path}`, btrfs.deleteSubvolume(path)),
  subvolumeId: (path) => told(`failed to find subvolume ${path}`, btrfs.subvolumeId(path)),
});

const told = async <T>(prefix: string, call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    throw prefixed(prefix, error);
  }
};
