/** `:`, `break`, `continue`, `eval`, `exit`, `return`, `.` and `trap`. */
import { decodeName, FsError, O_RDONLY } from '../../fs/index.ts';
import { ExitJump, LoopJump, ReturnJump, ShellError } from '../language/errors.ts';
import { runScript } from '../language/execute.ts';
import { lookup, type ShellState } from '../language/state.ts';
import type { Script } from '../language/syntax.ts';
import { signalNumber } from '../processes/index.ts';
import { openPath, statOrNothing } from '../open-path.ts';
import { readAll } from '../streams.ts';
import type { Builtin } from './index.ts';
import { failWith, shellQuote, write } from './output.ts';

const statusFrom = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new ShellError(`${name}: Illegal number: ${text}`);
  return Number(text) & 0xff;
};

const leaveLoop =
  (kind: 'break' | 'continue') =>
  (state: ShellState, [levels]: readonly string[]): number => {
    const count = levels === undefined ? 1 : Number(levels);
    if (!/^\d+$/.test(levels ?? '1') || count < 1) throw new ShellError(`${kind}: Illegal number: ${levels}`);
    if (state.loops === 0) return 0;
    throw new LoopJump(kind, count);
  };

/** Where `.` finds a file without a slash: on `PATH`, readable, executable or not. */
const findScript = (state: ShellState, name: string): string => {
  if (name.includes('/')) return name;
  const directories = (lookup(state, 'PATH') ?? '').split(':');
  const paths = directories.map((directory) => (directory === '' ? name : `${directory}/${name}`));
  return paths.find((path) => statOrNothing(state.process, path) !== undefined) ?? name;
};

const readFile = async (state: ShellState, name: string): Promise<string> => {
  const path = findScript(state, name);
  try {
    const file = openPath(state.process, path, O_RDONLY);
    try {
      return decodeName(await readAll(file));
    } finally {
      file.release();
    }
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    if (!name.includes('/')) throw new ShellError(`.: ${name}: not found`);
    throw new ShellError(`.: cannot open ${name}: ${error.code === 'ENOENT' ? 'No such file' : 'Permission denied'}`);
  }
};

const SIGNALS: Record<string, string> = { '0': 'EXIT', '1': 'HUP', '2': 'INT', '3': 'QUIT', '15': 'TERM' };

export const control: Readonly<
  Record<'colon' | 'break' | 'continue' | 'eval' | 'exit' | 'return' | 'dot' | 'trap', Builtin>
> = {
  colon: () => 0,
  break: leaveLoop('break'),
  continue: leaveLoop('continue'),
  eval: async (state, args) => {
    let script: Script;
    try {
      script = await state.machine.parse(args.join(' '));
    } catch (error) {
      if (error instanceof ShellError) throw new ShellError(`eval: ${error.message}`, error.status, error.line);
      throw error;
    }
    return script.statements.length === 0 ? 0 : runScript(state, script);
  },
  exit: (state, [status]) => {
    throw new ExitJump(statusFrom('exit', status, state.status));
  },
  return: (state, [status]) => {
    throw new ReturnJump(statusFrom('return', status, state.status));
  },
  dot: async (state, [name]) => {
    if (name === undefined) return 0;
    const script = await state.machine.parse(await readFile(state, name));
    state.status = 0;
    state.returns++;
    try {
      return await runScript(state, script);
    } catch (error) {
      if (error instanceof ReturnJump) return error.status;
      throw error;
    } finally {
      state.returns--;
    }
  },
  trap: (state, args) => {
    if (args.length === 0)
      return write(
        state,
        'trap',
        [...state.traps].map(([signal, action]) => `trap -- ${shellQuote(action)} ${signal}\n`).join(''),
      );
    const operands = args[0] === '--' ? args.slice(1) : args;
    const resets = operands.length === 1 || operands[0] === '-' || /^\d+$/.test(operands[0] ?? '');
    const action = resets ? undefined : operands[0];
    for (const condition of operands.slice(resets && operands[0] !== '-' ? 0 : 1)) {
      const signal = SIGNALS[condition] ?? condition.replace(/^SIG/, '');
      if (!/^[A-Z0-9]+$/.test(signal)) return failWith(state, `trap: ${condition}: bad trap`, 1);
      if (action === undefined) state.traps.delete(signal);
      else state.traps.set(signal, action);
      const number = signalNumber(signal);
      if (number !== undefined && action === undefined) state.entry.handled.delete(number);
      else if (number !== undefined) state.entry.handled.add(number);
    }
    return 0;
  },
};
