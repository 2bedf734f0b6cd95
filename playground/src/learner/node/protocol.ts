/**
 * A learner's snapshotter as one of the page's own node. It stays where it can do no harm, in a worker of another origin,
 * and only values cross:
 *
 *   kernel worker                                 learner's worker
 *   Snapshotter ── create, ask ─────────────────▶ the learner's file
 *   Kernel, store ◀── kernel, store ───────────── Kernel, MetaStore
 *
 * The contract is asynchronous on both sides, so nobody has to wait in place. What is synchronous is there as a copy: the
 * rows of the store, and the clock.
 */
import type { LearnerModule } from '../job.ts';

/** What the worker is begun with. */
export interface NodeJob {
  readonly kind: 'node';
  readonly module: LearnerModule;
}

export type Row = readonly [key: string, value: unknown];

/** One change of the store; without a value the row goes. */
export interface Change {
  readonly key: string;
  readonly value?: unknown;
}

/** What the node asks of the learner's file. `now` is the node's time, nanoseconds. */
export interface LearnerApi {
  /** Answers as soon as the worker has read its own program, and nothing of the learner's. */
  ready(): Promise<void>;
  create(ground: { readonly root: string; readonly rows: readonly Row[]; readonly now: bigint }): Promise<void>;
  ask(call: { readonly method: string; readonly args: readonly unknown[]; readonly now: bigint }): Promise<unknown>;
}

/** What the learner's file asks of the node. */
export interface GroundApi {
  kernel(call: {
    readonly name: string;
    readonly args: readonly unknown[];
  }): Promise<{ readonly answer: unknown; readonly now: bigint }>;
  /** One transaction. */
  store(changes: readonly Change[]): Promise<void>;
}

/** The directory operations that cross; `tree` is synchronous, and stays behind. */
export const DISK_CALLS = [
  'mkdir',
  'makeTemporary',
  'rename',
  'removeAll',
  'chmod',
  'lchown',
  'lstat',
  'readdir',
  'usage',
  'copyTree',
] as const;

export const KERNEL_CALLS = ['supports', 'mount', 'unmount'] as const;
