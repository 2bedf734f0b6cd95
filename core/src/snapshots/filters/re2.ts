/**
 * Go's regular expressions (RE2 syntax) as JavaScript's, for asking whether a pattern occurs in a value.
 *
 * Only that question is asked, so groups capture nothing and lazy is the same as greedy. Every atom is written out
 * without flags: what `(?i)`, `(?s)` and `(?m)` mean is settled here, because JavaScript has no flags inside a pattern.
 * What RE2 refuses (back-references, look-around, repetition of a repetition) is refused here, too.
 */
import { CLASS_ESCAPES, caseVariants, characterClass, escapeLiteral, readEscape, unicodeClass } from './re2-classes.ts';
import { Re2Error, Source } from './re2-source.ts';

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
}

const NO_FLAGS: Flags = { ignoreCase: false, dotAll: false, multiline: false };
const ASSERTIONS: { readonly [letter: string]: string } = { A: '(?<![^])', z: '(?![^])', b: '\\b', B: '\\B' };
/** RE2's bound on counted repetition. */
const MAX_REPEAT = 1000;
const MISSING_ARGUMENT = 'missing argument to repetition operator';

const literal = (character: string, { ignoreCase }: Flags): string => {
  const variants = ignoreCase ? caseVariants(character) : [character];
  return variants.length === 1 ? escapeLiteral(character) : `[${variants.map(escapeLiteral).join('')}]`;
};

const escaped = (source: Source, flags: Flags): string => {
  const letter = source.peek();
  const assertion = ASSERTIONS[letter];
  const shorthand = CLASS_ESCAPES[letter];
  if (assertion !== undefined || shorthand !== undefined) {
    source.take();
    return assertion ?? (shorthand as string);
  }
  if (letter === 'p' || letter === 'P') return unicodeClass(source);
  if (letter !== 'Q') return literal(readEscape(source), flags);
  source.take();
  const text = source.takeUntil('\\E');
  return text === '' ? '' : Array.from(text, (character) => `(?:${literal(character, flags)})`).join('');
};

/** After `(?`: named groups and flags. Answers the group's content, or new flags for the rest of the group around it. */
const extension = (source: Source, flags: Flags): string | Flags => {
  if (source.match(/^P?<[A-Za-z_]\w*>/) !== undefined) return alternation(source, flags);
  const letters = source.match(/^[imsU]*(?:-[imsU]+)?(?=[:)])/);
  if (letters === undefined) throw new Re2Error('invalid or unsupported group');
  const [on = '', off = ''] = letters.split('-');
  const has = (letter: string, before: boolean): boolean => (before || on.includes(letter)) && !off.includes(letter);
  const changed: Flags = {
    ignoreCase: has('i', flags.ignoreCase),
    dotAll: has('s', flags.dotAll),
    multiline: has('m', flags.multiline),
  };
  return source.take() === ':' ? alternation(source, changed) : changed;
};

const repetition = (source: Source): string => {
  const operator = source.match(/^(?:[*+?]|\{\d+(?:,\d*)?\})/);
  if (operator === undefined) return '';
  const bounds = (operator.match(/\d+/g) ?? []).map(Number);
  if (bounds.some((bound) => bound > MAX_REPEAT) || (bounds.length === 2 && (bounds[0] ?? 0) > (bounds[1] ?? 0))) {
    throw new Re2Error('invalid repeat count');
  }
  source.match(/^\?/);
  if (source.match(/^(?:[*+?]|\{\d+(?:,\d*)?\})/) !== undefined)
    throw new Re2Error('invalid nested repetition operator');
  return operator;
};

const lastOf = (atoms: string[]): string => {
  const last = atoms.pop();
  if (last === undefined) throw new Re2Error(MISSING_ARGUMENT);
  return last;
};

const sequence = (source: Source, start: Flags): { readonly text: string; readonly flags: Flags } => {
  let flags = start;
  const atoms: string[] = [];
  while (!source.done && source.peek() !== '|' && source.peek() !== ')') {
    const character = source.take();
    let atom: string;
    if (character === '(') {
      const group = source.match(/^\?/) === undefined ? alternation(source, flags) : extension(source, flags);
      if (typeof group !== 'string') {
        flags = group;
        // Flags are no atom: Go repeats what stood before them.
        const repeated = repetition(source);
        if (repeated !== '') atoms.push(`(?:${lastOf(atoms)})${repeated}`);
        continue;
      }
      if (source.take() !== ')') throw new Re2Error('missing closing )');
      atom = group;
    } else if (character === '[') atom = characterClass(source, flags.ignoreCase);
    else if (character === '\\') atom = escaped(source, flags);
    else if (character === '.') atom = flags.dotAll ? '[^]' : '[^\\n]';
    else if (character === '^') atom = flags.multiline ? '(?<![^\\n])' : '(?<![^])';
    else if (character === '$') atom = flags.multiline ? '(?![^\\n])' : '(?![^])';
    else if ('*+?'.includes(character) || (character === '{' && source.match(/^\d+(?:,\d*)?\}/) !== undefined)) {
      throw new Re2Error(MISSING_ARGUMENT);
    } else atom = literal(character, flags);
    atoms.push(`(?:${atom})${repetition(source)}`);
  }
  return { text: atoms.join(''), flags };
};

const alternation = (source: Source, start: Flags): string => {
  let { text, flags } = sequence(source, start);
  while (source.match(/^\|/) !== undefined) {
    const next = sequence(source, flags);
    text += `|${next.text}`;
    flags = next.flags;
  }
  return text;
};

/** The pattern compiled; `undefined` when Go would not compile it. */
export const re2 = (pattern: string): RegExp | undefined => {
  try {
    const source = new Source(pattern);
    const text = alternation(source, NO_FLAGS);
    return source.done ? new RegExp(text, 'v') : undefined;
  } catch {
    return undefined;
  }
};
