/** The JSON form of a snapshot document: what `metadata export` prints and `metadata import` reads. */
import { documentFaults } from '@layerscope/core/snapshots';
import type { DocumentedSnapshot, SnapshotDocument } from '@layerscope/core/snapshots';
import { MetadataError } from './metadata-error.ts';

export const FORMAT = 'layerscope snapshots 1';

export const printDocument = (document: SnapshotDocument): string =>
  `${JSON.stringify({ format: FORMAT, ...document }, null, 2)}\n`;

const refuse = (problem: string): never => {
  throw new MetadataError(
    'METADATA_DOCUMENT',
    `this is no list of snapshots: ${problem}`,
    'Write one with `layerscope metadata export`, or `layerscope metadata show --bolt FILE --json`.',
  );
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const FIELDS = {
  id: 'number',
  key: 'string',
  kind: 'string',
  parent: 'string',
  created: 'string',
  updated: 'string',
  size: 'number',
  inodes: 'number',
} as const;

const requireSnapshot = (value: unknown, index: number): void => {
  if (!isRecord(value)) return refuse(`snapshot ${index} is no object`);
  for (const [field, type] of Object.entries(FIELDS)) {
    if (typeof value[field] !== type) refuse(`${field} of snapshot ${index} is no ${type}`);
  }
  const { kind, labels } = value;
  if (kind !== 'Active' && kind !== 'View' && kind !== 'Committed')
    refuse(`snapshot ${index} is of kind ${String(kind)}`);
  if (!isRecord(labels) || Object.values(labels).some((label) => typeof label !== 'string')) {
    refuse(`the labels of snapshot ${index} are not text`);
  }
};

/** METADATA_DOCUMENT, with the field or the contradiction in the text. */
export const parseDocument = (json: string): SnapshotDocument => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return refuse((error as Error).message);
  }
  if (!isRecord(value) || value['format'] !== FORMAT) return refuse(`"format" is not "${FORMAT}"`);
  const { lastId, snapshots } = value;
  if (typeof lastId !== 'number' || !Array.isArray(snapshots)) return refuse('lastId or snapshots is missing');
  snapshots.forEach(requireSnapshot);
  const document: SnapshotDocument = { lastId, snapshots: snapshots as readonly DocumentedSnapshot[] };
  const [fault] = documentFaults(document);
  return fault === undefined ? document : refuse(fault);
};
