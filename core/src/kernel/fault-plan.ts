/**
 * Faults on purpose: a kernel whose changing calls are counted and announced, so that a test can let one of them fail
 * (ENOSPC, EIO) or end the process right before it.
 *
 * @example
 * // The third change finds the disk full.
 * const kernel = withFaults(createSimulatedKernel(…), ({ number }) => {
 *   if (number === 3) fail('ENOSPC');
 * });
 */
import type { Btrfs, Disk, Kernel } from './kernel.ts';

/** A call that is about to change something. */
export interface FaultStep {
  /** Counted from 1. */
  readonly number: number;
  /** The method, e.g. `'mkdir'`, `'mount'`. */
  readonly call: string;
  /** Its first path: for `mount` the target. */
  readonly path: string;
}

/** Asked before every change. What it throws is what the call throws, and nothing is changed. */
export type FaultPlan = (step: FaultStep) => void;

export const withFaults = (kernel: Kernel, plan: FaultPlan): Kernel => {
  let number = 0;
  const step = (call: string, path: string): void => plan({ number: (number += 1), call, path });
  const { disk } = kernel;
  const announced: Pick<Disk, 'mkdir' | 'makeTemporary' | 'rename' | 'removeAll' | 'chmod' | 'lchown' | 'copyTree'> = {
    mkdir: async (path, mode) => {
      step('mkdir', path);
      await disk.mkdir(path, mode);
    },
    makeTemporary: async (prefix) => {
      step('makeTemporary', prefix);
      return disk.makeTemporary(prefix);
    },
    rename: async (from, to) => {
      step('rename', from);
      await disk.rename(from, to);
    },
    removeAll: async (path) => {
      step('removeAll', path);
      await disk.removeAll(path);
    },
    chmod: async (path, mode) => {
      step('chmod', path);
      await disk.chmod(path, mode);
    },
    lchown: async (path, uid, gid) => {
      step('lchown', path);
      await disk.lchown(path, uid, gid);
    },
    copyTree: async (from, to) => {
      step('copyTree', from);
      await disk.copyTree(from, to);
    },
  };
  const { btrfs } = kernel;
  const announcedBtrfs: Partial<Btrfs> = {
    createSubvolume: async (path) => {
      step('createSubvolume', path);
      await btrfs?.createSubvolume(path);
    },
    snapshot: async (from, to, readOnly) => {
      step('snapshot', from);
      await btrfs?.snapshot(from, to, readOnly);
    },
    deleteSubvolume: async (path) => {
      step('deleteSubvolume', path);
      await btrfs?.deleteSubvolume(path);
    },
  };
  return {
    ...kernel,
    ...(btrfs === undefined ? {} : { btrfs: { ...btrfs, ...announcedBtrfs } }),
    disk: { ...disk, ...announced },
    mount: async (mounts, target) => {
      step('mount', target);
      await kernel.mount(mounts, target);
    },
    unmount: async (target) => {
      step('unmount', target);
      await kernel.unmount(target);
    },
  };
};
