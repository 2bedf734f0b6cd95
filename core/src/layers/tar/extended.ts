/** What extended headers change in the entry they stand before. */
import { decodeName } from '../../fs/index.ts';
import type { TarHeader } from './entry.ts';
import { parseDecimal } from './numeric.ts';
import { parsePaxTime, PAX_XATTR, type PaxRecords, SPARSE_MAP } from './pax.ts';

export const paxText = (pax: PaxRecords, key: string): string | undefined => {
  const value = pax.get(key);
  // An empty value takes the record back: the header's own field counts.
  return value === undefined || value.length === 0 ? undefined : decodeName(value);
};

export const paxNumber = (pax: PaxRecords, key: string): number | undefined => {
  const value = paxText(pax, key);
  return value === undefined ? undefined : parseDecimal(value);
};

const xattrsOf = (pax: PaxRecords): ReadonlyMap<string, Uint8Array> | undefined => {
  let found: Map<string, Uint8Array> | undefined;
  for (const [key, value] of pax) {
    // The value must not keep the whole chunk alive for as long as the file lives.
    if (key.startsWith(PAX_XATTR)) (found ??= new Map()).set(key.slice(PAX_XATTR.length), value.slice());
  }
  return found;
};

/** Names in UTF-8, numbers that the header has no room for, fractions of seconds, extended attributes. */
export const applyPax = (header: TarHeader, pax: PaxRecords): void => {
  header.name = paxText(pax, 'path') ?? header.name;
  header.linkname = paxText(pax, 'linkpath') ?? header.linkname;
  header.uid = paxNumber(pax, 'uid') ?? header.uid;
  header.gid = paxNumber(pax, 'gid') ?? header.gid;
  header.size = paxNumber(pax, 'size') ?? header.size;
  const mtime = paxText(pax, 'mtime');
  const atime = paxText(pax, 'atime');
  if (mtime !== undefined) header.mtime = parsePaxTime(mtime);
  if (atime !== undefined) header.atime = parsePaxTime(atime);
  header.xattrs = xattrsOf(pax);
};

/** Which sparse format the records describe, `undefined` for none or one that is not known. */
export const sparseFormat = (pax: PaxRecords): '0.x' | '1.0' | undefined => {
  const major = paxText(pax, 'GNU.sparse.major') ?? '';
  const minor = paxText(pax, 'GNU.sparse.minor') ?? '';
  if (major === '0' && (minor === '0' || minor === '1')) return '0.x';
  if (major === '1' && minor === '0') return '1.0';
  return major === '' && minor === '' && paxText(pax, SPARSE_MAP) !== undefined ? '0.x' : undefined;
};
