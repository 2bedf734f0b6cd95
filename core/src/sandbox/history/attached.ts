/**
 * Somebody at a terminal while a command of the log runs. What is typed becomes the command's own input, so that the log
 * does the same again without anybody there. When somebody cut it short is not in any log: what was interrupted is taken
 * back.
 */
import { decodeName } from '../../fs/index.ts';
import type { Input } from '../../shell/index.ts';
import type { CommandStreams } from '../node/command.ts';
import type { HistoryCommand } from './entry.ts';

/** A command was interrupted from outside (^C). Nothing of it stays. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted: the command was taken back');
    this.name = 'InterruptedError';
  }
}

export interface Attached {
  /** The streams, overheard. */
  readonly io: CommandStreams;
  interrupted(): boolean;
  /** The command as it can be given again. */
  withInput(command: HistoryCommand): HistoryCommand;
}

const isInput = (stdin: CommandStreams['stdin']): stdin is Input =>
  typeof stdin === 'object' && !(stdin instanceof Uint8Array);

const takesInput = (command: HistoryCommand): command is HistoryCommand & { readonly stdin?: string } =>
  command.type === 'ctr' || command.type === 'exec' || command.type === 'shell';

export const attach = ({ stdin, onStart, ...output }: CommandStreams = {}): Attached => {
  let typed = '';
  let wasInterrupted = false;
  const keep = (into: Uint8Array, length: number): number => {
    typed += decodeName(into.slice(0, length));
    return length;
  };
  const overheard = (input: Input): Input => ({
    ...(input.terminal === undefined ? {} : { terminal: input.terminal }),
    ...(input.waits === undefined ? {} : { waits: input.waits }),
    read: (into) => {
      const answer = input.read(into);
      return typeof answer === 'number' ? keep(into, answer) : answer.then((length) => keep(into, length));
    },
  });
  return {
    io: {
      ...output,
      ...(stdin === undefined ? {} : { stdin: isInput(stdin) ? overheard(stdin) : stdin }),
      onStart: (control) =>
        onStart?.({
          ...control,
          interrupt: (signal) => {
            wasInterrupted = true;
            control.interrupt(signal);
          },
          kill: (pid, signal) => {
            wasInterrupted ||= signal !== 0;
            return control.kill(pid, signal);
          },
        }),
    },
    interrupted: () => wasInterrupted,
    withInput: (command) => {
      if (!takesInput(command) || command.stdin !== undefined) return command;
      const text = typeof stdin === 'string' ? stdin : stdin instanceof Uint8Array ? decodeName(stdin) : typed;
      return text === '' ? command : { ...command, stdin: text };
    },
  };
};
