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
import { BLOCK } from './header.ts';
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

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80 && byte !== 0);

const fitsOctal = (length: number, value: number): boolean => value >= 0 && value < 8 ** (length - 1);

/** `length - 1` octal digits and a zero byte; a number that does not fit is 0, the PAX record has it. */
const putOctal = (block: Uint8Array, at: number, length: number, value: number): void => {
  const digits = (fitsOctal(length, value) ? value : 0).toString(8).padStart(length - 1, '0');
  for (let index = 0; index < digits.length; index++) block[at + index] = digits.charCodeAt(index);
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

const seal = (block: Uint8Array): void => {
  block.set(encoder.encode('ustar\u000000'), 257);
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  putOctal(block, 148, 7, sum);
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

/** The block (or blocks, with an extended header) of an entry; its data and padding follow. */
export const encodeHeader = (fields: HeaderFields): Uint8Array => {
  const { type, mode, uid, gid, size, devmajor, devminor } = fields;
  const name = encodeName(fields.name);
  const linkname = encodeName(fields.linkname);
  const mtime = Number(fields.mtime / SECOND - (fields.mtime % SECOND < 0n ? 1n : 0n));
  const records = new Map<string, Uint8Array>();
  const number = (key: string, length: number, value: number): void => {
    if (!fitsOctal(length, value)) records.set(key, encoder.encode(String(value)));
  };
  const prefix = splitPath(name);
  const longName = (name.length > NAME_SIZE || !isAscii(name)) && name.length > 0;
  if (linkname.length > NAME_SIZE || (!isAscii(linkname) && linkname.length > 0)) records.set('linkpath', linkname);
  number('uid', 8, uid);
  number('gid', 8, gid);
  number('size', 12, size);
  number('mtime', 12, mtime);
  for (const [key, value] of fields.xattrs ?? []) records.set(PAX_XATTR + key, value);
  const ustar = records.size === 0 && (!longName || prefix > 0);
  if (!ustar && longName) records.set('path', name);

  const block = new Uint8Array(BLOCK);
  putText(block, 0, NAME_SIZE, ustar && prefix > 0 ? name.subarray(prefix + 1) : name);
  putText(block, 157, NAME_SIZE, linkname);
  block[156] = type;
  putNumbers(block, mode, uid, gid, size, mtime);
  putOctal(block, 329, 8, devmajor);
  putOctal(block, 337, 8, devminor);
  if (ustar && prefix > 0) block.set(name.subarray(0, prefix), 345);
  seal(block);
  return ustar ? block : joined([extendedHeader(name, records), block]);
};

/** The zeros between an entry's data and the next block boundary. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** Two zero blocks end an archive. */
export const END_OF_ARCHIVE: number = 2 * BLOCK;
