/** One run of the machine after another, on the same disk and the same stores of records. */
import { FsError, type Tree, createMemoryFileSystem, makedev, steppingClock } from '../../fs/index.ts';
import { type MetaStore, createMemoryMetaStore } from '../../snapshots/index.ts';
import { Cell, type Recorder } from '../../timeline/index.ts';
import {
  type FaultControl,
  type Power,
  PowerCutError,
  createFaultControl,
  poweredDisk,
  poweredStore,
} from '../faults/index.ts';
import { VOLATILE } from '../metadata/rows.ts';
import { SANDBOX_EPOCH, type Sandbox, type SandboxOptions, createSandbox } from '../sandbox.ts';
import type { HistoryEvent } from './entry.ts';

/** What makes a machine; the rest of `SandboxOptions` is its own business. */
export type MachineOptions = Omit<
  SandboxOptions,
  'clock' | 'disk' | 'openStore' | 'recorder' | 'faults' | 'onEvent'
> & {
  /** Bytes that the disk holds; default 1 TiB. */
  readonly diskSize?: number;
};

interface Boot {
  readonly number: number;
  readonly node: Sandbox;
  readonly power: Power;
}

export interface Machine {
  /** The node that runs now. */
  readonly node: Sandbox;
  /** Runs before this one. */
  readonly boots: number;
  readonly power: Power;
  readonly faults: FaultControl;
  /** Starts it again after the power went: mounts and tasks are gone, what was durable is there. */
  restart(): Promise<void>;
}

/** Major 8, minor 1: what /dev/sda1 would be. */
const DISK_DEVICE = makedev(8, 1);

/** Makes a machine with an empty disk and starts it. */
export const createMachine = async (
  { diskSize, ...options }: MachineOptions,
  recorder: Recorder,
  emit: (event: HistoryEvent) => void,
): Promise<Machine> => {
  const clock = steppingClock(SANDBOX_EPOCH);
  const fs = createMemoryFileSystem({
    clock,
    recorder,
    dev: DISK_DEVICE,
    ...(diskSize === undefined ? {} : { capacity: diskSize }),
  });
  const disk: Tree = { fs, root: fs.root };
  const stores = new Map<string, MetaStore>();
  const openStore = (name: string): MetaStore => {
    const store = stores.get(name) ?? createMemoryMetaStore(undefined, recorder);
    stores.set(name, store);
    return store;
  };
  const faults = createFaultControl(recorder);
  const start = async (number: number): Promise<Boot> => {
    const power = faults.start();
    const node = await createSandbox({
      ...options,
      // Another run draws other numbers.
      seed: (options.seed ?? 1) + number,
      clock,
      disk: poweredDisk(disk, power),
      openStore: (name) => poweredStore(openStore(name), name, power),
      faults: ({ call, path }) => power.step({ on: 'kernel', call, path }),
      recorder,
      onEvent: emit,
    });
    return { number, node, power };
  };
  const boot = new Cell(recorder, await start(0));

  return {
    get node() {
      return boot.value.node;
    },
    get power() {
      return boot.value.power;
    },
    get boots() {
      return boot.value.number;
    },
    faults,
    restart: async () => {
      const { node, number } = boot.value;
      clock.restore(node.clock.now());
      for (const store of stores.values())
        await store.write((tx) => {
          for (const [key] of tx.range(VOLATILE)) tx.delete(key);
        });
      for (let next = number + 1; ; next++)
        try {
          boot.value = await start(next);
          return;
        } catch (error) {
          // A fault that waited may come while it starts. Each comes once.
          if (!(error instanceof PowerCutError || error instanceof FsError)) throw error;
          emit({ type: 'start-failed', boot: next, reason: error.message });
        }
    },
  };
};
