/** A task's root file system on the machine. */
import { FsError, makedev, S_IFCHR } from '../../../fs/index.ts';
import type { Mount, SimulatedKernel } from '../../../kernel/index.ts';
import { ContainerdError } from '../../../snapshots/index.ts';
import { pathOf, type Process } from '../../../vfs/index.ts';
import { ownMounts, type RuntimeSpec, type SpecMount } from '../spec.ts';

/** Where containerd's runtime keeps a task's bundle. */
export const bundlePath = (namespace: string, id: string): string =>
  `/run/containerd/io.containerd.runtime.v2.task/${namespace}/${id}`;

export const rootPath = (namespace: string, id: string): string => `${bundlePath(namespace, id)}/rootfs`;

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
const mountDevices = async (kernel: SimulatedKernel, rootfs: string): Promise<void> => {
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
};

/** Mounts a snapshot as the root of a task, with a /dev in it. */
export const mountRoot = async (kernel: SimulatedKernel, mounts: readonly Mount[], rootfs: string): Promise<void> => {
  await kernel.disk.mkdir(rootfs, 0o711);
  await kernel.mount(mounts, rootfs);
  await mountDevices(kernel, rootfs);
};

/** `path` and what is missing above it, below the root of `process`. */
const makeDirectories = (process: Process, path: string): void => {
  let made = '';
  for (const name of path.split('/').filter((each) => each !== '')) {
    made += `/${name}`;
    try {
      process.mkdir(made, 0o755);
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== 'EEXIST') throw error;
    }
  }
};

const BINDS: ReadonlySet<string> = new Set(['bind', 'rbind']);
/** Mounts that a simulated kernel has. */
const isMade = ({ type, options }: SpecMount): boolean =>
  type === 'tmpfs' || options.some((option) => BINDS.has(option));

/**
 * The mounts of a spec that are its own, its working directory, and then its root read-only: as runc does it, which makes
 * every directory that is missing. Throws what runc says.
 */
export const furnishRoot = async (kernel: SimulatedKernel, spec: RuntimeSpec, rootfs: string): Promise<void> => {
  const inside = kernel.spawn({ root: rootfs });
  try {
    for (const mount of ownMounts(spec)) {
      const { destination, type, source, options } = mount;
      const refuse = (problem: string): never => {
        const doing = 'failed to create shim task: OCI runtime create failed: runc create failed';
        throw new ContainerdError(
          'Unknown',
          `${doing}: unable to start container process: error during container init: error mounting ${JSON.stringify(source)} to rootfs at ${JSON.stringify(destination)}: ${problem}`,
        );
      };
      if ((type === 'bind' || options.some((option) => BINDS.has(option))) && !isThere(kernel, source))
        refuse(`stat ${source}: no such file or directory`);
      if (!isMade(mount)) refuse(`mount ${source}:${destination} (via /proc/self/fd/6): no such device`);
      makeDirectories(inside, destination);
      const target = pathOf(inside.place(destination), {
        mount: inside.namespace.root,
        inode: inside.namespace.root.root,
      });
      await kernel.mount([{ type, source, options }], target);
    }
    makeDirectories(inside, spec.process.cwd);
  } finally {
    inside.exit();
  }
  if (spec.root.readonly === true)
    await kernel.mount([{ type: 'bind', source: rootfs, options: ['remount', 'bind', 'ro'] }], rootfs);
};

const isThere = (kernel: SimulatedKernel, path: string): boolean => {
  const process = kernel.spawn();
  try {
    process.stat(path);
    return true;
  } catch {
    return false;
  } finally {
    process.exit();
  }
};

/** Unmounts what is mounted at and below a task's root, latest first. */
export const unmountRoot = async (kernel: SimulatedKernel, rootfs: string): Promise<void> => {
  const below = kernel.mounts().filter(({ target }) => target === rootfs || target.startsWith(`${rootfs}/`));
  for (const { target } of below.toReversed())
    // What a recursive bind brought along has gone with it.
    if (kernel.mounts().some((row) => row.target === target)) await kernel.unmount(target);
};
