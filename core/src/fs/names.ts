/**
 * File names are bytes on Linux and strings in JavaScript.
 *
 * A name that is valid UTF-8 is simply its text. A byte that is not part of valid UTF-8 stands as one lone surrogate
 * U+DC80..U+DCFF (the byte plus 0xDC00), the convention of Python's PEP 383: every byte string has exactly one string,
 * and back. UTF-8 itself never encodes surrogates, so the two cannot be confused.
 */

/** NAME_MAX of every Linux file system that layers are kept on, in bytes. */
export const NAME_MAX = 255;
/** PATH_MAX with its terminating zero byte: the longest symlink target is one byte shorter. */
export const PATH_MAX = 4096;

/** With the `u` flag a surrogate matches only when it has no partner. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
const isEscapedByte = (unit: number): boolean => unit >= 0xdc80 && unit < 0xdd00;

/** Bytes of the name in UTF-8, escaped bytes counting one; what NAME_MAX is compared with. */
export const nameLength = (name: string): number => {
  let length = 0;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isHigh(unit) && isLow(name.charCodeAt(at + 1))) {
      length += 4;
      at++;
    } else length += isEscapedByte(unit) ? 1 : 3;
  }
  return length;
};

/**
 * Whether the name is longer than `limit` bytes. The common short name is told by its length in UTF-16 units alone,
 * because no unit takes more than three bytes.
 */
export const isLongerThan = (name: string, limit: number): boolean =>
  name.length * 3 > limit && (name.length > limit || nameLength(name) > limit);

/** The bytes a name stands for. Other lone surrogates, which stand for no byte, become U+FFFD as in `TextEncoder`. */
export const encodeName = (name: string): Uint8Array<ArrayBuffer> => {
  if (!LONE_SURROGATE.test(name)) return encoder.encode(name);
  const bytes = new Uint8Array(name.length * 3);
  let used = 0;
  let plainFrom = 0;
  const flush = (end: number): void => {
    if (end > plainFrom) used += encoder.encodeInto(name.slice(plainFrom, end), bytes.subarray(used)).written;
  };
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (isHigh(unit) && isLow(name.charCodeAt(at + 1))) at++;
    else if (isEscapedByte(unit)) {
      flush(at);
      bytes[used++] = unit - 0xdc00;
      plainFrom = at + 1;
    }
  }
  flush(name.length);
  return bytes.slice(0, used);
};

/** Length of the valid UTF-8 sequence at `at` (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF), or 0. */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
};

/** The name for some bytes; `encodeName` gives the same bytes back. */
export const decodeName = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes);
  } catch {
    let name = '';
    let plainFrom = 0;
    for (let at = 0; at < bytes.length;) {
      const length = sequenceLength(bytes, at);
      if (length === 0) {
        name += strict.decode(bytes.subarray(plainFrom, at)) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
        plainFrom = at + 1;
      }
      at += length || 1;
    }
    return name + strict.decode(bytes.subarray(plainFrom));
  }
};

/**
 * Order of the names' bytes, as `strcmp` and `sort` in the C locale have it (negative, 0, positive).
 * It differs from JavaScript's `<` where a character beyond U+FFFF meets one from U+E000..U+FFFF, and for escaped bytes.
 */
export const compareNames = (left: string, right: string): number => {
  const common = Math.min(left.length, right.length);
  let at = 0;
  while (at < common && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  if (at === common) return left.length - right.length;
  const leftUnit = left.charCodeAt(at);
  const rightUnit = right.charCodeAt(at);
  if (leftUnit < 0xd800 && rightUnit < 0xd800) return leftUnit - rightUnit;
  return compareBytes(encodeName(left), encodeName(right));
};

const compareBytes = (left: Uint8Array, right: Uint8Array): number => {
  const common = Math.min(left.length, right.length);
  for (let at = 0; at < common; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};
