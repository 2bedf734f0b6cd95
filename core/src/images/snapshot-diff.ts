/** What a snapshot changes, as a layer tar: containerd's `rootfs.CreateDiff` over its walking differ. */
import type { Tree } from '../fs/index.ts';
import type { Kernel, Mount } from '../kernel/index.ts';
import { diffTrees, type DiffOptions } from '../layers/index.ts';
import type { Snapshotter } from '../snapshots/index.ts';
import { uniquePart } from './extraction-key.ts';
import { readOnlyMount, withMounted } from './mounted.ts';

/** The snapshots a diff reads, and the machine to mount them on. */
export interface DiffSource {
  readonly snapshotter: Snapshotter;
  readonly kernel: Kernel;
}

/** Runs `body` with the mounts of a view that is gone afterwards. */
const withView = async <T>(
  { snapshotter }: DiffSource,
  key: string,
  parent: string,
  body: (mounts: readonly Mount[]) => Promise<T>,
): Promise<T> => {
  const mounts = await snapshotter.view(key, parent);
  try {
    return await body(mounts);
  } finally {
    await snapshotter.remove(key);
  }
};

/**
 * Runs `body` on two trees: what the snapshot `key` (active or committed) was made on, and what it is now. They may be
 * read within `body` only; nothing may write to the snapshot meanwhile. Views and mounts are removed whatever happens.
 * NotFound.
 */
export const withSnapshotTrees = async <T>(
  source: DiffSource,
  key: string,
  body: (before: Tree, after: Tree) => Promise<T>,
): Promise<T> => {
  const { snapshotter, kernel } = source;
  const { kind, parent } = await snapshotter.stat(key);
  const unique = (): string => uniquePart(kernel.clock, kernel.random);
  const compare = (lower: readonly Mount[], upper: readonly Mount[]): Promise<T> =>
    withMounted(kernel, lower, (before) =>
      withMounted(kernel, upper.map(readOnlyMount), (after) => body(before, after)),
    );
  return withView(source, `${parent}-parent-view-${unique()}`, parent, async (lower) =>
    kind === 'Committed'
      ? withView(source, `${key}-view-${unique()}`, key, (upper) => compare(lower, upper))
      : compare(lower, await snapshotter.mounts(key)),
  );
};

/** Runs `body` on the layer tar of what a snapshot changes against its parent; see `withSnapshotTrees`. */
export const withSnapshotDiff = <T>(
  source: DiffSource,
  key: string,
  body: (tar: AsyncIterable<Uint8Array>) => Promise<T>,
  options: DiffOptions = {},
): Promise<T> => withSnapshotTrees(source, key, (before, after) => body(diffTrees(before, after, options)));
