/** Values of extended attributes as attr(1) writes and reads them: text, `0x` hex, `0s` base64. */
import { decodeName, encodeName } from '../../../fs/index.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const base64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two = 0, three = 0] = bytes.subarray(at, at + 3);
    const bits = (one << 16) | (two << 8) | three;
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(bits >> shift) & 63]).join('');
    text += digits.slice(0, Math.min(bytes.length - at, 3) + 1).padEnd(4, '=');
  }
  return text;
};

const fromBase64 = (text: string): Uint8Array | undefined => {
  const digits = text.replace(/=+$/, '');
  if (/[^A-Za-z0-9+/]/.test(digits)) return undefined;
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    bits = (bits << 6) | ALPHABET.indexOf(digit);
    held += 6;
    if (held >= 8) bytes.push((bits >> (held -= 8)) & 0xff);
  }
  return Uint8Array.from(bytes);
};

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** getfattr calls a value text when almost all of its bytes can be printed; a zero at the end is a string's end. */
const isText = (bytes: Uint8Array): boolean => {
  let length = bytes.length;
  if (length > 0 && bytes[length - 1] === 0) length--;
  const odd = bytes.subarray(0, length).filter((byte) => byte < 0x20 || byte > 0x7e).length;
  return bytes.length >= odd * 8;
};

/** Bytes attr(1) writes as `\nnn`. */
const escaped = (bytes: Uint8Array): string =>
  [...bytes]
    .map((byte) => {
      if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
      if (byte === 0 || byte === 10 || byte === 13) return `\\${byte.toString(8).padStart(3, '0')}`;
      return byte < 0x80 ? String.fromCharCode(byte) : decodeName(Uint8Array.of(byte));
    })
    .join('');

export type Encoding = 'text' | 'hex' | 'base64';

/** `name="value"`'s right side; without an encoding, text where it can be and base64 where not. */
export const formatValue = (bytes: Uint8Array, encoding?: Encoding): string => {
  const chosen = encoding ?? (isText(bytes) ? 'text' : 'base64');
  if (chosen === 'hex') return `0x${hex(bytes)}`;
  return chosen === 'base64' ? `0s${base64(bytes)}` : `"${escaped(bytes)}"`;
};

/** What `setfattr -v` means; `undefined` when it is no value. */
export const parseValue = (text: string): Uint8Array | undefined => {
  if (/^0[xX]/.test(text)) {
    const digits = text.slice(2).replaceAll(/\s/g, '');
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) return undefined;
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  if (/^0[sS]/.test(text)) return fromBase64(text.slice(2));
  const inner = /^"([^]*)"$/.exec(text)?.[1] ?? text;
  const bytes: number[] = [];
  for (let at = 0; at < inner.length;) {
    const octal = /^\\([0-7]{1,3})/.exec(inner.slice(at, at + 4));
    if (octal !== null) {
      bytes.push(Number.parseInt(octal[1] ?? '0', 8) & 0xff);
      at += octal[0].length;
    } else if (inner[at] === '\\' && /["\\]/.test(inner[at + 1] ?? '')) {
      bytes.push(inner.charCodeAt(at + 1));
      at += 2;
    } else {
      const character = String.fromCodePoint(inner.codePointAt(at) ?? 0);
      bytes.push(...encodeName(character));
      at += character.length;
    }
  }
  return Uint8Array.from(bytes);
};

/** attr(1) writes names of files and attributes with `\nnn` for what would break a line. */
export const quoteName = (name: string): string =>
  name.replaceAll(/[\n\r=\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
