/**
 * One 512-byte header block: POSIX ustar, GNU, star and v7.
 *
 *   0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8 | 156 type
 *   157 link name 100 | 257 magic 6 | 263 version 2 | 265 user 32 | 297 group 32 | 329 major 8 | 337 minor 8
 *   345 prefix 155 (ustar)  |  345 atime 12, 357 ctime 12 (GNU)  |  345 prefix 131, 476 atime 12, 508 "tar\0" (star)
 *
 * Blocks are read where they lie, in the chunk they came in: a view of each would cost more than the parsing.
 */
import { decodeName, type Nanoseconds } from '../../fs/index.ts';
import { LayerError } from '../layer-error.ts';
import type { TarHeader } from './entry.ts';
import { parseNumber } from './numeric.ts';

export const BLOCK = 512;

const USTAR = 'ustar\0';
const GNU = 'ustar  \0';

/** The text of a field up to its first zero byte. Nearly all are short ASCII, for which a decoder costs more. */
const parseText = (bytes: Uint8Array, start: number, length: number): string => {
  let end = start;
  let high = 0;
  for (const limit = start + length; end < limit; end++) {
    const byte = bytes[end] as number;
    if (byte === 0) break;
    high |= byte;
  }
  const field = bytes.subarray(start, end);
  return high < 0x80 ? String.fromCharCode.apply(undefined, field as unknown as number[]) : decodeName(field);
};

/** The sum of a block's bytes; of four at a time where the block stands on a word boundary. */
export const sumBytes = (bytes: Uint8Array, at: number): number => {
  const position = bytes.byteOffset + at;
  let sum = 0;
  if (position % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, position, BLOCK / 4);
    // Two sums side by side, each of at most 256 bytes: they fit in 16 bits.
    let pairs = 0;
    for (let index = 0; index < BLOCK / 4; index++) {
      const word = words[index] as number;
      pairs += (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff);
    }
    return (pairs & 0xffff) + (pairs >>> 16);
  }
  for (let index = at; index < at + BLOCK; index++) sum += bytes[index] as number;
  return sum;
};

/** POSIX sums unsigned bytes, some old writers signed ones; the checksum field itself counts as blanks. */
const checksumFits = (bytes: Uint8Array, at: number): boolean => {
  let sum = sumBytes(bytes, at) + 8 * 0x20;
  for (let index = at + 148; index < at + 156; index++) sum -= bytes[index] as number;
  const stored = parseNumber(bytes, at + 148, 8);
  if (stored === sum) return true;
  for (let index = at; index < at + BLOCK; index++) {
    if ((index < at + 148 || index >= at + 156) && (bytes[index] as number) >= 0x80) sum -= 256;
  }
  return stored === sum;
};

export const isZeroBlock = (bytes: Uint8Array, at: number): boolean => {
  for (let index = at; index < at + BLOCK; index++) if (bytes[index] !== 0) return false;
  return true;
};

const startsWith = (bytes: Uint8Array, at: number, text: string): boolean => {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
};

export const isGnuHeader = (bytes: Uint8Array, at: number): boolean => startsWith(bytes, at + 257, GNU);

/** Up to here, whole seconds in nanoseconds are exact as a double: a second is 5^9 times a power of two. */
const EXACT_SECONDS = 2 ** 32;

export const fromSeconds = (value: number): Nanoseconds =>
  value >= 0 && value < EXACT_SECONDS ? BigInt(value * 1e9) : BigInt(value) * 1_000_000_000n;

/** The header in the block at `at`. Throws `invalid-header` when the checksum or a number is wrong. */
export const parseHeader = (bytes: Uint8Array, at: number): TarHeader => {
  if (!checksumFits(bytes, at)) throw new LayerError('invalid-header', { problem: 'the checksum is wrong' });
  const size = parseNumber(bytes, at + 124, 12);
  const header: TarHeader = {
    name: parseText(bytes, at, 100),
    linkname: bytes[at + 157] === 0 ? '' : parseText(bytes, at + 157, 100),
    type: bytes[at + 156] as number,
    mode: parseNumber(bytes, at + 100, 8),
    uid: parseNumber(bytes, at + 108, 8),
    gid: parseNumber(bytes, at + 116, 8),
    size,
    stored: size,
    mtime: fromSeconds(parseNumber(bytes, at + 136, 12)),
    atime: undefined,
    devmajor: 0,
    devminor: 0,
    xattrs: undefined,
    sparse: undefined,
  };
  const gnu = isGnuHeader(bytes, at);
  if (!gnu && !startsWith(bytes, at + 257, USTAR)) return header;
  header.devmajor = parseNumber(bytes, at + 329, 8);
  header.devminor = parseNumber(bytes, at + 337, 8);
  if (gnu) {
    if (bytes[at + 345] !== 0) header.atime = fromSeconds(parseNumber(bytes, at + 345, 12));
    return header;
  }
  const star = startsWith(bytes, at + 508, 'tar\0');
  if (star) header.atime = fromSeconds(parseNumber(bytes, at + 476, 12));
  const prefix = bytes[at + 345] === 0 ? '' : parseText(bytes, at + 345, star ? 131 : 155);
  if (prefix !== '') header.name = `${prefix}/${header.name}`;
  return header;
};
