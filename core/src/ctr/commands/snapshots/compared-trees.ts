/** Two trees to compare: a snapshot and its parent, or two snapshots. */
import type { Tree } from '../../../fs/index.ts';
import { readOnlyMount, withMounted, withSnapshotTrees, type DiffSource } from '../../../images/index.ts';

/** Runs `body` on a snapshot, mounted read-only; a committed one through a view called `<id>-view-key`. */
const withSnapshot = async <T>(
  { snapshotter, kernel }: DiffSource,
  id: string,
  body: (tree: Tree) => Promise<T>,
): Promise<T> => {
  const { kind } = await snapshotter.stat(id);
  if (kind !== 'Committed') return withMounted(kernel, (await snapshotter.mounts(id)).map(readOnlyMount), body);
  const view = `${id}-view-key`;
  const mounts = await snapshotter.view(view, id);
  try {
    return await withMounted(kernel, mounts, body);
  } finally {
    await snapshotter.remove(view);
  }
};

/** Runs `body` on what was, and what is. With one id it is the snapshot that is, and its parent that was. NotFound. */
export const withComparedTrees = async <T>(
  source: DiffSource,
  ids: readonly [id: string, other?: string],
  body: (before: Tree, after: Tree) => Promise<T>,
): Promise<T> => {
  const [id, other] = ids;
  if (other === undefined) return withSnapshotTrees(source, id, body);
  // Both are asked for before anything is mounted.
  await source.snapshotter.stat(id);
  await source.snapshotter.stat(other);
  return withSnapshot(source, id, (before) => withSnapshot(source, other, (after) => body(before, after)));
};
