/** The `Kernel` port on Linux: real directories and real mounts of this process's mount namespace. */
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '@layerscope/core/fs';
import type { DiskTree, Kernel } from '@layerscope/core/kernel';
import { type HostFileSystem, createHostFileSystem } from '../host-file-system/index.ts';
import { call, createLinuxSystemCalls } from '../linux/index.ts';
import { createLinuxBtrfs } from './btrfs/linux-btrfs.ts';
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
  const trees = new Map<HostFileSystem, string>();
  const closeTree = (fs: HostFileSystem): void => {
    if (trees.delete(fs)) fs.close();
  };
  const openTree = (path: string): DiskTree => {
    const fs = createHostFileSystem(path);
    trees.set(fs, path);
    return { fs, root: fs.root, close: () => closeTree(fs) };
  };
  const closeTrees = (target: string): void => {
    for (const [fs, path] of trees) if (path === target || path.startsWith(`${target}/`)) closeTree(fs);
  };
  const calls = createLinuxSystemCalls();
  return {
    clock,
    random,
    disk: createLinuxDisk(calls, random, openTree),
    btrfs: createLinuxBtrfs(calls),
    supports: async (type, option) => existsSync(parameterFile(type, option)),
    mount: async (mounts, target) => groups.mount(mounts, target),
    unmount: async (target) => {
      closeTrees(target);
      await groups.unmount(target);
    },
  };
};
