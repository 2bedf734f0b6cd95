/** Pattern matching notation (POSIX 2.13) as regular expressions. Characters are code points, as in a UTF-8 locale. */
import type { Field } from './fields.ts';

const escapeLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const CLASSES: Record<string, string> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9a-fA-F',
};

/** One character of a pattern and whether it may mean something. */
interface Mark {
  readonly character: string;
  readonly active: boolean;
}

const marks = (field: Field): readonly Mark[] => {
  const all: Mark[] = [];
  for (const { text, quoted } of field) {
    let escaped = false;
    for (const character of text) {
      // A backslash that an expansion brought in escapes inside a pattern.
      if (!quoted && !escaped && character === '\\') {
        escaped = true;
        continue;
      }
      all.push({ character, active: !quoted && !escaped });
      escaped = false;
    }
    if (escaped) all.push({ character: '\\', active: false });
  }
  return all;
};

/** Whether an unquoted `*`, `?` or `[` makes the field a pattern. */
export const isPattern = (field: Field): boolean => field.some(({ text, quoted }) => !quoted && /[*?[]/.test(text));

/** The bracket expression that begins at `at`, and where it ends; `undefined` when it is never closed. */
const bracket = (all: readonly Mark[], at: number): { readonly source: string; readonly end: number } | undefined => {
  let position = at + 1;
  let source = '[';
  if (all[position]?.active === true && /[!^]/.test(all[position]?.character ?? '')) {
    source += '^';
    position++;
  }
  for (let first = true; position < all.length; position++, first = false) {
    const { character, active } = all[position] as Mark;
    if (character === '/') return undefined;
    if (character === ']' && active && !first) return { source: `${source}]`, end: position + 1 };
    if (character === '[' && all[position + 1]?.character === ':') {
      const rest = all
        .slice(position + 2)
        .map((mark) => mark.character)
        .join('');
      const named = /^([a-z]+):\]/.exec(rest)?.[1];
      if (named !== undefined && CLASSES[named] !== undefined) {
        source += CLASSES[named];
        position += named.length + 3;
        continue;
      }
    }
    source += character === '-' && active ? '-' : escapeLiteral(character);
  }
  return undefined;
};

export interface PatternOptions {
  /** For path names: no wildcard matches a slash. */
  readonly path?: boolean;
  /** Shortest match of each `*`, for `#` and `%`. */
  readonly shortest?: boolean;
}

/** The pattern as the source of a regular expression with the flags `us`. */
export const patternSource = (field: Field, options: PatternOptions = {}): string => {
  const all = marks(field);
  const any = options.path === true ? '[^/]' : '.';
  let source = '';
  for (let at = 0; at < all.length; at++) {
    const { character, active } = all[at] as Mark;
    if (!active || !'*?['.includes(character)) source += escapeLiteral(character);
    else if (character === '*') source += `${any}*${options.shortest === true ? '?' : ''}`;
    else if (character === '?') source += any;
    else {
      const set = bracket(all, at);
      source += set === undefined ? '\\[' : set.source;
      if (set !== undefined) at = set.end - 1;
    }
  }
  return source;
};

/** Whether the whole text matches. */
export const matches = (field: Field, text: string): boolean => {
  try {
    return new RegExp(`^(?:${patternSource(field)})$`, 'us').test(text);
  } catch {
    return false;
  }
};
