/**
 * The `Snapshotter` contract: containerd's ten methods and `cleanup`.
 *
 * Vocabulary
 * - *key*: names an active snapshot or a view. Given by the caller at `prepare`/`view`, gone after `commit`/`remove`.
 * - *name*: names a committed snapshot. Given by the caller at `commit`. Keys and names share one flat space.
 * - *parent*: the *name* of a committed snapshot that a snapshot was made on; `''` = none.
 *
 * An active snapshot never *becomes* a committed one: `commit(name, key)` ends the key and begins the name, in one
 * transaction. Both are entities of their own.
 *
 *   Import of a layer                              A container
 *     mounts = prepare('extract-1', 'layer-0')       mounts = prepare('ctr-1', 'layer-9')
 *     mount(mounts), apply the tar, unmount          mount(mounts), run
 *     commit('layer-1', 'extract-1')                 remove('ctr-1')
 *
 * Every failure is a `ContainerdError` with containerd's class and text (see `errors.ts`).
 */
import type { Nanoseconds } from '../fs/index.ts';
import type { Mount, Usage } from '../kernel/index.ts';

/** Kinds by containerd's spelling; on the wire View = 1, Active = 2, Committed = 3. */
export type Kind = 'View' | 'Active' | 'Committed';

export type Labels = { readonly [key: string]: string };

/** What `stat` and `walk` tell of a snapshot. `name` is the key of an active one or a view. */
export interface Info {
  readonly kind: Kind;
  readonly name: string;
  /** `''` = none. */
  readonly parent: string;
  readonly labels: Labels;
  readonly created: Nanoseconds;
  readonly updated: Nanoseconds;
}

/** Options of `prepare` and `view`. */
export interface PrepareOptions {
  readonly labels?: Labels;
}

/** Options of `commit`. Labels *replace* those of the active snapshot. */
export interface CommitOptions {
  readonly labels?: Labels;
  /** Rebase (containerd 2.2+): takes effect only when the active snapshot has no parent. */
  readonly parent?: string;
}

export interface Snapshotter {
  /** NotFound. */
  stat(key: string): Promise<Info>;
  /**
   * Changes labels. Without `fieldpaths` all labels are replaced; with `labels.<key>` only those, an absent or empty
   * value deletes. NotFound; InvalidArgument for any other path.
   */
  update(info: Pick<Info, 'name' | 'labels'>, ...fieldpaths: readonly string[]): Promise<Info>;
  /** What removing this snapshot would give back: live for an active one, as of commit for a committed one, 0 for a view. */
  usage(key: string): Promise<Usage>;
  /** The mounts of an active snapshot or a view. NotFound; FailedPrecondition for a committed one. */
  mounts(key: string): Promise<readonly Mount[]>;
  /** A writable snapshot on `parent`. NotFound, InvalidArgument (parent not committed), AlreadyExists. */
  prepare(key: string, parent: string, options?: PrepareOptions): Promise<readonly Mount[]>;
  /** As `prepare`, read-only. */
  view(key: string, parent: string, options?: PrepareOptions): Promise<readonly Mount[]>;
  /** NotFound (key), AlreadyExists (name), FailedPrecondition (not active), InvalidArgument (rebase conflict). */
  commit(name: string, key: string, options?: CommitOptions): Promise<void>;
  /** NotFound; FailedPrecondition when it has children. The key or name is free again at once. */
  remove(key: string): Promise<void>;
  /** Calls `visit` for every snapshot that any of `filters` matches (none = all). InvalidArgument for bad syntax. */
  walk(visit: (info: Info) => void | Promise<void>, ...filters: readonly string[]): Promise<void>;
  /** Frees disk space that `remove` left behind. Absent when the design has nothing to free later. */
  cleanup?(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}
