/**
 * Writes header blocks as Go's archive/tar does for containerd: plain ustar when every field fits, the path split into
 * prefix and name if need be; PAX records, sorted by key, for what does not.
 *
 * Why not tar-stream's `pack`, which writes the archives around the layers: its numbers are six digits and a blank where
 * Go's are seven digits and a zero byte, its extended headers have other names and fields, and PAX values are text. A
 * layer written with it has another digest than containerd's for the same files.
 */
import { encodeName, type Nanoseconds } from '../../fs/index.ts';
import { TYPE_PAX } from './entry.ts';
import { BLOCK, sumBytes } from './header.ts';
import { PAX_XATTR } from './pax.ts';

/** What a header says. Names are strings as `names.ts` has them, a directory's ends with a slash. */
export interface HeaderFields {
  readonly name: string;
  readonly linkname: string;
  /** The type flag's byte value. */
  readonly type: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Whole seconds are written, the rest is cut off. */
  readonly mtime: Nanoseconds;
  readonly devmajor: number;
  readonly devminor: number;
  readonly xattrs: ReadonlyMap<string, Uint8Array> | undefined;
}

const NAME_SIZE = 100;
const PREFIX_SIZE = 155;
const SLASH = 0x2f;
const SECOND = 1_000_000_000n;

const encoder = new TextEncoder();
/** Magic and version of POSIX. */
const USTAR = encoder.encode('ustar\u000000');
const NO_RECORDS: ReadonlyMap<string, Uint8Array> = new Map();

const isAscii = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === 0 || byte >= 0x80) return false;
  }
  return true;
};

const fitsOctal = (length: number, value: number): boolean => value >= 0 && value < 8 ** (length - 1);

/** `length - 1` octal digits and a zero byte; a number that does not fit is 0, the PAX record has it. */
const putOctal = (block: Uint8Array, at: number, length: number, value: number): void => {
  let index = at + length - 2;
  let rest = fitsOctal(length, value) ? value : 0;
  for (; rest > 0x7fffffff; index--) {
    block[index] = 0x30 + (rest % 8);
    rest = Math.floor(rest / 8);
  }
  for (; index >= at; index--) {
    block[index] = 0x30 | (rest & 7);
    rest >>= 3;
  }
};

/** The ASCII part of a text, cut at the end of its field. A cut must not leave a slash: that would say "directory". */
const putText = (block: Uint8Array, at: number, length: number, bytes: Uint8Array): void => {
  const text = isAscii(bytes) ? bytes : bytes.filter((byte) => byte < 0x80 && byte !== 0);
  block.set(text.subarray(0, length), at);
  if (text.length <= length || text[length - 1] !== SLASH) return;
  let end = length - 1;
  while (end > 0 && text[end - 1] === SLASH) end--;
  block.fill(0, at + end, at + length);
};

/** Writes a text of at most 100 ASCII characters, as nearly all names are; `false`, with nothing said, for any other. */
const putShortText = (block: Uint8Array, at: number, text: string): boolean => {
  if (text.length > NAME_SIZE) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0 || code >= 0x80) return false;
    block[at + index] = code;
  }
  return true;
};

const seal = (block: Uint8Array): void => {
  block.set(USTAR, 257);
  block.fill(0x20, 148, 156);
  putOctal(block, 148, 7, sumBytes(block, 0));
  block[154] = 0;
};

/** Where the prefix of a long path ends, so that both parts fit their fields; 0 when there is no such place. */
const splitPath = (name: Uint8Array): number => {
  if (name.length <= NAME_SIZE || !isAscii(name)) return 0;
  let length = Math.min(name.length, PREFIX_SIZE + 1);
  if (length === name.length && name[length - 1] === SLASH) length--;
  const cut = name.lastIndexOf(SLASH, length - 1);
  const rest = name.length - cut - 1;
  return cut <= 0 || rest > NAME_SIZE || rest === 0 || cut > PREFIX_SIZE ? 0 : cut;
};

const record = (key: string, value: Uint8Array): Uint8Array => {
  const body = encoder.encode(` ${key}=`);
  const bare = body.length + value.length + 1;
  let length = bare + String(bare).length;
  if (String(length).length > String(bare).length) length = bare + String(length).length;
  const bytes = new Uint8Array(length);
  const digits = encoder.encode(String(length));
  bytes.set(digits);
  bytes.set(body, digits.length);
  bytes.set(value, digits.length + body.length);
  bytes[length - 1] = 0x0a;
  return bytes;
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** An extended header and its records. Its own name, which no reader looks at, is `<dir>/PaxHeaders.0/<name>`. */
const extendedHeader = (name: Uint8Array, records: ReadonlyMap<string, Uint8Array>): Uint8Array => {
  const sorted = [...records].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const body = sorted.map(([key, value]) => record(key, value));
  const size = body.reduce((sum, { length }) => sum + length, 0);
  const block = new Uint8Array(BLOCK);
  const cut = name.lastIndexOf(SLASH) + 1;
  const folder = encoder.encode(cut === name.length ? 'PaxHeaders.0' : 'PaxHeaders.0/');
  const parts = [name.subarray(0, cut), folder, name.subarray(cut)];
  const path = joined(parts).filter((byte) => byte < 0x80 && byte !== 0);
  let end = Math.min(path.length, NAME_SIZE);
  while (end > 0 && path[end - 1] === SLASH) end--;
  block.set(path.subarray(0, end));
  block[156] = TYPE_PAX;
  putNumbers(block, 0, 0, 0, size, 0);
  seal(block);
  return joined([block, ...body, new Uint8Array(paddingOf(size))]);
};

const putNumbers = (block: Uint8Array, mode: number, uid: number, gid: number, size: number, mtime: number): void => {
  putOctal(block, 100, 8, mode);
  putOctal(block, 108, 8, uid);
  putOctal(block, 116, 8, gid);
  putOctal(block, 124, 12, size);
  putOctal(block, 136, 12, mtime);
};

/** What does not fit into the header, but for the path. */
const recordsOf = (fields: HeaderFields, mtime: number, longLink: boolean): ReadonlyMap<string, Uint8Array> => {
  const { uid, gid, size, linkname, xattrs } = fields;
  if (
    xattrs === undefined &&
    !longLink &&
    fitsOctal(8, uid) &&
    fitsOctal(8, gid) &&
    fitsOctal(12, size) &&
    fitsOctal(12, mtime)
  ) {
    return NO_RECORDS;
  }
  const records = new Map<string, Uint8Array>();
  const number = (key: string, length: number, value: number): void => {
    if (!fitsOctal(length, value)) records.set(key, encoder.encode(String(value)));
  };
  if (longLink) records.set('linkpath', encodeName(linkname));
  number('uid', 8, uid);
  number('gid', 8, gid);
  number('size', 12, size);
  number('mtime', 12, mtime);
  for (const [key, value] of xattrs ?? []) records.set(PAX_XATTR + key, value);
  return records;
};

/** The block (or blocks, with an extended header) of an entry; its data and padding follow. */
export const encodeHeader = (fields: HeaderFields): Uint8Array => {
  const block = new Uint8Array(BLOCK);
  const mtime = Number(fields.mtime / SECOND) - (fields.mtime < 0n && fields.mtime % SECOND !== 0n ? 1 : 0);
  const longLink = !putShortText(block, 157, fields.linkname);
  if (longLink) putText(block, 157, NAME_SIZE, encodeName(fields.linkname));
  const records = recordsOf(fields, mtime, longLink);
  block[156] = fields.type;
  putNumbers(block, fields.mode, fields.uid, fields.gid, fields.size, mtime);
  putOctal(block, 329, 8, fields.devmajor);
  putOctal(block, 337, 8, fields.devminor);

  if (putShortText(block, 0, fields.name)) {
    seal(block);
    return records.size === 0 ? block : joined([extendedHeader(encodeName(fields.name), records), block]);
  }
  const name = encodeName(fields.name);
  const prefix = records.size === 0 ? splitPath(name) : 0;
  block.fill(0, 0, NAME_SIZE);
  putText(block, 0, NAME_SIZE, prefix > 0 ? name.subarray(prefix + 1) : name);
  if (prefix > 0) block.set(name.subarray(0, prefix), 345);
  seal(block);
  return prefix > 0 ? block : joined([extendedHeader(name, new Map([...records, ['path', name]])), block]);
};

/** The zeros between an entry's data and the next block boundary. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** Two zero blocks end an archive. */
export const END_OF_ARCHIVE: number = 2 * BLOCK;
