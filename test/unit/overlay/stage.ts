import type { OverlayOptions } from '@layerscope/core/overlay';
import type { SystemCalls } from '@layerscope/core/vfs';

/** Where a recorded row is played: the simulation, or this machine's kernel. Layers are at `base`/l0, `base`/u, the mount at `base`/m. */
export interface Stage {
  readonly base: string;
  readonly root: SystemCalls;
  write(path: string, text: string): void;
  /** Puts an empty lower layer (`/l0`) on a file system of its own. */
  separate(layer: string): void;
  mount(options: OverlayOptions): void;
  unmount(): void;
  /** Runs as uid and gid 1000, without a capability, with umask 022. */
  asUser<Result>(run: (calls: SystemCalls) => Result): Result;
}

/** What came of a row: the errno or `ok`, and trees as lines. */
export type Played = Readonly<Record<string, string>>;
