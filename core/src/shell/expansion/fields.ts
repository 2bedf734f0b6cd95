/**
 * Fields under construction. A field keeps which of its characters were quoted: quoted ones are not split and are no
 * pattern characters (POSIX, "Word Expansions").
 */

/** A stretch of a field. */
export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

export type Field = readonly Piece[];

export interface FieldBuilder {
  /** Text that stays together: literal, or the result of an expansion in double quotes. */
  add(text: string, quoted: boolean): void;
  /** The result of an unquoted expansion: split at the characters of `IFS`. */
  split(text: string): void;
  /** Ends the field here, as between the parameters of `"$@"`. */
  divide(): void;
  fields(): readonly Field[];
}

export const fieldText = (field: Field): string => field.map((piece) => piece.text).join('');

/** `separators` is the value of `IFS`; unset means space, tab and newline. `splits` is off for assignments. */
export const createFields = (separators = ' \t\n', splits = true): FieldBuilder => {
  const done: Field[] = [];
  let current: Piece[] | undefined;
  const divide = (): void => {
    if (current !== undefined) done.push(current);
    current = undefined;
  };
  const add = (text: string, quoted: boolean): void => {
    if (text === '' && !quoted) return;
    current ??= [];
    current.push({ text, quoted });
  };
  const isWhite = (character: string): boolean => ' \t\n'.includes(character) && separators.includes(character);
  return {
    add,
    divide,
    split: (text) => {
      if (!splits) {
        if (text !== '') add(text, false);
        return;
      }
      let at = 0;
      const skipWhite = (): void => {
        while (at < text.length && isWhite(text[at] ?? '')) at++;
      };
      while (at < text.length) {
        const start = at;
        while (at < text.length && !separators.includes(text[at] ?? '')) at++;
        if (at > start) add(text.slice(start, at), false);
        if (at >= text.length) return;
        skipWhite();
        // One separator that is no white space belongs to the white space around it and ends a field, empty or not.
        if (at < text.length && separators.includes(text[at] ?? '')) {
          current ??= [];
          at++;
          skipWhite();
        }
        divide();
      }
    },
    fields: () => {
      divide();
      return done;
    },
  };
};
