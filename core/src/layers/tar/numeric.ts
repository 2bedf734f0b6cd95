/**
 * The number fields of a tar header: octal digits (POSIX), or big-endian two's complement behind a set high bit (GNU).
 */
import { LayerError } from '../layer-error.ts';

const bad = (problem: string): never => {
  throw new LayerError('invalid-header', { problem });
};

/** Two's complement in `length` bytes; the top bit marks the format, the one below it the sign. */
const parseBase256 = (block: Uint8Array, start: number, length: number): number => {
  const negative = ((block[start] as number) & 0x40) !== 0;
  let value = 0n;
  for (let at = start; at < start + length; at++) {
    let byte = block[at] as number;
    if (at === start) byte = negative ? byte : byte & 0x7f;
    value = (value << 8n) | BigInt(negative ? ~byte & 0xff : byte);
  }
  const number = Number(negative ? -value - 1n : value);
  return Number.isSafeInteger(number) ? number : bad('a number is too large');
};

/** The number in `length` bytes at `start`. Octal digits may be padded with blanks and zero bytes on both sides. */
export const parseNumber = (block: Uint8Array, start: number, length: number): number => {
  if ((block[start] as number) & 0x80) return parseBase256(block, start, length);
  let at = start;
  let end = start + length;
  while (at < end && (block[at] === 0x20 || block[at] === 0)) at++;
  while (end > at && (block[end - 1] === 0x20 || block[end - 1] === 0)) end--;
  let value = 0;
  for (; at < end && block[at] !== 0; at++) {
    const digit = (block[at] as number) - 0x30;
    if (digit < 0 || digit > 7) return bad('a number field holds something else');
    value = value * 8 + digit;
  }
  return value;
};

/** A decimal number of a PAX record or sparse map. */
export const parseDecimal = (text: string): number => {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : bad(`"${text.slice(0, 40)}" is not a number`);
};
