import type { Command } from '../../kernel/values.ts';
import { quoted } from '../../ui/command-text.ts';
import { wordsOf } from './words.ts';

export interface TypedCommand {
  readonly command: Command;
  /** It prints the directory that the next lines begin in. */
  readonly changesDirectory: boolean;
}

const CHANGE_DIRECTORY = /^\s*cd(\s+[^;|&<>()]+)?\s*$/;

/**
 * What a line asks of the node. `ctr` is the node's own program wherever it is typed; everything else goes to the shell
 * of `container`, or of the machine when that is `''`. A container's shell begins anew with each line, so that its
 * directory comes along.
 */
export const commandOf = (line: string, container: string, cwd: string): TypedCommand => {
  const words = wordsOf(line);
  const isSimple = !/[;|&<>$`\n]/.test(line);
  if (words[0] === 'ctr' && isSimple)
    return { command: { type: 'ctr', args: words.slice(1) }, changesDirectory: false };
  if (words[0] === 'gc' && words.length === 1) return { command: { type: 'gc' }, changesDirectory: false };
  if (container === '') return { command: { type: 'shell', script: line }, changesDirectory: false };
  const changesDirectory = CHANGE_DIRECTORY.test(line);
  const script = changesDirectory ? `${line.trim()} && pwd` : line;
  const there = cwd === '/' ? script : `cd ${quoted(cwd)} && ${script}`;
  return { command: { type: 'exec', container, args: ['sh', '-c', there] }, changesDirectory };
};
