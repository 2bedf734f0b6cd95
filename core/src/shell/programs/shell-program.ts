/** `sh`: the shell as a program, with the options of POSIX and a script, a file of commands, or stdin to run. */
import { decodeName, FsError, O_RDONLY } from '../../fs/index.ts';
import type { Command, Invocation } from '../command.ts';
import { openPath } from '../open-path.ts';
import { readAll } from '../streams.ts';
import { ShellError } from '../language/errors.ts';
import { runScript } from '../language/execute.ts';
import { untilExit } from '../language/exit.ts';
import { inSubshell, type ShellState, type Variable } from '../language/state.ts';

/** Names under which the shell is found in images. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash']);

const OPTION_LETTERS = 'aefnuvxCism';

/** A shell that has just been started with this environment. */
export const createState = (
  { machine, process, entry }: Pick<ShellState, 'machine' | 'process' | 'entry'>,
  name: string,
  environment: ReadonlyMap<string, string>,
  streams: ShellState['streams'],
): ShellState => {
  const variables = new Map<string, Variable>(
    [...environment].map(([key, value]) => [key, { value, exported: true, readonly: false }]),
  );
  const own = (key: string, value: string): void => {
    if (!variables.has(key)) variables.set(key, { value, exported: false, readonly: false });
  };
  variables.set('IFS', { value: ' \t\n', exported: false, readonly: false });
  own('OPTIND', '1');
  own('PS4', '+ ');
  const directory = process.getcwd();
  variables.set('PWD', { value: directory, exported: environment.has('PWD'), readonly: false });
  return {
    machine,
    process,
    entry,
    jobs: new Map(),
    shellPid: entry.pid,
    inPlace: false,
    variables,
    functions: new Map(),
    streams,
    options: new Set(),
    traps: new Map(),
    name,
    positional: [],
    status: 0,
    line: 1,
    loops: 0,
    returns: 0,
    conditions: 0,
    locals: [],
    background: undefined,
    substituted: false,
    arithmetic: '',
    optionOffset: 0,
  };
};

interface CommandLine {
  readonly options: ReadonlySet<string>;
  readonly command: boolean;
  readonly operands: readonly string[];
}

const readCommandLine = (args: readonly string[]): CommandLine => {
  const options = new Set<string>();
  let command = false;
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--' || arg === '-') {
      at++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg.startsWith('--')) continue;
    for (const letter of arg.slice(1)) {
      if (letter === 'c') command = true;
      else if (!OPTION_LETTERS.includes(letter)) throw new ShellError(`Illegal option -${letter}`, 2, 0);
      else if (arg.startsWith('-')) options.add(letter);
      else options.delete(letter);
    }
  }
  return { options, command, operands: args.slice(at) };
};

const readScript = async (invocation: Invocation, path: string): Promise<string> => {
  let file;
  try {
    file = openPath(invocation.process, path, O_RDONLY);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new ShellError(`cannot open ${path}: ${error.code === 'ENOENT' ? 'No such file' : error.code}`, 2, 0);
  }
  try {
    return decodeName(await readAll(file));
  } finally {
    file.release();
  }
};

/** The `sh` program, started from a shell. */
export const runShell =
  ({ machine, process }: Pick<ShellState, 'machine' | 'process'>): Command =>
  (invocation) => {
    const streams: ShellState['streams'] = new Map([
      [0, invocation.stdin],
      [1, invocation.stdout],
      [2, invocation.stderr],
    ]);
    const entry = machine.scheduler.current;
    const parent = createState({ machine, process, entry }, invocation.name, invocation.environment, streams);
    const body = (state: ShellState): Promise<number> =>
      untilExit(state, async () => {
        const { options, command, operands } = readCommandLine(invocation.args);
        for (const letter of options) state.options.add(letter);
        const [first, ...rest] = operands;
        let text: string;
        if (command) {
          if (first === undefined) throw new ShellError('-c requires an argument', 2, 0);
          text = first;
          state.name = rest[0] ?? state.name;
          state.positional = rest.slice(1);
        } else if (first !== undefined && !options.has('s')) {
          text = await readScript(invocation, first);
          state.name = first;
          state.positional = rest;
        } else {
          text = decodeName(await readAll(invocation.stdin));
          state.positional = operands;
        }
        return runScript(state, await machine.parse(text));
      });
    return inSubshell(parent, streams, body, { entry });
  };
