import type { Resource } from '../mark/resource.ts';
import type { Reference } from '../mark/roots.ts';

/** One step of a collection, told before it is done. */
export type CollectionStep =
  /** Something was reached: a root (no `from`), or by a reference. */
  | { readonly step: 'mark'; readonly reference: Reference }
  /** Its row goes: nothing keeps it. */
  | { readonly step: 'sweep'; readonly resource: Resource }
  /** A snapshotter loses a snapshot that no row names. */
  | { readonly step: 'backend-remove'; readonly snapshotter: string; readonly key: string }
  /** A snapshotter is asked to give disk space back. */
  | { readonly step: 'cleanup'; readonly snapshotter: string }
  /** The content store loses a blob that no row names. */
  | { readonly step: 'blob-remove'; readonly digest: string }
  /** The content store loses what a crash left of a blob that was being written. */
  | { readonly step: 'ingest-remove'; readonly ref: string };

/** Asked to wait for at every step: the collection goes on when it resolves. */
export type CollectionListener = (step: CollectionStep) => void | Promise<void>;
