/**
 * containerd's overlayfs snapshotter (2.x): a snapshot is a directory of changes, the kernel stacks them.
 *
 *   <root>/snapshots/      0700
 *     new-<random>/        while a snapshot is being made
 *     <id>/                0700
 *       fs/                0755  the changes: upper while active, lower once committed
 *       work/              0711  overlayfs's scratch space; only of active snapshots, stays after commit
 *
 * Nothing is ever copied: a parent is one more lower directory. Hence a snapshot costs what it changes, and a commit
 * costs measuring it. The writer lock of the store is the only lock: directories are made and renamed inside the
 * transaction, so that `cleanup` never takes a snapshot in the making for an orphan.
 */
import { FsError } from '../fs/index.ts';
import type { Kernel, Mount } from '../kernel/index.ts';
import {
  LABEL_OVERLAY_UPPERDIR,
  commitActive,
  createMemoryMetaStore,
  createSnapshot,
  getId,
  getInfo,
  getSnapshot,
  mappedOwner,
  prefixed,
  removeSnapshot,
} from '../snapshots/index.ts';
import type {
  Info,
  Kind,
  Labels,
  MetaStore,
  Owner,
  PrepareOptions,
  Snapshotter,
  StoredSnapshot,
} from '../snapshots/index.ts';
import { NO_USAGE, abandoned, discard, explain, installDirectory } from './directories.ts';
import { idMapOptions, overlayMounts, overlayOptions } from './overlay-mounts.ts';
import { liveIds, storedMethods } from './stored-methods.ts';

export interface OverlayfsOptions {
  /** Absolute; made when missing. One snapshotter owns it. */
  readonly root: string;
  readonly kernel: Kernel;
  /** Where the metadata lives; in memory when absent. The snapshotter closes it. */
  readonly store?: MetaStore;
  /** Tells the upper directory in the label `containerd.io/snapshot/overlay.upperdir` of stat, update and walk. */
  readonly upperdirLabel?: boolean;
  /** Gives disk space back in `remove` itself instead of leaving it to `cleanup`. */
  readonly syncRemove?: boolean;
  /** Appended to the options of every overlay mount, e.g. `['volatile']`. */
  readonly mountOptions?: readonly string[];
  /** Passes the id-mapping labels on to the mounts, as `uidmap=` and `gidmap=`. */
  readonly remapIds?: boolean;
}

/**
 * Makes the snapshotter, and its directories when they are missing.
 *
 * @example
 * const snapshotter = await createOverlayfsSnapshotter({ root: '/var/lib/overlayfs', kernel });
 * const mounts = await snapshotter.prepare('container-1', '');
 * // [{ type: 'bind', source: '/var/lib/overlayfs/snapshots/1/fs', options: ['rw', 'rbind'] }]
 */
export const createOverlayfsSnapshotter = async (options: OverlayfsOptions): Promise<Snapshotter> => {
  const { kernel, root, store = createMemoryMetaStore() } = options;
  const { clock, disk } = kernel;
  const snapshots = `${root}/snapshots`;
  await disk.mkdir(root, 0o700);
  await disk.mkdir(snapshots, 0o700);
  const mountOptions = await overlayOptions(kernel, options.mountOptions ?? []);

  const upper = (id: string): string => `${snapshots}/${id}/fs`;
  const work = (id: string): string => `${snapshots}/${id}/work`;

  const mountsOf = (snapshot: StoredSnapshot, labels: Labels): readonly Mount[] =>
    overlayMounts(snapshot, { upper, work }, options.remapIds === true ? idMapOptions(labels) : [], mountOptions);

  const shown = (info: Info, id: string): Info =>
    options.upperdirLabel === true
      ? { ...info, labels: { ...info.labels, [LABEL_OVERLAY_UPPERDIR]: upper(id) } }
      : info;

  /** The root directory belongs to whom the labels map 0:0 to, else to whom the parent's belongs. */
  const ownerOf = async ({ parentIds: [nearest] }: StoredSnapshot, labels: Labels): Promise<Owner | undefined> => {
    const mapped = mappedOwner(labels);
    if (mapped !== undefined || nearest === undefined) return mapped;
    const parent = await disk.lstat(upper(nearest));
    if (parent !== undefined) return parent;
    throw prefixed(`failed to stat parent: stat ${upper(nearest)}`, new FsError('ENOENT'));
  };

  /** In containerd's order, directories before metadata, which is what a trace of the disk shows and a crash leaves. */
  const create = (kind: Kind, key: string, parent: string, { labels }: PrepareOptions): Promise<readonly Mount[]> =>
    store.write(async (tx) => {
      let doing: string | undefined = 'failed to create prepare snapshot dir: failed to create temp dir';
      let temporary: string | undefined;
      try {
        temporary = await disk.makeTemporary(`${snapshots}/new-`);
        doing = 'failed to create prepare snapshot dir';
        await disk.mkdir(`${temporary}/fs`, 0o755);
        if (kind === 'Active') await disk.mkdir(`${temporary}/work`, 0o711);
        doing = 'failed to create snapshot';
        const snapshot = createSnapshot(tx, clock, kind, key, parent, labels);
        doing = undefined;
        const owner = await ownerOf(snapshot, snapshot.labels);
        doing = 'failed to chown';
        if (owner !== undefined) await disk.lchown(`${temporary}/fs`, owner.uid, owner.gid);
        doing = 'failed to rename';
        await installDirectory(disk, temporary, `${snapshots}/${snapshot.id}`);
        return mountsOf(snapshot, snapshot.labels);
      } catch (error) {
        throw await abandoned(disk, temporary, doing === undefined ? error : prefixed(doing, error));
      }
    });

  return {
    ...storedMethods(store, clock, shown),

    prepare: (key, parent, prepareOptions = {}) => create('Active', key, parent, prepareOptions),
    view: (key, parent, prepareOptions = {}) => create('View', key, parent, prepareOptions),

    async mounts(key) {
      return store.read((tx) => {
        const snapshot = explain('failed to get active mount', () => getSnapshot(tx, key));
        return mountsOf(snapshot, options.remapIds === true ? getInfo(tx, key).info.labels : {});
      });
    },

    async usage(key) {
      const { id, info, usage } = store.read((tx) => getInfo(tx, key));
      return info.kind === 'Active' ? disk.usage(upper(id)) : info.kind === 'View' ? NO_USAGE : usage;
    },

    commit: (name, key, commitOptions = {}) =>
      store.write(async (tx) => {
        const id = getId(tx, key);
        const usage = await disk.usage(upper(id));
        explain(`failed to commit snapshot ${key}`, () => commitActive(tx, clock, key, name, usage, commitOptions));
      }),

    async remove(key) {
      const { id } = await store.write((tx) =>
        explain(`failed to remove snapshot ${key}`, () => removeSnapshot(tx, key)),
      );
      // Only its own directory: containerd lists every directory here, which makes a removal cost as much as there are
      // snapshots. What a crash left over is for `cleanup`.
      if (options.syncRemove === true) await discard(disk, [`${snapshots}/${id}`]);
    },

    async cleanup() {
      const orphans = await store.write(async (tx) => {
        const live = liveIds(tx);
        const found: string[] = [];
        for (const name of await disk.readdir(snapshots)) {
          if (live.has(name)) continue;
          // The id of a transaction that did not make it is given out again: out of its way before the lock is.
          const aside = /^\d+$/.test(name) ? `rm-${name}` : name;
          if (aside !== name) {
            await disk.removeAll(`${snapshots}/${aside}`);
            await disk.rename(`${snapshots}/${name}`, `${snapshots}/${aside}`);
          }
          found.push(`${snapshots}/${aside}`);
        }
        return found;
      });
      await discard(disk, orphans);
    },
  };
};
