/** The rows of the content store in the metadata store. */
import type { Labels, MetaReader } from '../../snapshots/index.ts';
import type { Digest } from '../oci/descriptor.ts';

/** Times are nanoseconds since the epoch, as decimal digits (JSON has no bigint). */
export interface ContentRow {
  readonly created: string;
  readonly updated: string;
  readonly labels: Labels;
}

export const rowKey = (digest: Digest): string => `content/blob/${digest}`;

export const readRow = (tx: MetaReader, digest: Digest): ContentRow | undefined =>
  tx.get(rowKey(digest)) as ContentRow | undefined;

/** `labels` with `change` laid over; an empty value removes, as everywhere in containerd. */
export const changedLabels = (labels: Labels, change: Labels): Labels =>
  Object.fromEntries(Object.entries({ ...labels, ...change }).filter(([, value]) => value !== ''));
