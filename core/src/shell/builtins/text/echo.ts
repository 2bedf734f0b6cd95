/** `echo` as dash has it: backslash escapes always, `-n` alone. */
import type { ShellState } from '../../language/state.ts';
import { escapeBytes } from './escapes.ts';
import { write } from '../output.ts';

export const echo = (state: ShellState, args: readonly string[]): number => {
  const quiet = args[0] === '-n';
  const { bytes, stopped } = escapeBytes((quiet ? args.slice(1) : args).join(' '), 'echo');
  return write(state, 'echo', quiet || stopped ? bytes : Uint8Array.of(...bytes, 0x0a));
};
