import type { Tree } from '../fs/index.ts';
import type { Kernel, Mount } from '../kernel/index.ts';
import type { CommitOptions, Snapshotter } from '../snapshots/index.ts';
import { demand } from './law.ts';
import type { Closable } from './suite.ts';
import { treeDifferences } from './tree-compare.ts';
import { apply } from './tree-steps.ts';
import type { Step } from './tree-steps.ts';

/** What a snapshotter's laws are run on: a fresh snapshotter and the machine it stands on. */
export interface SnapshotterSubject extends Closable {
  readonly snapshotter: Snapshotter;
  readonly kernel: Kernel;
  /** An existing, empty directory of `kernel.disk` that the laws may fill. */
  readonly scratch: string;
}

const makeDirectory = async ({ kernel, scratch }: SnapshotterSubject, name: string): Promise<string> => {
  const path = await kernel.disk.makeTemporary(`${scratch}/${name}-`);
  await kernel.disk.chmod(path, 0o755);
  return path;
};

/** Mounts, hands the mounted tree to `body`, and unmounts whatever happens. */
export const mounted = async <T>(
  subject: SnapshotterSubject,
  mounts: readonly Mount[],
  body: (tree: Tree, path: string) => T | Promise<T>,
): Promise<T> => {
  const { kernel } = subject;
  demand('prepare, view and mounts answer at least one mount', mounts.length > 0);
  const path = await makeDirectory(subject, 'mount');
  await kernel.mount(mounts, path);
  try {
    return await body(await kernel.disk.tree(path), path);
  } finally {
    await kernel.unmount(path);
  }
};

/** Demands that mounting shows exactly `expected`. */
export const demandTree = (
  subject: SnapshotterSubject,
  what: string,
  mounts: readonly Mount[],
  expected: Tree,
): Promise<void> =>
  mounted(subject, mounts, (tree) => {
    const differences = treeDifferences(tree, expected);
    demand(`${what}: ${differences.slice(0, 5).join('; ')}`, differences.length === 0);
  });

/** A plain directory that went through the same steps as a snapshot: what the snapshot has to look like. */
export const plainTree = async (subject: SnapshotterSubject, steps: readonly Step[]): Promise<Tree> => {
  const tree = await subject.kernel.disk.tree(await makeDirectory(subject, 'plain'));
  apply(tree, steps);
  return tree;
};

/** Prepare, mount, apply, unmount, commit: how a layer becomes a snapshot. */
export const commitLayer = async (
  subject: SnapshotterSubject,
  name: string,
  parent: string,
  steps: readonly Step[],
  options: CommitOptions = {},
): Promise<void> => {
  const key = `${subject.scratch}/prepare-${name}`;
  const mounts = await subject.snapshotter.prepare(key, parent);
  await mounted(subject, mounts, (tree) => apply(tree, steps));
  await subject.snapshotter.commit(name, key, options);
};

/**
 * Builds a stack of layers and, after every one, compares a view of it with a plain directory that went through the same
 * steps. Answers the name of the top.
 */
export const demandLayers = async (
  subject: SnapshotterSubject,
  prefix: string,
  layers: readonly (readonly Step[])[],
): Promise<string> => {
  const plain = await plainTree(subject, []);
  let parent = '';
  for (const [index, steps] of layers.entries()) {
    const name = `${prefix}-${index + 1}`;
    await commitLayer(subject, name, parent, steps);
    apply(plain, steps);
    const mounts = await subject.snapshotter.view(`${name}-view`, name);
    await demandTree(subject, `a view of layer ${index + 1}`, mounts, plain);
    await subject.snapshotter.remove(`${name}-view`);
    parent = name;
  }
  return parent;
};
