/** The line that is being written, as readline edits it: a pure function from state and key to state. */
import type { Key } from './keys.ts';

export interface Line {
  readonly text: string;
  /** Between the characters, from 0; counts UTF-16 units, and never stands inside of a pair. */
  readonly cursor: number;
  /** What was submitted before, oldest first. */
  readonly history: readonly string[];
  /** Which line of the history is shown; `history.length` is the new one. */
  readonly at: number;
  /** The new line, while an older one is shown. */
  readonly kept: string;
}

export const emptyLine = (history: readonly string[] = []): Line => ({
  text: '',
  cursor: 0,
  history,
  at: history.length,
  kept: '',
});

/** How many lines are remembered. */
const REMEMBERED = 500;

/** The line after it was submitted: empty, and remembered unless it repeats the last one. */
export const submitted = ({ text, history }: Line): Line => {
  const remembers = text.trim() !== '' && history.at(-1) !== text;
  return emptyLine(remembers ? [...history, text].slice(-REMEMBERED) : history);
};

const before = (text: string, cursor: number): number => {
  const isPair = cursor > 1 && /[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(cursor - 2, cursor));
  return Math.max(0, cursor - (isPair ? 2 : 1));
};

const after = (text: string, cursor: number): number => {
  const isPair = /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(cursor, cursor + 2));
  return Math.min(text.length, cursor + (isPair ? 2 : 1));
};

const wordBefore = (text: string, cursor: number): number =>
  cursor - (/\S*\s*$/.exec(text.slice(0, cursor))?.[0].length ?? 0);
const wordAfter = (text: string, cursor: number): number =>
  cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0);

const cut = (line: Line, from: number, to: number): Line => ({
  ...line,
  text: line.text.slice(0, from) + line.text.slice(to),
  cursor: from,
});

export const insert = (line: Line, text: string): Line => ({
  ...line,
  text: line.text.slice(0, line.cursor) + text + line.text.slice(line.cursor),
  cursor: line.cursor + text.length,
});

const remembered = (line: Line, at: number): Line => {
  const { history } = line;
  if (at < 0 || at > history.length) return line;
  const kept = line.at === history.length ? line.text : line.kept;
  const text = history[at] ?? kept;
  return { ...line, at, kept, text, cursor: text.length };
};

/** Keys that mean something beyond the line (enter, tab, ^C, …) leave it as it is. */
export const edited = (line: Line, key: Key): Line => {
  const { text, cursor } = line;
  switch (key.type) {
    case 'text':
      return insert(line, key.text);
    case 'backspace':
      return cut(line, before(text, cursor), cursor);
    case 'delete':
      return cut(line, cursor, after(text, cursor));
    case 'left':
      return { ...line, cursor: before(text, cursor) };
    case 'right':
      return { ...line, cursor: after(text, cursor) };
    case 'home':
      return { ...line, cursor: 0 };
    case 'end':
      return { ...line, cursor: text.length };
    case 'word-left':
      return { ...line, cursor: wordBefore(text, cursor) };
    case 'word-right':
      return { ...line, cursor: wordAfter(text, cursor) };
    case 'word-backspace':
      return cut(line, wordBefore(text, cursor), cursor);
    case 'kill-left':
      return cut(line, 0, cursor);
    case 'kill-right':
      return cut(line, cursor, text.length);
    case 'up':
      return remembered(line, line.at - 1);
    case 'down':
      return remembered(line, line.at + 1);
    default:
      return line;
  }
};
