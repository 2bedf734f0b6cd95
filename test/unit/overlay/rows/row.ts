import type { OverlayOptions } from '@layerscope/core/overlay';
import type { SystemCalls } from '@layerscope/core/vfs';
import { describeTree, linesOf } from '../describe-tree.ts';
import { type Entries, put } from '../layer-entries.ts';
import { outcome } from '../simulated-mount.ts';
import type { Played, Stage } from '../stage.ts';

/** Prepares the layers. */
export type Step = (stage: Stage) => void;

/** One thing done on a mount, what it answers and what it leaves. The simulation and the kernel are held to the same rows. */
export interface Row {
  readonly name: string;
  /** What the lower layer holds. */
  readonly lower?: Entries;
  readonly layers?: Step;
  /** The lower layer is on a file system of its own. */
  readonly separate?: boolean;
  readonly options?: OverlayOptions;
  /** With the mount's root as working directory. */
  readonly act: (calls: SystemCalls, stage: Stage) => unknown;
  /** As uid 1000. */
  readonly asUser?: boolean;
  readonly result: string;
  /** The upper layer below its root; nothing by default. */
  readonly upper?: string;
}

/** Does the steps in order. */
export const all =
  (...steps: readonly Step[]): Step =>
  (stage) =>
    steps.forEach((step) => step(stage));

/** A file `data` in a layer, e.g. `/l0/f`. */
export const file =
  (path: string, mode: number, uid = 0, gid = uid): Step =>
  (stage) => {
    stage.write(stage.base + path, 'data');
    own(stage, path, mode, uid, gid);
  };

/** A directory in a layer. */
export const directory =
  (path: string, mode: number, uid = 0, gid = uid): Step =>
  (stage) => {
    stage.root.mkdir(stage.base + path, 0o755);
    own(stage, path, mode, uid, gid);
  };

const own = ({ base, root }: Stage, path: string, mode: number, uid: number, gid: number): void => {
  root.chown(base + path, uid, gid);
  root.chmod(base + path, mode);
};

/** Plays a row; what came of it has the keys of `recordedRow`. */
export const playRow = (stage: Stage, row: Row): Played => {
  const { base, root } = stage;
  if (row.separate === true) stage.separate('/l0');
  put(stage, `${base}/l0`, row.lower ?? {});
  row.layers?.(stage);
  stage.mount(row.options ?? {});
  const run = (calls: SystemCalls): string =>
    outcome(() => {
      calls.chdir(`${base}/m`);
      return row.act(calls, stage);
    });
  const result = row.asUser === true ? stage.asUser(run) : run(root);
  root.chdir('/');
  return { result, upper: linesOf(describeTree(root, `${base}/u`), (path) => path !== '/') };
};

export const recordedRow = ({ result, upper = '' }: Row): Played => ({ result, upper });
