import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import type { Disk, SimulatedKernel } from '@layerscope/core/kernel';

export const newKernel = (): SimulatedKernel =>
  createSimulatedKernel({ clock: steppingClock(0n), random: seededRandom(1) });

/** The same machine, with some operations of its disk replaced. */
export const withDisk = (kernel: SimulatedKernel, change: Partial<Disk>): SimulatedKernel => ({
  ...kernel,
  disk: { ...kernel.disk, ...change },
});
