/** The `Kernel` port on Linux: real directories and real mounts of this process's mount namespace. */
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Clock, Random, Tree } from '@layerscope/core/fs';
import type { Kernel } from '@layerscope/core/kernel';
import { type HostFileSystem, createHostFileSystem } from '../host-file-system/index.ts';
import { call, createLinuxSystemCalls } from '../linux/index.ts';
import { createLinuxDisk } from './disk/linux-disk.ts';
import { createMountGroups } from './mounting/mount-groups.ts';

export interface LinuxKernelOptions {
  /** Default: the machine's real-time clock, never the same twice. */
  readonly clock?: Clock;
  /** Default: the system's random numbers. */
  readonly random?: Random;
}

const CLOCK_REALTIME = 0;

/**
 * The kernel's own clock, in nanoseconds: `Date.now()` is up to a millisecond behind, and a snapshot would be older than
 * the call that made it. Two readings are never the same.
 */
const systemClock = (): Clock => {
  const time = new BigInt64Array(2);
  const bytes = new Uint8Array(time.buffer);
  let last = 0n;
  return {
    now: () => {
      call('clockGettime', CLOCK_REALTIME, bytes);
      const now = time[0]! * 1_000_000_000n + time[1]!;
      last = now > last ? now : last + 1n;
      return last;
    },
  };
};

/** Options of a file system type that every kernel with that type has, or whose parameter file tells. */
const parameterFile = (type: string, option: string): string => `/sys/module/${type}/parameters/${option}`;

/**
 * The machine this process runs on. Directories need the rights of their files, mounts CAP_SYS_ADMIN.
 *
 * @example
 * const kernel = createLinuxKernel();
 * const snapshotter = await createOverlayfsSnapshotter({ root: '/var/lib/layerscope', kernel });
 */
export const createLinuxKernel = (options: LinuxKernelOptions = {}): Kernel => {
  const { clock = systemClock(), random = { bytes: (length) => randomBytes(length) } } = options;
  const groups = createMountGroups();
  /** A tree keeps its directories open, which would keep what is mounted there busy. */
  const trees: { readonly path: string; readonly fs: HostFileSystem }[] = [];
  const openTree = (path: string): Tree => {
    const fs = createHostFileSystem(path);
    trees.push({ path, fs });
    return { fs, root: fs.root };
  };
  const closeTrees = (target: string): void => {
    for (let at = trees.length - 1; at >= 0; at--) {
      const { path, fs } = trees[at]!;
      if (path !== target && !path.startsWith(`${target}/`)) continue;
      fs.close();
      trees.splice(at, 1);
    }
  };
  return {
    clock,
    random,
    disk: createLinuxDisk(createLinuxSystemCalls(), random, openTree),
    supports: async (type, option) => existsSync(parameterFile(type, option)),
    mount: async (mounts, target) => groups.mount(mounts, target),
    unmount: async (target) => {
      closeTrees(target);
      await groups.unmount(target);
    },
  };
};
