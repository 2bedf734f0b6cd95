/**
 * The snapshots in a copy of the `metadata.db` that containerd's snapshotters keep.
 *
 *   v1
 *   └── snapshots            its sequence is the last id given out
 *       ╘══ <key or name>    id, kind (1 view, 2 active, 3 committed), parent, createdat, updatedat, inodes, size
 *           └── labels
 */
import type { DocumentedSnapshot, Kind, Labels, SnapshotDocument } from '@layerscope/core/snapshots';
import { toRfc3339 } from '@layerscope/core/snapshots';
import { type Bucket, readBolt } from './bolt-file.ts';
import { damagedBolt } from './damaged.ts';
import { readTime, readUvarint, readVarint } from './encodings.ts';

const KINDS: { readonly [byte: number]: Kind } = { 1: 'View', 2: 'Active', 3: 'Committed' };

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** METADATA_DAMAGED for a file that is none, or too torn to be read. An empty store has no snapshots. */
export const readBoltSnapshots = (file: Uint8Array): SnapshotDocument => {
  const snapshots = readBolt(file).bucket('v1')?.bucket('snapshots');
  if (snapshots === undefined) return { lastId: 0, snapshots: [] };
  const found: DocumentedSnapshot[] = [];
  for (const [key, value] of snapshots.entries()) {
    if (!(value instanceof Uint8Array)) found.push(readSnapshot(text(key), value));
  }
  return { lastId: Number(snapshots.sequence), snapshots: found };
};

const readSnapshot = (key: string, bucket: Bucket): DocumentedSnapshot => {
  const field = (name: string): Uint8Array => bucket.value(name) ?? damagedBolt(`snapshot ${key} has no ${name}`);
  const amount = (name: string): number => {
    const bytes = bucket.value(name);
    return bytes === undefined ? 0 : Number(readVarint(bytes));
  };
  return {
    id: Number(readUvarint(field('id'))[0]),
    key,
    kind: KINDS[field('kind')[0] ?? 0] ?? damagedBolt(`snapshot ${key} is of an unknown kind`),
    parent: text(bucket.value('parent') ?? new Uint8Array()),
    labels: readLabels(bucket.bucket('labels')),
    created: toRfc3339(readTime(field('createdat'))),
    updated: toRfc3339(readTime(field('updatedat'))),
    size: amount('size'),
    inodes: amount('inodes'),
  };
};

const readLabels = (bucket: Bucket | undefined): Labels => {
  const labels: { [key: string]: string } = {};
  for (const [key, value] of bucket?.entries() ?? []) {
    if (value instanceof Uint8Array) labels[text(key)] = text(value);
  }
  return labels;
};
