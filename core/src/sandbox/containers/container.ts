/** A container: a snapshot of its own on an image, mounted as its root, with a shell for a task. */
import { makedev, S_IFCHR, type Clock, type Random } from '../../fs/index.ts';
import { imageProcess, withSnapshotTrees, type ResolvedImage } from '../../images/index.ts';
import type { Mount, SimulatedKernel } from '../../kernel/index.ts';
import { changes } from '../../layers/index.ts';
import type { OverlayEvent } from '../../overlay/index.ts';
import { createShell, wasiFormat, type RunOptions, type RunResult } from '../../shell/index.ts';
import type { Snapshotter } from '../../snapshots/index.ts';
import type { ContainerStore } from '../metadata/index.ts';
import { explainChanges, type Change } from '../changes.ts';
import { containerCaller } from './user.ts';
import { mountControl } from './mount-control.ts';

export interface ContainerOptions {
  /** Every capability, as `ctr run --privileged`: the task may mount, and sees `trusted.*` attributes. */
  readonly privileged?: boolean;
}

export interface Container {
  /** The key of its snapshot. */
  readonly id: string;
  readonly image: ResolvedImage;
  /** As the snapshotter answered them. */
  readonly mounts: readonly Mount[];
  /** Where they are mounted on the machine. */
  readonly rootfs: string;
  /**
   * Runs a program in the container and waits for it. `args` replaces what the image would run (`ctr run` does the
   * same); none = the image's entrypoint and command. Throws `UnknownUserError`.
   */
  run(args: readonly string[], options?: RunOptions): Promise<ContainerResult>;
  /** What is different from the image, and why. */
  changes(): Promise<readonly Change[]>;
  /** Unmounts the root. The snapshot stays, as that of a stopped container does. */
  stop(): Promise<void>;
}

export interface ContainerResult extends RunResult {
  /** What was run. */
  readonly args: readonly string[];
}

interface Machine {
  readonly kernel: SimulatedKernel;
  readonly snapshotter: Snapshotter;
  readonly snapshotterName: string;
  readonly containers: ContainerStore;
  readonly clock: Clock;
  readonly random: Random;
  /** What overlays did so far, oldest first, by the mount point they did it below. */
  readonly overlayEvents: (target: string) => readonly OverlayEvent[];
}

/** Where containerd's runtime keeps a task's bundle, in its default namespace. */
const bundle = (id: string): string => `/run/containerd/io.containerd.runtime.v2.task/default/${id}`;

/** The devices every container has (OCI runtime spec, "Default Devices"), by major and minor. */
const DEVICES: readonly (readonly [name: string, major: number, minor: number])[] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
];

const DEV: Mount = {
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
};

/** Mounts a fresh /dev as runc does: the directory is made in the container's root when the image has none. */
const mountDevices = async (kernel: SimulatedKernel, rootfs: string): Promise<string> => {
  const dev = `${rootfs}/dev`;
  await kernel.disk.mkdir(dev, 0o755);
  await kernel.mount([DEV], dev);
  const machine = kernel.spawn();
  try {
    machine.umask(0);
    for (const [name, major, minor] of DEVICES) machine.mknod(`${dev}/${name}`, S_IFCHR | 0o666, makedev(major, minor));
  } finally {
    machine.exit();
  }
  return dev;
};

/** The runtime containerd uses unless told otherwise. */
const RUNTIME = 'io.containerd.runc.v2';

/** containerd's order: Prepare on the image's top chain ID, Mounts, mount. */
export const createContainer = async (
  { kernel, snapshotter, snapshotterName, containers, clock, random, overlayEvents }: Machine,
  id: string,
  image: ResolvedImage,
  options: ContainerOptions = {},
): Promise<Container> => {
  const { privileged = false } = options;
  const parent = image.layers.at(-1)?.chainId ?? '';
  await snapshotter.prepare(id, parent);
  await containers.create({
    id,
    image: image.name,
    snapshotter: snapshotterName,
    snapshotKey: id,
    runtime: RUNTIME,
    spec: {},
    labels: {},
  });
  const mounts = await snapshotter.mounts(id);
  const rootfs = `${bundle(id)}/rootfs`;
  await kernel.disk.mkdir(rootfs, 0o711);
  await kernel.mount(mounts, rootfs);
  const dev = await mountDevices(kernel, rootfs);

  return {
    id,
    image,
    mounts,
    rootfs,
    run: async (args, io = {}) => {
      const start = imageProcess(image.config);
      const argv = args.length > 0 ? args : start.args;
      const lookup = kernel.spawn({ root: rootfs });
      const caller = (() => {
        try {
          return containerCaller(lookup, start.user, privileged);
        } finally {
          lookup.exit();
        }
      })();
      const process = kernel.spawn({ root: rootfs, caller });
      try {
        process.chdir(start.cwd);
        const shell = await createShell({
          process,
          env: Object.fromEntries(
            start.env.map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]),
          ),
          clock,
          random,
          formats: [wasiFormat],
          mounts: mountControl(kernel, process, rootfs),
        });
        return { args: argv, ...(await shell.run(argv, io)) };
      } finally {
        process.exit();
      }
    },
    changes: () =>
      withSnapshotTrees({ snapshotter, kernel }, id, async (before, after) =>
        explainChanges(changes(before, after), overlayEvents(rootfs)),
      ),
    stop: async () => {
      await kernel.unmount(dev);
      await kernel.unmount(rootfs);
    },
  };
};
