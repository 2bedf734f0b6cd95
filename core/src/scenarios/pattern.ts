/** Texts that say what matters: see `patternSchema`. */

/** What the names of patterns stand for, once they were met. */
export type Bindings = Map<string, string>;

const TOKEN = /\*|<([a-z][a-z0-9-]*)>/gi;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const expressionOf = (pattern: string, bindings: Bindings, names: string[]): RegExp => {
  let source = '';
  let at = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    source += escaped(pattern.slice(at, match.index));
    at = match.index + match[0].length;
    const name = match[1];
    const known = name === undefined ? undefined : bindings.get(name);
    if (name === undefined) source += '[^\\n]*?';
    else if (known !== undefined) source += escaped(known);
    else if (names.includes(name)) source += `\\${names.indexOf(name) + 1}`;
    else {
      names.push(name);
      source += '([^\\n]+?)';
    }
  }
  return new RegExp(`^${source}${escaped(pattern.slice(at))}$`, 's');
};

/** Whether `text` is as `pattern` says. Names that are new are bound when it is. */
export const matches = (pattern: string, text: string, bindings: Bindings): boolean => {
  const names: string[] = [];
  const match = expressionOf(pattern, bindings, names).exec(text);
  if (match === null) return false;
  names.forEach((name, index) => bindings.set(name, match[index + 1] ?? ''));
  return true;
};

/** The pattern with the names that are known put in, for showing. */
export const filledIn = (pattern: string, bindings: Bindings): string =>
  pattern.replaceAll(TOKEN, (token, name?: string) => (name === undefined ? token : (bindings.get(name) ?? token)));

/** One trailing newline is no line of its own. */
const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** Where a text departs from its pattern, line by line; `undefined` when it does not. Lines count from 1. */
export const compareText = (
  pattern: string,
  text: string,
  bindings: Bindings,
): { readonly line: number; readonly wanted: string; readonly found: string } | undefined => {
  const lines = linesOf(text);
  const mismatch = compareList<string, string>(linesOf(pattern), lines, (one, line) => matches(one, line, bindings));
  if (mismatch === undefined) return undefined;
  const { at, wanted } = mismatch;
  return {
    line: at + 1,
    wanted: wanted === undefined ? 'no more lines' : filledIn(wanted, bindings),
    found: lines[at] ?? 'no such line',
  };
};

/** Stands for any number of items of a list, none included. */
export const ANYTHING = '…';

/** Where a list departs from the patterns for it; `undefined` when it does not. */
export interface ListMismatch<Pattern> {
  /** Index of the item; beyond the end when items are missing. */
  readonly at: number;
  /** What was wanted there; `undefined` = nothing more. */
  readonly wanted: Pattern | undefined;
}

/**
 * Compares a list with patterns, item by item; `…` skips items until the next pattern fits. `same` may bind names: it is
 * called in order.
 */
export const compareList = <Item, Pattern>(
  patterns: readonly (Pattern | typeof ANYTHING)[],
  items: readonly Item[],
  same: (pattern: Exclude<Pattern, typeof ANYTHING>, item: Item) => boolean,
): ListMismatch<Pattern> | undefined => {
  let at = 0;
  let skips = false;
  for (const pattern of patterns) {
    if (pattern === ANYTHING) {
      skips = true;
      continue;
    }
    const wanted = pattern as Exclude<Pattern, typeof ANYTHING>;
    const from = at;
    if (skips) while (at < items.length && !same(wanted, items[at] as Item)) at += 1;
    if (at >= items.length) return { at: skips ? from : at, wanted };
    if (!skips && !same(wanted, items[at] as Item)) return { at, wanted };
    at += 1;
    skips = false;
  }
  return skips || at === items.length ? undefined : { at, wanted: undefined };
};
