/**
 * A worked example: what chosen containers write goes to another volume (a network file system, a disk of its own), so
 * that it outlives the machine, while images and all other containers stay where they are.
 *
 *   layers   <root>/snapshots/<id>/fs           as ever: lowerdir
 *   upper    <volume>/<key, percent-encoded>/fs      instead of <root>/snapshots/<id>/fs
 *   work     <volume>/<key, percent-encoded>/work    overlayfs wants it on the same file system
 *
 *   UPPERDIR_VOLUME=/mnt/volume UPPERDIR_KEYS='/web-' sudo -E npx layerscope serve --snapshotter ./moved-upperdir.ts
 *   ctr run --snapshotter layerscope --snapshotter-label containerd.io/snapshot/upperdir=volume …     or by label
 */
import type { Disk, Kernel, Mount } from '@layerscope/core/kernel';
import type { Labels, MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';

export interface MovedUpperdir {
  readonly disk: Disk;
  /** Absolute; on one file system with all that is below it. */
  readonly volume: string;
  /** Which containers: by key (`default/7/web-1` behind containerd), by label, or both. */
  readonly chosen: (key: string, labels: Labels) => boolean;
  /**
   * What was written stays on the volume when the container is removed, and is there again for the next of that key.
   * containerd numbers its keys: behind it, each container begins anew beside what the last one left.
   */
  readonly keep?: boolean;
}

const UPPER = /^upperdir=(.*)$/;

/** Where the writes of an overlay go; `undefined` when there is none. */
const upperOf = (mounts: readonly Mount[]): string | undefined =>
  mounts.flatMap(({ options }) => options.map((option) => UPPER.exec(option)?.[1])).find((path) => path !== undefined);

export const moveUpperdir = (base: Snapshotter, { disk, volume, chosen, keep = false }: MovedUpperdir): Snapshotter => {
  const home = (key: string): string => `${volume}/${encodeURIComponent(key)}`;
  /** Whether it was moved is seen on the volume: no label can get lost, and a restart changes nothing. */
  const isMoved = async (key: string): Promise<boolean> =>
    (await base.stat(key)).kind === 'Active' && (await disk.lstat(`${home(key)}/fs`)) !== undefined;
  const redirect = (mounts: readonly Mount[], key: string): readonly Mount[] =>
    mounts.map((mount) => ({
      ...mount,
      options: mount.options.map((option) =>
        option.replace(/^(upper|work)dir=.*\/(fs|work)$/, `$1dir=${home(key)}/$2`),
      ),
    }));

  return {
    ...base,
    async prepare(key, parent, options = {}) {
      // Without a parent there is no overlay: that is how layers are unpacked.
      const moves = parent !== '' && chosen(key, options.labels ?? {});
      const mounts = await base.prepare(key, parent, options);
      const upper = upperOf(mounts);
      if (!moves || upper === undefined) return mounts;
      try {
        const owner = await disk.lstat(upper);
        await disk.mkdir(`${home(key)}/work`, 0o711);
        await disk.mkdir(`${home(key)}/fs`, 0o755);
        if (owner !== undefined) await disk.lchown(`${home(key)}/fs`, owner.uid, owner.gid);
      } catch (error) {
        await base.remove(key);
        throw error;
      }
      return redirect(mounts, key);
    },
    async mounts(key) {
      const mounts = await base.mounts(key);
      return (await isMoved(key)) ? redirect(mounts, key) : mounts;
    },
    usage: async (key) => ((await isMoved(key)) ? disk.usage(`${home(key)}/fs`) : base.usage(key)),
    async commit(name, key, options) {
      const upper = (await isMoved(key)) ? upperOf(await base.mounts(key)) : undefined;
      if (upper !== undefined) {
        // A commit that was refused, or did not come to its end, left its copy behind.
        for (const entry of await disk.readdir(upper)) await disk.removeAll(`${upper}/${entry}`);
        // A layer is part of an image and lives with the others: its files come home.
        await disk.copyTree(`${home(key)}/fs`, upper);
      }
      await base.commit(name, key, options);
      if (upper !== undefined) await disk.removeAll(home(key));
    },
    async remove(key) {
      const moved = await isMoved(key);
      await base.remove(key);
      if (moved && !keep) await disk.removeAll(home(key));
    },
  };
};

/** containerd tells a snapshotter the labels that begin like this, and no others. */
const LABEL = 'containerd.io/snapshot/upperdir';

/** What `layerscope serve --snapshotter` asks a file for. Without UPPERDIR_KEYS the label alone chooses. */
export const createSnapshotter = async (ground: {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}): Promise<Snapshotter> => {
  const { UPPERDIR_VOLUME: volume, UPPERDIR_KEYS: keys, UPPERDIR_KEEP: keep } = process.env;
  if (volume === undefined) throw new Error('UPPERDIR_VOLUME is not set: say where the upper directories go.');
  const pattern = keys === undefined ? undefined : new RegExp(keys);
  return moveUpperdir(await createOverlayfsSnapshotter(ground), {
    disk: ground.kernel.disk,
    volume,
    chosen: (key, labels) => pattern?.test(key) === true || labels[LABEL] === 'volume',
    keep: keep !== undefined,
  });
};
