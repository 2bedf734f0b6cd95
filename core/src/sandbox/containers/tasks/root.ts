/** A task's root file system on the machine. */
import { makedev, S_IFCHR } from '../../../fs/index.ts';
import type { Mount, SimulatedKernel } from '../../../kernel/index.ts';

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

/** Unmounts what is mounted at and below a task's root, latest first. */
export const unmountRoot = async (kernel: SimulatedKernel, rootfs: string): Promise<void> => {
  const below = kernel.mounts().filter(({ target }) => target === rootfs || target.startsWith(`${rootfs}/`));
  for (const { target } of below.toReversed()) await kernel.unmount(target);
};
