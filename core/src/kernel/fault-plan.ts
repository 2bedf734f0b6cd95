/**
 * Faults on purpose: a kernel whose changing calls are counted and announced, so that a test can let one of them fail
 * (ENOSPC, EIO) or end the process right before or after it.
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

/**
 * Asked before every change. What it throws is what the call throws, and nothing is changed. What it answers is called
 * once the change was made.
 */
export type FaultPlan = (step: FaultStep) => void | (() => void);

/** `kernel` with `plan` before its changing calls; everything else about it stays. */
export const withFaults = <Kind extends Kernel>(kernel: Kind, plan: FaultPlan): Kind => {
  let number = 0;
  const change = async <T>(call: string, path: string, body: () => Promise<T> | undefined): Promise<T> => {
    const after = plan({ number: (number += 1), call, path });
    const answer = (await body()) as T;
    after?.();
    return answer;
  };
  const { disk } = kernel;
  const announced: Pick<Disk, 'mkdir' | 'makeTemporary' | 'rename' | 'removeAll' | 'chmod' | 'lchown' | 'copyTree'> = {
    mkdir: (path, mode) => change('mkdir', path, () => disk.mkdir(path, mode)),
    makeTemporary: (prefix) => change('makeTemporary', prefix, () => disk.makeTemporary(prefix)),
    rename: (from, to) => change('rename', from, () => disk.rename(from, to)),
    removeAll: (path) => change('removeAll', path, () => disk.removeAll(path)),
    chmod: (path, mode) => change('chmod', path, () => disk.chmod(path, mode)),
    lchown: (path, uid, gid) => change('lchown', path, () => disk.lchown(path, uid, gid)),
    copyTree: (from, to) => change('copyTree', from, () => disk.copyTree(from, to)),
  };
  const { btrfs } = kernel;
  const announcedBtrfs: Partial<Btrfs> = {
    createSubvolume: (path) => change('createSubvolume', path, () => btrfs?.createSubvolume(path)),
    snapshot: (from, to, readOnly) => change('snapshot', from, () => btrfs?.snapshot(from, to, readOnly)),
    deleteSubvolume: (path) => change('deleteSubvolume', path, () => btrfs?.deleteSubvolume(path)),
  };
  return {
    ...kernel,
    ...(btrfs === undefined ? {} : { btrfs: { ...btrfs, ...announcedBtrfs } }),
    disk: { ...disk, ...announced },
    mount: (mounts, target) => change('mount', target, () => kernel.mount(mounts, target)),
    unmount: (target) => change('unmount', target, () => kernel.unmount(target)),
  };
};
