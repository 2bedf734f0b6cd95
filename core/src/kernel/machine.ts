/** What the parts of one simulated machine share. Only `simulated-kernel.ts` makes one. */
import type { Clock, Inode, Random } from '../fs/index.ts';
import type { Recorder } from '../timeline/index.ts';
import type { MountNamespace, Process } from '../vfs/index.ts';
import type { KernelEvent } from './events.ts';
import type { Subvolume } from './btrfs/simulated-btrfs.ts';
import type { KernelLog } from './kernel-log.ts';

export interface Machine {
  readonly clock: Clock;
  readonly random: Random;
  readonly namespace: MountNamespace;
  /** The process that acts for the snapshotter: root, standing in `/`. */
  readonly process: Process;
  readonly log: KernelLog;
  /** Upper and work directories of live overlays. */
  readonly inUse: Set<Inode>;
  /** The subvolumes that were made on the disk, by their directories. */
  readonly subvolumes: Map<Inode, Subvolume>;
  /** An st_dev that no other file system of the machine has. */
  readonly newDevice: () => number;
  readonly emit: ((event: KernelEvent) => void) | undefined;
  /** Hears of every change to the machine. */
  readonly recorder: Recorder | undefined;
}
