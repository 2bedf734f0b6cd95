/** What one `mount` call of the Kernel port mounted belongs together: it comes and goes as one. */
import { closeSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { FsError, O_PATH } from '@layerscope/core/fs';
import type { Mount } from '@layerscope/core/kernel';
import { AT_FDCWD, O_CLOEXEC, RESOLVE_IN_ROOT, call, cString, openHow, unmount } from '../../linux/index.ts';
import { mountOne } from './mount-one.ts';

/** containerd's patience with a mount that is in use. */
const RETRIES = 50;
const RETRY_MILLISECONDS = 50;

export interface MountGroups {
  mount(mounts: readonly Mount[], target: string): void;
  unmount(target: string): Promise<void>;
}

export const createMountGroups = (): MountGroups => {
  /** By target, the mount points of groups that lie over each other there, oldest first. */
  const groups = new Map<string, (readonly string[])[]>();

  return {
    mount: (mounts, target) => {
      const places: string[] = [];
      try {
        for (const mount of mounts) {
          if (mount.target === undefined) {
            mountOne(mount, target);
            places.push(target);
          } else places.push(mountBelow(mount, target, mount.target));
        }
      } catch (error) {
        for (const place of places.toReversed()) unmount(place);
        throw error;
      }
      const known = groups.get(target);
      if (known === undefined) groups.set(target, [places]);
      else known.push(places);
    },

    unmount: async (target) => {
      const known = groups.get(target) ?? [];
      // What another process mounted, or this one before a restart, is one mount as far as can be told.
      const places = known.at(-1) ?? [target];
      for (const place of places.toReversed()) await unmountPatiently(place);
      const left = (groups.get(target) ?? []).filter((group) => group !== places);
      if (left.length > 0) groups.set(target, left);
      else groups.delete(target);
    },
  };
};

/** An entry's own target below the root of the mounts, where no link leads out of that root. Answers where it is. */
const mountBelow = (mount: Mount, root: string, target: string): string => {
  const rootFd = call('open', AT_FDCWD, cString(root), O_PATH | O_CLOEXEC, 0);
  try {
    const place = openHow(rootFd, target, O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT);
    try {
      mountOne(mount, `/proc/self/fd/${place}`);
      return readlinkSync(`/proc/self/fd/${place}`);
    } finally {
      closeSync(place);
    }
  } finally {
    closeSync(rootFd);
  }
};

const unmountPatiently = async (place: string): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    try {
      unmount(place);
      return;
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== 'EBUSY' || attempt === RETRIES) throw error;
      await pause(RETRY_MILLISECONDS);
    }
  }
};
