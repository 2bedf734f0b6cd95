/** A session at a terminal: lines are edited at the prompt, and go to what runs while something runs. */
import { PassThrough } from 'node:stream';
import { createInterface, type Completer } from 'node:readline';
import type { CommandStreams } from '@layerscope/core/sandbox';
import { createLineDiscipline, type LineDiscipline } from '@layerscope/core/shell';
import { createInterruption } from './interruption.ts';

interface Prompt {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly complete: Completer;
  prompt(): string;
  /** Does what a line says; answers `false` when it ends the session. */
  line(text: string, io: CommandStreams): Promise<boolean>;
}

/** Answers when the session has ended. */
export const runPrompt = async ({ stdin, stdout, complete, prompt, line }: Prompt): Promise<void> => {
  // Keys reach the editor through here, so that they can go elsewhere while a program runs.
  const keys = new PassThrough();
  const editor = createInterface({ input: keys, output: stdout, completer: complete, terminal: true });
  let running: LineDiscipline | undefined;
  const ended = new Promise<void>((resolve) => {
    const ask = (): void => {
      editor.setPrompt(prompt());
      editor.prompt();
    };
    const carryOut = async (text: string): Promise<void> => {
      const interruption = createInterruption();
      const keyboard = createLineDiscipline(
        (echoed) => void stdout.write(echoed),
        () => interruption.press(),
      );
      running = keyboard;
      const goesOn = await line(text, { stdin: keyboard.input, ...interruption.io });
      interruption.end();
      running = undefined;
      if (!goesOn) return resolve();
      ask();
      // A terminal keeps what was typed ahead for whoever reads next.
      keys.write(keyboard.left().replaceAll('\n', '\r'));
    };
    editor.on('line', (text) => {
      // The second of several lines that came at once.
      if (running === undefined) void carryOut(text);
      else running.type(`${text}\r`);
    });
    editor.on('SIGINT', () => {
      stdout.write('^C\n');
      ask();
    });
    editor.on('close', resolve);
    ask();
  });
  const decoder = new TextDecoder();
  const pass = (chunk: Uint8Array): void => {
    const text = decoder.decode(chunk, { stream: true });
    if (running === undefined) keys.write(text);
    else running.type(text);
  };
  stdin.setRawMode(true);
  stdin.on('data', pass);
  try {
    await ended;
  } finally {
    stdin.off('data', pass);
    stdin.setRawMode(false);
    stdin.pause();
    editor.close();
  }
};
