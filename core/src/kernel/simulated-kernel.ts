/**
 * A machine without Linux: a disk, a mount namespace, processes and a log, deterministic from clock and random.
 * What it answers is what Linux answers to containerd's mounts: trees, errno, /proc/mounts, lines in the log.
 */
import {
  type Caller,
  type Clock,
  ROOT,
  type Random,
  S_IFDIR,
  type Tree,
  createMemoryFileSystem,
  fail,
  makedev,
} from '../fs/index.ts';
import { Cell, type Recorder } from '../timeline/index.ts';
import {
  MountNamespace,
  type Process,
  type Protections,
  createProcess,
  memoryDevices,
  tracedProcess,
} from '../vfs/index.ts';
import { DISK_SOURCE, createSimulatedBtrfs } from './btrfs/simulated-btrfs.ts';
import { createSimulatedDisk } from './disk/simulated-disk.ts';
import type { KernelEvent } from './events.ts';
import type { Kernel, Mount } from './kernel.ts';
import { createKernelLog } from './kernel-log.ts';
import type { Machine } from './machine.ts';
import { mountGroups } from './mounting/mount-groups.ts';
import { OVERLAY_KEYS } from './mounting/overlay-options.ts';
import { type MountRow, mountRows, procMounts } from './mounting/proc-mounts.ts';

export interface SimulatedKernelOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** What is mounted at `/`; an empty memory file system by default. */
  readonly disk?: Tree;
  readonly onEvent?: (event: KernelEvent) => void;
  /** Hears of every change to the machine, so that it can be taken back. A `disk` handed in needs its own. */
  readonly recorder?: Recorder;
}

export interface SpawnOptions {
  /** The process's `/`, a path on the machine; default the machine's own. */
  readonly root?: string;
  /** Seen from `root`; default `/`. */
  readonly cwd?: string;
  /** Default root with umask 022. */
  readonly caller?: Caller;
  readonly protections?: Protections;
  /** Nothing above a descriptor's directory can be reached from it, and no absolute path at all (WASI). */
  readonly beneath?: boolean;
  /** Tells every system call of it and its children as an event. */
  readonly traced?: boolean;
}

export interface SimulatedKernel extends Kernel {
  /** A process in a root of its own; `exit()` it, or the mounts it stands on stay busy. */
  spawn(options?: SpawnOptions): Process;
  /** The log, oldest line first. */
  dmesg(): readonly string[];
  mounts(): readonly MountRow[];
  /** The text of /proc/mounts. */
  procMounts(): string;
}

const KNOWN: { readonly [type: string]: readonly string[] } = {
  overlay: OVERLAY_KEYS,
  btrfs: ['subvolid'],
  tmpfs: ['size', 'nr_blocks', 'nr_inodes', 'mode', 'uid', 'gid', 'inode64'],
};

/** Major 8, minor 1: what /dev/sda1 would be. File systems mounted later get anonymous numbers (major 0). */
const DISK_DEVICE = makedev(8, 1);

/** A machine with one disk, mounted at `/`, and one process of root there. All that it does follows from the options and the calls made to it. */
export const createSimulatedKernel = (options: SimulatedKernelOptions): SimulatedKernel => {
  const { clock, random, onEvent, recorder } = options;
  const recording = recorder === undefined ? {} : { recorder };
  const log = createKernelLog((line) => onEvent?.({ type: 'kernel-log', line }), recorder);
  const fs = options.disk?.fs ?? createMemoryFileSystem({ clock, dev: DISK_DEVICE, ...recording });
  const namespace = new MountNamespace({ fs, source: DISK_SOURCE }, {}, options.disk?.root, recorder);
  const devices = memoryDevices(random);
  const lastDevice = new Cell(recorder, 40);
  const machine: Machine = {
    clock,
    random,
    namespace,
    process: createProcess({ namespace, caller: ROOT, devices }),
    log,
    inUse: new Set(),
    subvolumes: new Map(),
    newDevice: () => makedev(0, (lastDevice.value += 1)),
    emit: onEvent,
    recorder,
  };
  const groups = mountGroups(machine);

  return {
    clock,
    random,
    disk: createSimulatedDisk(machine),
    btrfs: createSimulatedBtrfs(machine),
    supports: async (type, option) => KNOWN[type]?.includes(option) ?? false,
    mount: async (mounts: readonly Mount[], target: string) => groups.mount(mounts, target),
    unmount: async (target: string) => groups.unmount(target),
    spawn: ({ root = '/', cwd = '/', caller = { ...ROOT, umask: 0o022 }, protections, beneath, traced } = {}) => {
      const place = machine.process.place(root);
      if (place.inode.type !== S_IFDIR) fail('ENOTDIR', root);
      const process = createProcess({
        namespace,
        caller,
        devices,
        root: place,
        ...(protections === undefined ? {} : { protections }),
        ...(beneath === undefined ? {} : { beneath }),
      });
      if (cwd !== '/') process.chdir(cwd);
      if (traced !== true || onEvent === undefined) return process;
      return tracedProcess(process, (call) => onEvent({ type: 'system-call', ...call }));
    },
    dmesg: () => [...log.lines],
    mounts: () => mountRows(namespace),
    procMounts: () => procMounts(namespace),
  };
};
