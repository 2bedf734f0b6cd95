import type { SystemCalls } from '@layerscope/core/vfs';
import type { Scene } from './scene.ts';

/** One of the two machines that are compared: directories for the layers below `base`, and an overlay mounted on them. */
export interface Machine {
  /** Prefix of all paths: `/tmp/…` on Linux, empty in the simulation. */
  readonly base: string;
  readonly calls: SystemCalls;
  /** Runs as uid 1000, with root's groups and without file capabilities. */
  asUser<Result>(run: (calls: SystemCalls) => Result): Result;
  mountOverlay(scene: Scene): void;
  unmountOverlay(): void;
  close(): void;
}

/** Where the layers lie, below `base`: lowers by number, data-only ones as `data0`, …. With `separateFs`, `/lower` is a file system of its own. */
export const LOWER = '/lower';
export const UPPER = '/upper/u';
export const WORK = '/upper/w';
export const MERGED = '/m';
