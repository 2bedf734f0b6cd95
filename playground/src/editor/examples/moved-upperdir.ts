/**
 * What chosen containers write goes to another volume, so that it can outlive the machine; images and all other
 * containers stay where they are. Everything is overlayfs's but where the upper directory lies:
 *
 *   lowerdir   <root>/snapshots/<id>/fs    as ever
 *   upperdir   <volume>/<key>/fs           instead of <root>/snapshots/<id>/fs
 *   workdir    <volume>/<key>/work         overlayfs wants it on the same file system
 */
import type { Kernel, Mount } from '@layerscope/core/kernel';
import type { MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';

interface Ground {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

/** Where the writes go, and of which containers. */
const VOLUME = '/mnt/volume';
const CHOSEN = /.*/;

export const traits = { rebase: true } as const;

const UPPER = /^upperdir=(.*)$/;

const upperOf = (mounts: readonly Mount[]): string | undefined =>
  mounts.flatMap(({ options }) => options.map((option) => UPPER.exec(option)?.[1])).find((path) => path !== undefined);

export const createSnapshotter = async (ground: Ground): Promise<Snapshotter> => {
  const base = await createOverlayfsSnapshotter(ground);
  const { disk } = ground.kernel;
  const home = (key: string): string => `${VOLUME}/${encodeURIComponent(key)}`;
  const redirect = (mounts: readonly Mount[], key: string): readonly Mount[] =>
    mounts.map((mount) => ({
      ...mount,
      options: mount.options.map((option) =>
        option.replace(/^(upper|work)dir=.*\/(fs|work)$/, `$1dir=${home(key)}/$2`),
      ),
    }));
  /** Whether it was moved is seen on the volume: no label can get lost. */
  const isMoved = async (key: string): Promise<boolean> =>
    (await base.stat(key)).kind === 'Active' && (await disk.lstat(`${home(key)}/fs`)) !== undefined;

  return {
    ...base,
    async prepare(key, parent, options = {}) {
      const mounts = await base.prepare(key, parent, options);
      const upper = upperOf(mounts);
      // Without a parent there is no overlay: that is how layers are unpacked.
      if (upper === undefined || !CHOSEN.test(key)) return mounts;
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
    async usage(key) {
      return (await isMoved(key)) ? disk.usage(`${home(key)}/fs`) : base.usage(key);
    },
    async commit(name, key, options) {
      const upper = (await isMoved(key)) ? upperOf(await base.mounts(key)) : undefined;
      if (upper !== undefined) {
        // A commit that was refused left its copy behind.
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
      if (moved) await disk.removeAll(home(key));
    },
  };
};
