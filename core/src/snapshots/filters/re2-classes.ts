import { Re2Error } from './re2-source.ts';
import type { Source } from './re2-source.ts';

/** RE2's shorthands are ASCII. Classes nest, because patterns are compiled with the flag `v`. */
export const CLASS_ESCAPES: { readonly [letter: string]: string } = {
  d: '[0-9]',
  D: '[^0-9]',
  s: '[\\t\\n\\f\\r ]',
  S: '[^\\t\\n\\f\\r ]',
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
};

const POSIX: { readonly [name: string]: string } = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\0-\\x7f',
  blank: '\\t ',
  cntrl: '\\0-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\x7b-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

const CONTROLS: { readonly [letter: string]: string } = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

export const escapeLiteral = (character: string): string =>
  /^[A-Za-z0-9_]$/.test(character) ? character : `\\u{${(character.codePointAt(0) as number).toString(16)}}`;

/** The character and its other case, where that is one character. */
export const caseVariants = (character: string): readonly string[] => {
  const all = [character, character.toLowerCase(), character.toUpperCase()];
  return [...new Set(all)].filter((variant) => Array.from(variant).length === 1);
};

/** After the backslash: the one character an escape stands for. */
export const readEscape = (source: Source): string => {
  const octal = source.match(/^(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/);
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
  const hex = source.match(/^x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]+\})/);
  if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex.replace(/[x{}]/g, ''), 16));
  const letter = source.take();
  const control = CONTROLS[letter];
  if (control !== undefined) return control;
  if (letter.length === 1 && letter < '\x80' && !/\w/.test(letter)) return letter;
  if (letter === '_') return letter;
  throw new Re2Error('invalid escape sequence');
};

/** At `p` or `P`: a general category or a script. */
export const unicodeClass = (source: Source): string => {
  const text = source.match(/^[pP](?:\{\^?\w+\}|[A-Z])/);
  if (text === undefined) throw new Re2Error('invalid character class range');
  const name = text.replace(/^[pP]|[{}^]/g, '');
  const negated = text.startsWith('P') !== text.includes('^');
  const property = name.length <= 2 ? name : `Script=${name}`;
  if (name === 'Any') return negated ? '[]' : '[^]';
  return `\\${negated ? 'P' : 'p'}{${property}}`;
};

const ranged = (low: string, high: string, ignoreCase: boolean): string => {
  const [from, to] = [low.codePointAt(0) as number, high.codePointAt(0) as number];
  if (from > to) throw new Re2Error('invalid character class range');
  const plain = `${escapeLiteral(low)}-${escapeLiteral(high)}`;
  if (!ignoreCase) return plain;
  const others: string[] = [];
  for (let point = from; point <= Math.min(to, from + 0x2000); point++) {
    others.push(...caseVariants(String.fromCodePoint(point)).slice(1).map(escapeLiteral));
  }
  return plain + others.join('');
};

/** After `[`: a whole character class, brackets included. */
export const characterClass = (source: Source, ignoreCase: boolean): string => {
  const negated = source.match(/^\^/) !== undefined;
  let inside = '';
  let first = true;
  while (first || source.peek() !== ']') {
    if (source.done) throw new Re2Error('missing closing ]');
    const posix = source.match(/^\[:\^?\w+:\]/);
    const shorthand = source.match(/^\\[dDsSwW]/);
    if (posix !== undefined) {
      const name = posix.replace(/\W/g, '');
      const members = POSIX[ignoreCase && /lower|upper/.test(name) ? 'alpha' : name];
      if (members === undefined) throw new Re2Error('invalid character class range');
      inside += `[${posix.includes('^') ? '^' : ''}${members}]`;
    } else if (shorthand !== undefined) inside += CLASS_ESCAPES[shorthand.slice(1)];
    else if (source.match(/^\\(?=[pP])/) !== undefined) inside += unicodeClass(source);
    else {
      const low = member(source);
      const high = source.match(/^-(?=[^\]])/) === undefined ? low : member(source);
      inside += ranged(low, high, ignoreCase);
    }
    first = false;
  }
  source.take();
  return `[${negated ? '^' : ''}${inside}]`;
};

const member = (source: Source): string => {
  const character = source.take();
  return character === '\\' ? readEscape(source) : character;
};
