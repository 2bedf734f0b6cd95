/**
 * PAX extended headers: records `"<length> <key>=<value>\n"`, the length counting itself.
 *
 * Values are kept as bytes: an extended attribute such as `security.capability` is not text.
 */
import { decodeName, type Nanoseconds } from '../../fs/index.ts';
import { LayerError } from '../layer-error.ts';

export type PaxRecords = Map<string, Uint8Array>;

/** Where extended attributes stand, by star's convention that all tar writers follow. */
export const PAX_XATTR = 'SCHILY.xattr.';

/** The keys whose values are names, in which a zero byte would hide what follows. */
const NAMES: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname']);
/** GNU's sparse format 0.0 repeats these keys, in pairs; they are gathered into the map of format 0.1. */
const SPARSE_OFFSET = 'GNU.sparse.offset';
const SPARSE_BYTES = 'GNU.sparse.numbytes';
export const SPARSE_MAP = 'GNU.sparse.map';

const bad = (problem: string): never => {
  throw new LayerError('invalid-header', { problem });
};

/** The records of an extended header; a later one replaces an earlier of the same key. */
export const parsePax = (bytes: Uint8Array): PaxRecords => {
  const records: PaxRecords = new Map();
  const sparse: string[] = [];
  for (let at = 0; at < bytes.length;) {
    let length = 0;
    let cursor = at;
    for (; cursor < bytes.length && bytes[cursor] !== 0x20; cursor++) {
      const digit = (bytes[cursor] as number) - 0x30;
      if (digit < 0 || digit > 9 || length > bytes.length) return bad('an extended header has no length');
      length = length * 10 + digit;
    }
    const end = at + length;
    if (length < 5 || end > bytes.length || bytes[end - 1] !== 0x0a) return bad('an extended header record is cut off');
    const equals = bytes.indexOf(0x3d, cursor + 1);
    if (equals <= cursor + 1 || equals >= end) return bad('an extended header record has no key');
    const key = decodeName(bytes.subarray(cursor + 1, equals));
    const value = bytes.subarray(equals + 1, end - 1);
    if ((NAMES.has(key) && value.includes(0)) || key.includes('\0')) return bad(`${key} holds a zero byte`);
    if (key === SPARSE_OFFSET || key === SPARSE_BYTES) {
      if ((sparse.length % 2 === 0) !== (key === SPARSE_OFFSET)) return bad('a sparse map is out of order');
      sparse.push(decodeName(value));
    } else records.set(key, value);
    at = end;
  }
  if (sparse.length > 0) records.set(SPARSE_MAP, new TextEncoder().encode(sparse.join(',')));
  return records;
};

/** A time `[-]seconds[.fraction]`; digits beyond nanoseconds are dropped. */
export const parsePaxTime = (text: string): Nanoseconds => {
  const [, sign, seconds = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text) ?? bad('a time is not a number');
  const value = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
  return sign === '-' ? -value : value;
};
