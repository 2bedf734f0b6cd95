/** A machine with an empty disk, the same one every time. */
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel, type KernelEvent, type SimulatedKernel } from '@layerscope/core/kernel';

/** Where the snapshotter keeps everything. */
export const ROOT = '/var/lib/snapshotter';
/** A directory beside it, for mount points. */
export const SCRATCH = '/scratch';

/** 2026-01-01T00:00:00Z. */
const EPOCH = 1_767_225_600_000_000_000n;

export const createGround = async (onEvent?: (event: KernelEvent) => void): Promise<SimulatedKernel> => {
  const kernel = createSimulatedKernel({
    clock: steppingClock(EPOCH),
    random: seededRandom(1),
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  await kernel.disk.mkdir(ROOT, 0o700);
  await kernel.disk.mkdir(SCRATCH, 0o755);
  return kernel;
};
