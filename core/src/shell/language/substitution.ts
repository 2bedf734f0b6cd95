/** `$(…)` and backquotes. */
import { decodeName } from '../../fs/index.ts';
import { collector, outputStream } from '../streams.ts';
import { runScript } from './execute.ts';
import { inSubshell, type ShellState } from './state.ts';
import type { Script } from './syntax.ts';
import { untilExit } from './exit.ts';

/** Runs the script in a subshell; answers its output without the newlines at the end, and leaves its status in `$?`. */
export const substitute = async (state: ShellState, script: Script): Promise<string> => {
  const output = collector();
  const stdout = outputStream(output);
  const streams = new Map(state.streams).set(1, stdout);
  state.status = await inSubshell(state, streams, (child) => untilExit(child, () => runScript(child, script)));
  state.substituted = true;
  return decodeName(output.bytes()).replaceAll('\0', '').replace(/\n+$/, '');
};
