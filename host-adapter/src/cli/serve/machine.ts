import { randomBytes } from 'node:crypto';
import type { Clock } from '@layerscope/core/fs';
import { createSimulatedKernel, type Kernel } from '@layerscope/core/kernel';
import { createMemoryMetaStore, type MetaStore } from '@layerscope/core/snapshots';
import type { Design, Recovery } from '../../recovery/index.ts';
import { ServeError } from '../../service/index.ts';
import type { KernelName } from './options.ts';

/** What was found out about overlays on a root. */
export interface OverlayGround {
  /** Mount options that they need beyond what is configured. */
  readonly options: readonly string[];
  /** Id-mapped mounts are to be had. */
  readonly idMaps: boolean;
}

/** What a served snapshotter stands on. */
export interface Machine {
  readonly kernel: Kernel;
  readonly openStore: (root: string) => Promise<MetaStore>;
  /** What overlays on a root can be and need. Throws for a root, or configured mount options, that they cannot have. */
  readonly probeOverlay?: (root: string, configured: readonly string[]) => OverlayGround;
  /**
   * Puts a root in order after whatever ended the last server; absent where nothing outlives one. Throws for a root of
   * another design.
   */
  readonly recover?: (root: string, design: Design, store: MetaStore) => Promise<Recovery>;
  /** Waits until the file system that holds `path` is on its disk; absent where there is nothing to wait for. */
  readonly syncFileSystem?: (path: string) => void;
  /** How many mounts stand on directories below a path. */
  readonly countMounts: (path: string) => number;
}

/** Real time that goes forward at every reading. */
const systemClock = (): Clock => {
  const begin =
    BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n - process.hrtime.bigint();
  return { now: () => begin + process.hrtime.bigint() };
};

const simulated = (): Machine => {
  const kernel = createSimulatedKernel({ clock: systemClock(), random: { bytes: (length) => randomBytes(length) } });
  return {
    kernel,
    openStore: async () => createMemoryMetaStore(),
    countMounts: (path) =>
      kernel
        .procMounts()
        .split('\n')
        .filter((row) => row.includes(`${path}/`)).length,
  };
};

/** The Linux side is loaded when it is asked for: a machine in memory runs where there is no Linux. */
export const openMachine = async (name: KernelName): Promise<Machine> => {
  if (name === 'simulated') return simulated();
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) {
    throw new ServeError(
      'the Linux kernel needs Linux and root: snapshots hold files of every owner',
      'Run it with sudo, or with --kernel simulated, which needs neither.',
    );
  }
  const { linuxMachine } = await import('./linux-machine.ts');
  return linuxMachine();
};
