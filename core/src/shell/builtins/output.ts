/** What built-ins print. */
import { encodeName, FsError, errnoText } from '../../fs/index.ts';
import { report, streamAt, type ShellState } from '../language/state.ts';

/** Writes to stdout; a failed write (ENOSPC on /dev/full) is dash's `I/O error`, and the built-in's status is 1. */
export const write = (state: ShellState, name: string, text: string | Uint8Array): number => {
  const bytes = typeof text === 'string' ? encodeName(text) : text;
  try {
    if (bytes.length > 0) streamAt(state, 1).write(bytes);
    return 0;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    report(state, `${name}: I/O error`);
    return 1;
  }
};

/** A message of a built-in that does not end the shell. */
export const failWith = (state: ShellState, message: string, status = 1): number => {
  report(state, message);
  return status;
};

export const reasonOf = (error: unknown): string => {
  if (error instanceof FsError) return errnoText(error.code);
  throw error;
};

/** In single quotes, as `set`, `export -p` and `trap` print values. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\"'\"'")}'`;
