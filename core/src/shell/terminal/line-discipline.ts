/**
 * What a terminal's driver does with keys while a program runs (termios(3), canonical mode): a line is shown and can be
 * mended while it is typed, the program gets it whole, ^D ends its input, ^C interrupts it. A host's own driver cannot be
 * used, where there is one: a read that waits for it could not be taken back when the program has ended.
 */
import type { Input } from '../streams.ts';

export interface LineDiscipline {
  /** What the program reads. */
  readonly input: Input;
  /** Keys, as a terminal in raw mode sends them. */
  type(keys: string): void;
  /** What was typed and not read, to be typed again somewhere else. */
  left(): string;
}

const INTERRUPT = '\u0003';
const END = '\u0004';
const BACKSPACE = '\b';
const ERASE = '\u007f';
const ERASE_LINE = '\u0015';
/** Arrows and the like have no meaning in a line that is read by a driver. */
// oxlint-disable-next-line no-control-regex
const ESCAPE_SEQUENCE = /^\u001B(?:\[[0-9;]*[A-Za-z~]|O[A-Z])?/;

/** `echo` shows what is typed; `interrupt` is told of ^C. */
export const createLineDiscipline = (echo: (text: string) => void, interrupt: () => void): LineDiscipline => {
  let line = '';
  /** Whole lines, and an empty piece for each end of input. */
  let pieces: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  const hand = (text: string): void => {
    pieces.push(new TextEncoder().encode(text));
    line = '';
    wake?.();
  };
  const erase = (count: number): void => {
    const characters = [...line];
    line = characters.slice(0, characters.length - count).join('');
    echo('\b \b'.repeat(Math.min(count, characters.length)));
  };
  const press = (key: string): void => {
    if (key === INTERRUPT) {
      line = '';
      pieces = [];
      echo('^C\n');
      interrupt();
    } else if (key === END) hand(line);
    else if (key === ERASE || key === BACKSPACE) erase(1);
    else if (key === ERASE_LINE) erase(line.length);
    else if (key === '\r' || key === '\n') {
      echo('\n');
      hand(`${line}\n`);
    } else {
      echo(key);
      line += key;
    }
  };
  return {
    input: {
      terminal: true,
      waits: true,
      read: async (into) => {
        while (pieces.length === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        const piece = pieces.shift() ?? new Uint8Array(0);
        const part = piece.subarray(0, into.length);
        into.set(part);
        if (part.length < piece.length) pieces.unshift(piece.subarray(part.length));
        return part.length;
      },
    },
    type: (keys) => {
      for (let rest = keys; rest !== '';) {
        const sequence = ESCAPE_SEQUENCE.exec(rest)?.[0];
        const key = sequence ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
        if (sequence === undefined) press(key);
        rest = rest.slice(key.length);
      }
    },
    left: () => {
      const decoder = new TextDecoder();
      return pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + line;
    },
  };
};
