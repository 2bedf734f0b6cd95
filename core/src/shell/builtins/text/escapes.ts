/** Backslash escapes of `echo`, `printf` and `%b` as bytes, so that `\377` is one byte. */
import { encodeName } from '../../../fs/index.ts';

const LETTERS: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, e: 27 };

export interface Escaped {
  readonly bytes: Uint8Array;
  /** `\c` was met: nothing more is to be printed. */
  readonly stopped: boolean;
}

/** `echo` and `%b` write octal as `\0nnn` (and `%b`, `printf` as `\nnn`). */
export const escapeBytes = (text: string, style: 'echo' | 'printf'): Escaped => {
  if (!text.includes('\\')) return { bytes: encodeName(text), stopped: false };
  const bytes: number[] = [];
  const octal = style === 'echo' ? /^0([0-7]{0,3})/ : /^([0-7]{1,3})/;
  for (let at = 0; at < text.length;) {
    const backslash = text.indexOf('\\', at);
    const plain = text.slice(at, backslash < 0 ? undefined : backslash);
    for (const byte of encodeName(plain)) bytes.push(byte);
    if (backslash < 0) break;
    const next = text[backslash + 1] ?? '';
    const digits = octal.exec(text.slice(backslash + 1, backslash + 5));
    if (next === 'c') return { bytes: Uint8Array.from(bytes), stopped: true };
    if (digits !== null) {
      bytes.push(Number.parseInt(digits[1] || '0', 8) & 0xff);
      at = backslash + 1 + digits[0].length;
    } else if (LETTERS[next] !== undefined && !(next === 'e' && style === 'echo')) {
      bytes.push(LETTERS[next]);
      at = backslash + 2;
    } else {
      bytes.push(0x5c);
      at = backslash + 1;
    }
  }
  return { bytes: Uint8Array.from(bytes), stopped: false };
};
