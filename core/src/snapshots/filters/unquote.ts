const NAMED: { readonly [letter: string]: number } = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

const MAX_CODE_POINT = 0x10ffff;

/**
 * The value of a quoted token (quotes included) as Go reads it: `\x` and octal escapes are *bytes*, so that `"\xc3\xa9"`
 * is one letter. `undefined` when it has no value (an octal escape over 255, a code point past the last one).
 */
export const unquote = (token: string): string | undefined => {
  const quote = token[0] as string;
  const inside = token.slice(1, -1);
  if (!inside.includes('\\')) return inside;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  let at = 0;
  while (at < inside.length) {
    const point = inside.codePointAt(at) as number;
    if (point !== 92) {
      const character = String.fromCodePoint(point);
      bytes.push(...encoder.encode(character));
      at += character.length;
      continue;
    }
    const letter = inside[at + 1] ?? '';
    const named = NAMED[letter] ?? (letter === quote ? letter.charCodeAt(0) : undefined);
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (named !== undefined) {
      bytes.push(named);
      at += 2;
    } else if (digits === undefined) {
      const value = Number.parseInt(inside.slice(at + 1, at + 4), 8);
      if (!(value <= 255)) return undefined;
      bytes.push(value);
      at += 4;
    } else {
      const value = Number.parseInt(inside.slice(at + 2, at + 2 + digits), 16);
      if (!(value <= MAX_CODE_POINT)) return undefined;
      if (letter === 'x') bytes.push(value);
      else bytes.push(...encoder.encode(String.fromCodePoint(value)));
      at += 2 + digits;
    }
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
};
