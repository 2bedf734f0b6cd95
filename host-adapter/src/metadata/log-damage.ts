/**
 * Damage to the logs that no crash leaves behind. A crash tears the last record of a log, or the header of one whose rows
 * are in the database: what cannot be read then was never answered. Anything else is a loss of what was answered, and who
 * goes on without noticing takes the directories of the lost snapshots for orphans.
 */
import { readFileSync, statSync } from 'node:fs';
import { generationOf, HEADER, LogSegment, readRecords, recordAt, SEGMENT_BYTES } from './log-segment.ts';
import { MetadataError } from './metadata-error.ts';
import { logPaths } from './write-ahead-log.ts';

/** Records begin at multiples of it; those of older programs need not. */
const BLOCK = 512;

/** A service may be writing while somebody else looks: what is damaged stays damaged. */
const LOOKS = 5;

interface Log {
  readonly path: string;
  readonly bytes: Buffer;
  /** 0: never begun. `undefined`: the header cannot be read. */
  readonly generation: number | undefined;
}

const readLog = (path: string): Log | undefined => {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const bytes = readFileSync(path);
  const isBlank = bytes.subarray(0, HEADER).every((byte) => byte === 0);
  return { path, bytes, generation: isBlank ? 0 : generationOf(bytes) };
};

/** Whether a whole record of a generation begins anywhere from a byte on. */
const hasRecords = (bytes: Buffer, from: number, generation: number): boolean => {
  for (let at = Math.ceil(from / BLOCK) * BLOCK; at < bytes.length; at += BLOCK) {
    if (recordAt(bytes, at, generation) !== undefined) return true;
  }
  return false;
};

/** What is wrong with a log, beside the other one. */
const damageOf = ({ bytes, generation }: Log, other: Log): string | undefined => {
  if (bytes.length < SEGMENT_BYTES) return `was cut to ${bytes.length} bytes`;
  if (generation !== undefined && generation !== 0) {
    const end = readRecords(bytes, generation);
    return hasRecords(bytes, end + 1, generation) ? `cannot be read from byte ${end} on` : undefined;
  }
  // The generation that follows the other one's is not in the database. An older one may be begun anew.
  const isLost =
    (generation === undefined && other.generation === undefined) ||
    hasRecords(bytes, BLOCK, (other.generation ?? 0) + 1);
  return isLost ? 'cannot be read: its first bytes are damaged' : undefined;
};

const problemOf = (path: string): string | undefined => {
  const [first, second] = logPaths(path).map((file) => readLog(file) ?? file);
  for (const log of [first!, second!]) if (typeof log === 'string') return `${log} is gone`;
  const [one, two] = [first, second] as [Log, Log];
  for (const [log, other] of [
    [one, two],
    [two, one],
  ] as const) {
    const damage = damageOf(log, other);
    if (damage !== undefined) return `${log.path} ${damage}`;
  }
  return undefined;
};

/**
 * Throws METADATA_DAMAGED when a log of a database that has logs is gone, cut, or unreadable before its end. Changes
 * nothing.
 */
export const requireLogs = (path: string): void => {
  let problem = problemOf(path);
  for (let look = 1; problem !== undefined && look < LOOKS; look++) problem = problemOf(path);
  if (problem === undefined) return;
  throw new MetadataError(
    'METADATA_DAMAGED',
    `${problem}, and what was recorded last is in it`,
    'Nothing was changed. Bring the file back, or move every metadata.mdb* away and `layerscope metadata import` an export.',
  );
};

/** Makes the logs that are missing. Before the database says that it has logs: from then on they must be there. */
export const makeLogs = (path: string): void => {
  for (const log of logPaths(path)) new LogSegment(log).close();
};
