/**
 * Where the bytes of a layer go: containerd's walking differ decides by the look of the mounts.
 *
 *   one overlay with an upperdir   the upper directory itself, with overlayfs's whiteouts: nothing is mounted, and
 *                                  attributes of directories the layer does not name come from the lower ones
 *   anything else                  the mounts, mounted in a temporary directory; whiteouts delete
 */
import type { Tree } from '../fs/index.ts';
import type { DiskTree, Kernel, Mount } from '../kernel/index.ts';

/** Where containerd mounts what it unpacks and compares, in its default configuration. */
const TEMPORARY_MOUNTS = '/var/lib/containerd/tmpmounts';

/** A place to apply a layer to. */
export interface ApplyTarget {
  readonly tree: Tree;
  readonly whiteouts: 'naive' | 'overlay';
  /** Topmost first. */
  readonly parents: readonly Tree[];
}

/** Mounts `mounts` in a temporary directory below `folder` for as long as `body` runs. */
export const withMounted = async <T>(
  kernel: Kernel,
  mounts: readonly Mount[],
  body: (tree: Tree) => Promise<T>,
  folder: string = TEMPORARY_MOUNTS,
): Promise<T> => {
  const { disk } = kernel;
  await disk.mkdir(folder, 0o700);
  const target = await disk.makeTemporary(`${folder}/containerd-mount`);
  try {
    await kernel.mount(mounts, target);
  } catch (error) {
    await disk.removeAll(target);
    throw error;
  }
  try {
    return await body(await disk.tree(target));
  } finally {
    // A mount that does not go keeps its directory: removing that would remove what is mounted.
    await kernel.unmount(target);
    await disk.removeAll(target);
  }
};

/** The value of an fstab-style option, e.g. `upperdir`. */
export const mountOption = (mount: Mount, name: string): string | undefined =>
  mount.options.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

/** The lower directories of an overlay, topmost first; a colon in a path is written `\:`. */
export const lowerDirectories = (mount: Mount): readonly string[] =>
  (mountOption(mount, 'lowerdir')?.match(/(?:\\.|[^:\\])+/gs) ?? []).map((path) => path.replace(/\\(.)/gs, '$1'));

/**
 * The same mounts for reading only. An overlay's upper directory becomes its topmost lower one: it may be mounted by a
 * container at this very moment, and two overlays must not share an upper directory.
 */
export const readOnlyMount = (mount: Mount): Mount => {
  if (mount.type !== 'overlay')
    return { ...mount, options: mount.options.map((each) => (each === 'rw' ? 'ro' : each)) };
  const upper = mountOption(mount, 'upperdir');
  if (upper === undefined) return mount;
  const lowers = [upper, ...lowerDirectories(mount)].map((path) => path.replace(/[\\:]/g, '\\$&'));
  const kept = mount.options.filter((each) => !/^(?:upperdir|workdir|lowerdir)=/.test(each));
  return { ...mount, options: [...kept, `lowerdir=${lowers.join(':')}`] };
};

/** Runs `body` on the place where a layer for a snapshot with these mounts belongs. */
export const withApplyTarget = async <T>(
  kernel: Kernel,
  mounts: readonly Mount[],
  body: (target: ApplyTarget) => Promise<T>,
  folder: string = TEMPORARY_MOUNTS,
): Promise<T> => {
  const [only, another] = mounts;
  const upper = only?.type === 'overlay' && another === undefined ? mountOption(only, 'upperdir') : undefined;
  if (only === undefined || upper === undefined)
    return withMounted(kernel, mounts, (tree) => body({ tree, whiteouts: 'naive', parents: [] }), folder);
  const trees: DiskTree[] = [];
  const open = async (path: string): Promise<Tree> => {
    const tree = await kernel.disk.tree(path);
    trees.push(tree);
    return tree;
  };
  try {
    const tree = await open(upper);
    const parents: Tree[] = [];
    for (const path of lowerDirectories(only)) parents.push(await open(path));
    return await body({ tree, whiteouts: 'overlay', parents });
  } finally {
    for (const tree of trees) tree.close();
  }
};
