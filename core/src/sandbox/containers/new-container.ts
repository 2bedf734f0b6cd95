/** Makes a container: a snapshot on an image, a spec, a record. No process yet. */
import { resolveImage, unpackImage, withMounted, type ImageListener, type ResolvedImage } from '../../images/index.ts';
import { createProcess, MountNamespace } from '../../vfs/index.ts';
import { isClass, type Labels, type Snapshotter } from '../../snapshots/index.ts';
import { withTemporaryLease } from '../node/temporary-lease.ts';
import { ROOT, type Tree } from '../../fs/index.ts';
import type { SimulatedKernel } from '../../kernel/index.ts';
import type { Client, ContainerInfo } from '../metadata/index.ts';
import type { ProgramMachine } from './process.ts';
import { runtimeSpec, type RuntimeSpec, type SpecOptions } from './spec.ts';
import { containerCaller } from './user.ts';

/** The runtime containerd uses unless told otherwise. */
export const RUNTIME = 'io.containerd.runc.v2';

/** What containerd notes of an image's stop signal. */
const LABEL_STOP_SIGNAL = 'io.containerd.image.config.stop-signal';

export interface NewContainerOptions extends Omit<SpecOptions, 'id' | 'namespace'> {
  readonly labels?: Labels;
  readonly snapshotLabels?: Labels;
  readonly runtime?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`, in place of the image's. */
  readonly user?: string;
}

/** The numbers of the user an image runs as, looked up in its own account files. Throws `UnknownUserError`. */
const userOf = (tree: Tree, user: string): RuntimeSpec['process']['user'] => {
  const process = createProcess({
    namespace: new MountNamespace({ fs: tree.fs, source: '' }, {}, tree.root),
    caller: ROOT,
  });
  try {
    const { uid, gid, groups = [] } = containerCaller(process, user, false);
    return { uid, gid, additionalGids: groups.length > 0 ? groups : [gid] };
  } finally {
    process.exit();
  }
};

/** The same in a root that is mounted. */
export const accountOf = async (
  kernel: SimulatedKernel,
  rootfs: string,
  user: string,
): Promise<RuntimeSpec['process']['user']> => {
  const tree = await kernel.disk.tree(rootfs);
  try {
    return userOf(tree, user);
  } finally {
    await tree.close();
  }
};

/**
 * Makes a container on an image that is unpacked already: Prepare, Mounts (the accounts are read through a temporary
 * mount), and the record. AlreadyExists; what was prepared stays when a later step fails, as with containerd's client.
 */
export const createContainerOn = async (
  { kernel }: ProgramMachine,
  client: Client,
  snapshotterName: string,
  snapshotter: Snapshotter,
  id: string,
  image: ResolvedImage,
  options: NewContainerOptions,
): Promise<ContainerInfo> => {
  const { labels = {}, snapshotLabels, runtime = RUNTIME, user: wanted, ...specOptions } = options;
  const chainId = image.layers.at(-1)?.chainId ?? '';
  await snapshotter.prepare(id, chainId, snapshotLabels === undefined ? {} : { labels: snapshotLabels });
  const user = await withMounted(kernel, await snapshotter.mounts(id), async (tree) =>
    userOf(tree, wanted ?? image.config.config?.User ?? ''),
  );
  return client.containers.create({
    id,
    image: image.name,
    snapshotter: snapshotterName,
    snapshotKey: id,
    runtime,
    spec: runtimeSpec(image.config, user, { ...specOptions, id, namespace: client.namespace }),
    labels: { ...image.config.config?.Labels, [LABEL_STOP_SIGNAL]: 'SIGTERM', ...labels },
  });
};

/** The same on an image by its name, which is unpacked first when it was not. NotFound. */
export const createContainerByName = async (
  machine: ProgramMachine,
  client: Client,
  snapshotterName: string,
  id: string,
  imageName: string,
  options: NewContainerOptions,
  onEvent?: ImageListener,
): Promise<ContainerInfo> => {
  const { target } = await client.images.get(imageName);
  const image = await resolveImage(client.content, target, { image: imageName });
  const snapshotter = client.snapshotter(snapshotterName);
  if (!(await isUnpacked(snapshotter, image)))
    await withTemporaryLease(machine, client, (leased) =>
      unpackImage(
        image,
        leased.content,
        { snapshotter: leased.snapshotter(snapshotterName), snapshotterName, kernel: machine.kernel },
        onEvent === undefined ? {} : { onEvent },
      ),
    );
  return createContainerOn(machine, client, snapshotterName, snapshotter, id, image, options);
};

/** Whether the snapshot of all layers is there. */
const isUnpacked = async (snapshotter: Snapshotter, { layers }: ResolvedImage): Promise<boolean> => {
  const top = layers.at(-1);
  if (top === undefined) return true;
  try {
    await snapshotter.stat(top.chainId);
    return true;
  } catch (error) {
    if (isClass(error, 'NotFound')) return false;
    throw error;
  }
};
