/** The keyboard of the page's terminal, which outlives the commands that read from it. */
import type { CommandStreams } from '@layerscope/core/sandbox';
import { createLineDiscipline, type LineDiscipline } from '@layerscope/core/shell';

export interface Keyboard {
  /** A command will begin: what is typed from now on is for it. */
  expect(): void;
  /** For a command that begins: what it reads, and how ^C gets to it. */
  attach(): Pick<CommandStreams, 'stdin' | 'onStart'>;
  /** The command has ended, or never began; answers what was typed and not read. */
  detach(): string;
  /** Answers the keys when there is nobody they could be for. */
  type(keys: string): string;
}

export const createKeyboard = (echo: (text: string) => void): Keyboard => {
  let expected = 0;
  let line: LineDiscipline | undefined;
  /** Typed before what it is for has begun. */
  let ahead = '';
  return {
    expect: () => {
      expected += 1;
    },
    attach: () => {
      let interrupt: (() => void) | undefined;
      const made = createLineDiscipline(echo, () => interrupt?.());
      line = made;
      made.type(ahead);
      ahead = '';
      return {
        stdin: made.input,
        onStart: (control) => {
          interrupt = () => control.interrupt();
        },
      };
    },
    detach: () => {
      expected -= 1;
      const left = (line?.left() ?? '') + ahead;
      line = undefined;
      ahead = '';
      return left;
    },
    type: (keys) => {
      if (line !== undefined) line.type(keys);
      else if (expected > 0) ahead += keys;
      else return keys;
      return '';
    },
  };
};
