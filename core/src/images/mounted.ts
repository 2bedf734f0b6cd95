/**
 * Where the bytes of a layer go: containerd's walking differ decides by the look of the mounts.
 *
 *   one overlay with an upperdir   the upper directory itself, with overlayfs's whiteouts: nothing is mounted, and
 *                                  attributes of directories the layer does not name come from the lower ones
 *   anything else                  the mounts, mounted in a temporary directory; whiteouts delete
 */
import type { Tree } from '../fs/index.ts';
import type { Kernel, Mount } from '../kernel/index.ts';

/** Where containerd mounts what it unpacks and compares, in its default configuration. */
const TEMPORARY_MOUNTS = '/var/lib/containerd/tmpmounts';

/** A place to apply a layer to. */
export interface ApplyTarget {
  readonly tree: Tree;
  readonly whiteouts: 'naive' | 'overlay';
  /** Topmost first. */
  readonly parents: readonly Tree[];
}

/** Mounts `mounts` in a temporary directory for as long as `body` runs. */
export const withMounted = async <T>(
  kernel: Kernel,
  mounts: readonly Mount[],
  body: (tree: Tree) => Promise<T>,
): Promise<T> => {
  const { disk } = kernel;
  await disk.mkdir(TEMPORARY_MOUNTS, 0o700);
  const target = await disk.makeTemporary(`${TEMPORARY_MOUNTS}/containerd-mount`);
  try {
    await kernel.mount(mounts, target);
    try {
      return await body(await disk.tree(target));
    } finally {
      await kernel.unmount(target);
    }
  } finally {
    await disk.removeAll(target);
  }
};

/** The value of an fstab-style option, e.g. `upperdir`. */
export const mountOption = (mount: Mount, name: string): string | undefined =>
  mount.options.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

/** The lower directories of an overlay, topmost first; a colon in a path is written `\:`. */
export const lowerDirectories = (mount: Mount): readonly string[] =>
  (mountOption(mount, 'lowerdir')?.match(/(?:\\.|[^:\\])+/gs) ?? []).map((path) => path.replace(/\\(.)/gs, '$1'));

/** Runs `body` on the place where a layer for a snapshot with these mounts belongs. */
export const withApplyTarget = async <T>(
  kernel: Kernel,
  mounts: readonly Mount[],
  body: (target: ApplyTarget) => Promise<T>,
): Promise<T> => {
  const [only, another] = mounts;
  const upper = only?.type === 'overlay' && another === undefined ? mountOption(only, 'upperdir') : undefined;
  if (only === undefined || upper === undefined)
    return withMounted(kernel, mounts, (tree) => body({ tree, whiteouts: 'naive', parents: [] }));
  const { disk } = kernel;
  return body({
    tree: await disk.tree(upper),
    whiteouts: 'overlay',
    parents: await Promise.all(lowerDirectories(only).map((path) => disk.tree(path))),
  });
};
