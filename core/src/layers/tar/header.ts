/**
 * One 512-byte header block: POSIX ustar, GNU, star and v7.
 *
 *   0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8 | 156 type
 *   157 link name 100 | 257 magic 6 | 263 version 2 | 265 user 32 | 297 group 32 | 329 major 8 | 337 minor 8
 *   345 prefix 155 (ustar)  |  345 atime 12, 357 ctime 12 (GNU)  |  345 prefix 131, 476 atime 12, 508 "tar\0" (star)
 */
import { decodeName } from '../../fs/index.ts';
import { LayerError } from '../layer-error.ts';
import { parseNumber } from './numeric.ts';

export const BLOCK = 512;

/** The fields of a header block, before extended headers change them. Times are seconds. */
export interface TarHeader {
  name: string;
  linkname: string;
  type: number;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  atime: number | undefined;
  devmajor: number;
  devminor: number;
  gnu: boolean;
}

/** The text of a field up to its first zero byte. Nearly all are short ASCII, for which a decoder costs more. */
const parseText = (block: Uint8Array, start: number, length: number): string => {
  let end = start;
  let high = 0;
  for (const limit = start + length; end < limit; end++) {
    const byte = block[end] as number;
    if (byte === 0) break;
    high |= byte;
  }
  if (end === start) return '';
  const bytes = block.subarray(start, end);
  return high < 0x80 ? String.fromCharCode.apply(undefined, bytes as unknown as number[]) : decodeName(bytes);
};

/** POSIX sums unsigned bytes, some old writers signed ones; the checksum field itself counts as blanks. */
const checksumFits = (block: Uint8Array): boolean => {
  let unsigned = 8 * 0x20;
  let high = 0;
  for (let at = 0; at < 148; at++) {
    const byte = block[at] as number;
    unsigned += byte;
    high += byte >> 7;
  }
  for (let at = 156; at < BLOCK; at++) {
    const byte = block[at] as number;
    unsigned += byte;
    high += byte >> 7;
  }
  const stored = parseNumber(block, 148, 8);
  return stored === unsigned || stored === unsigned - high * 256;
};

export const isZeroBlock = (block: Uint8Array): boolean => {
  for (let at = 0; at < BLOCK; at++) if (block[at] !== 0) return false;
  return true;
};

const startsWith = (block: Uint8Array, at: number, text: string): boolean => {
  for (let index = 0; index < text.length; index++) if (block[at + index] !== text.charCodeAt(index)) return false;
  return true;
};

const optionalTime = (block: Uint8Array, at: number): number | undefined =>
  block[at] === 0 ? undefined : parseNumber(block, at, 12);

/** Throws `invalid-header` when the checksum or a number is wrong. */
export const parseHeader = (block: Uint8Array): TarHeader => {
  if (!checksumFits(block)) throw new LayerError('invalid-header', { problem: 'the checksum is wrong' });
  const ustar = startsWith(block, 257, 'ustar\0');
  const gnu = startsWith(block, 257, 'ustar  \0');
  const star = ustar && startsWith(block, 508, 'tar\0');
  const header: TarHeader = {
    name: parseText(block, 0, 100),
    linkname: block[157] === 0 ? '' : parseText(block, 157, 100),
    type: block[156] as number,
    mode: parseNumber(block, 100, 8),
    uid: parseNumber(block, 108, 8),
    gid: parseNumber(block, 116, 8),
    size: parseNumber(block, 124, 12),
    mtime: parseNumber(block, 136, 12),
    atime: undefined,
    devmajor: 0,
    devminor: 0,
    gnu,
  };
  if (!ustar && !gnu) return header;
  if (block[329] !== 0) header.devmajor = parseNumber(block, 329, 8);
  if (block[337] !== 0) header.devminor = parseNumber(block, 337, 8);
  if (gnu) header.atime = optionalTime(block, 345);
  else {
    if (star) header.atime = parseNumber(block, 476, 12);
    const prefix = block[345] === 0 ? '' : parseText(block, 345, star ? 131 : 155);
    if (prefix !== '') header.name = `${prefix}/${header.name}`;
  }
  return header;
};
