/** Adds up what a snapshotter asks of the kernel, and what overlays copy on its behalf. */
import type { Kernel, KernelEvent, SimulatedKernel } from '@layerscope/core/kernel';
import type { Cost } from '../../job.ts';
import { callTime, copyUpTime } from './time-model.ts';
import { watchedKernel } from '../watched-kernel.ts';

export interface Meter {
  /** Give it to the kernel that is metered. */
  readonly onEvent: (event: KernelEvent) => void;
  /** The kernel to hand to the snapshotter. */
  metered(kernel: SimulatedKernel): Kernel;
  /** What came together since the last time it was asked. */
  take(): Cost;
}

const NOTHING: Cost = { calls: 0, bytesCopied: 0, inodes: 0, nanoseconds: 0 };

/** Calls whose cost grows with what they are called on. */
const GO_OVER = new Set(['copyTree', 'removeAll', 'usage']);
const MAKE_ONE = new Set(['mkdir', 'makeTemporary']);

export const addCosts = (a: Cost, b: Cost): Cost => ({
  calls: a.calls + b.calls,
  bytesCopied: a.bytesCopied + b.bytesCopied,
  inodes: a.inodes + b.inodes,
  nanoseconds: a.nanoseconds + b.nanoseconds,
});

export const createMeter = (): Meter => {
  let sum = NOTHING;
  let ahead = { inodes: 0, size: 0 };
  const add = (cost: Partial<Cost>): void => void (sum = addCosts(sum, { ...NOTHING, ...cost }));
  return {
    onEvent: (event) => {
      if (event.type !== 'overlay' || event.event.type !== 'copy-up') return;
      // Here they are shared until one is written; ext4, on which most nodes stand, copies them.
      const { bytes } = event.event;
      add({ bytesCopied: bytes, inodes: 1, nanoseconds: copyUpTime(bytes) });
    },
    metered: (kernel) => {
      const look = async (call: string, [path = '']: readonly string[]): Promise<void> => {
        ahead = { inodes: 0, size: 0 };
        if (!GO_OVER.has(call) || (await kernel.disk.lstat(path)) === undefined) return;
        ahead = await kernel.disk.usage(path);
      };
      return watchedKernel(
        kernel,
        ({ call }) => {
          const copies = call === 'copyTree';
          const { inodes, size } = ahead;
          add({
            calls: 1,
            bytesCopied: copies ? size : 0,
            inodes: copies ? inodes : MAKE_ONE.has(call) ? 1 : 0,
            nanoseconds: callTime(call, inodes, copies ? size : 0),
          });
        },
        look,
      );
    },
    take: () => {
      const taken = sum;
      sum = NOTHING;
      return taken;
    },
  };
};
