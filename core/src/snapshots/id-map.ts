/**
 * The uid and gid mapping labels of a snapshot (containerd 2.0+, comma lists since 2.1): who owns the root of a
 * container that runs in a user namespace.
 */
import { refusal } from './errors.ts';
import { LABEL_SNAPSHOT_GID_MAPPING, LABEL_SNAPSHOT_UID_MAPPING } from './labels.ts';
import type { Labels } from './snapshotter.ts';

/** One entry: `length` ids from `container` on are `host` and up on the host. */
export interface IdMapping {
  readonly container: number;
  readonly host: number;
  readonly length: number;
}

/** Host ids of container 0:0. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** (uid_t)-1 means "no id" to the kernel, so no mapping may answer it. */
const INVALID_ID = 0xffff_ffff;

const unparsable = (entry: string, why: string): never => {
  throw refusal('id-map-unparsable', { problem: `input value ${entry} unparsable: ${why}`, entry });
};

/** Reads as Go's `Sscanf("%d:%d:%d")` does: blanks before a number are skipped, what follows the third is ignored. */
const parseEntry = (entry: string): IdMapping => {
  let rest = entry;
  const read = (separator: string): number => {
    if (!rest.startsWith(separator))
      return unparsable(entry, rest === '' ? 'unexpected EOF' : 'input does not match format');
    rest = rest.slice(separator.length).trimStart();
    const digits = /^[+-]?\d+/.exec(rest)?.[0];
    if (digits === undefined) return unparsable(entry, /^[+-]?$/.test(rest) ? 'EOF' : 'expected integer');
    rest = rest.slice(digits.length);
    return Number(digits);
  };
  const mapping = { container: read(''), host: read(':'), length: read(':') };
  if (Object.values(mapping).some((number) => number < 0 || number >= INVALID_ID)) {
    throw refusal('id-map-unparsable', { problem: `invalid mapping "${entry}"`, entry });
  }
  return mapping;
};

/** Parses `container:host:length[,...]`; an empty label is no mapping. Throws Unknown, as containerd does. */
export const parseIdMap = (label: string): readonly IdMapping[] =>
  label === '' ? [] : label.split(',').map(parseEntry);

const rootOf = (map: readonly IdMapping[]): number => {
  if (map.length === 0) return 0;
  const entry = map.find(({ container, length }) => container === 0 && length > 0);
  if (entry === undefined) throw refusal('id-map-without-root');
  return entry.host;
};

/**
 * Who owns the root directory of a snapshot with these labels; `undefined` when it has no mapping label.
 * A half that is missing maps every id to itself. Throws Unknown for a label that cannot be read or leaves out id 0.
 */
export const mappedOwner = (labels: Labels): Owner | undefined => {
  const uidLabel = labels[LABEL_SNAPSHOT_UID_MAPPING];
  const gidLabel = labels[LABEL_SNAPSHOT_GID_MAPPING];
  if (uidLabel === undefined && gidLabel === undefined) return undefined;
  const uids = parseIdMap(uidLabel ?? '');
  const gids = parseIdMap(gidLabel ?? '');
  return { uid: rootOf(uids), gid: rootOf(gids) };
};
