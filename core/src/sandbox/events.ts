import type { ImageEvent } from '../images/index.ts';
import type { KernelEvent } from '../kernel/index.ts';

/** One call of the `Snapshotter` contract. `error` is the text of a refusal. */
export interface SnapshotCall {
  readonly type: 'snapshot-call';
  readonly snapshotter: string;
  /** `prepare`, `commit`, … */
  readonly method: string;
  /** Its string arguments: keys, names, parents. */
  readonly args: readonly string[];
  readonly error?: string;
}

/** Everything a sandbox does that can be watched. Core never prints: the page, the CLI and the tests listen. */
export type SandboxEvent =
  | SnapshotCall
  | { readonly type: 'image'; readonly event: ImageEvent }
  | { readonly type: 'kernel'; readonly event: KernelEvent };

/** Hears every event as it happens; must not throw. */
export type SandboxListener = (event: SandboxEvent) => void;
