/** Where a shell ends: by `exit`, by an error of its own, or by running out of commands; then its EXIT trap runs. */
import { FsError, errnoText } from '../../fs/index.ts';
import { signalStatus } from '../processes/index.ts';
import { ExitJump, LoopJump, ReturnJump, ShellError, SignalJump } from './errors.ts';
import { runScript } from './execute.ts';
import { report, type ShellState } from './state.ts';

const finish = async (state: ShellState, body: () => Promise<number>): Promise<number> => {
  try {
    return await body();
  } catch (error) {
    if (error instanceof ExitJump) return error.status;
    if (error instanceof ReturnJump) return error.status;
    if (error instanceof LoopJump) return state.status;
    if (error instanceof ShellError) {
      report(state, error.message, error.line);
      return error.status;
    }
    if (error instanceof FsError) {
      report(state, errnoText(error.code));
      return 2;
    }
    throw error;
  }
};

/** Runs a whole shell, subshell or script file to its end. */
export const untilExit = async (state: ShellState, body: () => Promise<number>): Promise<number> => {
  try {
    state.status = await finish(state, body);
  } catch (error) {
    if (!(error instanceof SignalJump)) throw error;
    state.entry.endedBy = error.signal;
    return (state.status = signalStatus(error.signal));
  }
  const action = state.traps.get('EXIT');
  if (action === undefined) return state.status;
  state.traps.delete('EXIT');
  const { status } = state;
  return finish(state, async () => {
    await runScript(state, await state.machine.parse(action));
    return status;
  });
};
