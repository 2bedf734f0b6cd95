/** What a shell carries from one command to the next (POSIX, "Shell Execution Environment"). */
import type { Clock, Random } from '../../fs/index.ts';
import { encodeName } from '../../fs/index.ts';
import type { Recorded } from '../../timeline/index.ts';
import type { Process } from '../../vfs/index.ts';
import type { MountControl } from '../command.ts';
import type { ProgramTable } from '../programs/index.ts';
import { pipeStream, type Stream } from '../streams.ts';
import { ShellError } from './errors.ts';
import type { Parser } from './parser.ts';
import type { FunctionDefinition } from './syntax.ts';

export interface Variable {
  /** `undefined`: named by `export` or `readonly`, not set. */
  readonly value: string | undefined;
  readonly exported: boolean;
  readonly readonly: boolean;
}

/** The same for every shell of a container. */
export interface Machine {
  readonly clock: Clock;
  readonly random: Random;
  readonly parse: Parser;
  readonly programs: ProgramTable;
  readonly mounts?: MountControl;
}

export interface ShellState {
  readonly machine: Machine;
  readonly process: Process;
  readonly variables: Map<string, Variable>;
  readonly functions: Map<string, FunctionDefinition>;
  readonly streams: Map<number, Stream>;
  /** Letters of the options that are on, as `$-` shows them. */
  readonly options: Set<string>;
  /** Actions by condition: `EXIT`, `INT`, … */
  readonly traps: Map<string, string>;
  /** `$0`: what messages begin with. */
  name: string;
  positional: readonly string[];
  status: number;
  /** Line of the command being run. */
  line: number;
  /** Loops around the command being run, for `break`. */
  loops: number;
  /** Depth of functions and sourced files, for `return`. */
  returns: number;
  /** Above 0 inside a condition, where `set -e` does not act. */
  conditions: number;
  /** What `local` is to put back when the function returns, innermost last. */
  readonly locals: Map<string, Variable | undefined>[];
  /** `$!`. */
  background: number | undefined;
  /** A command substitution ran: a command that is nothing but assignments then answers its status. */
  substituted: boolean;
  /** Text of the arithmetic expression being evaluated, for messages. */
  arithmetic: string;
  /** Where in a cluster of options `getopts` is. */
  optionOffset: number;
}

/** The collections of a state, and its plain fields. */
type SavedShell = Omit<ShellState, 'machine' | 'process'>;

const copyState = ({ machine: _machine, process: _process, ...state }: ShellState): SavedShell => ({
  ...state,
  variables: new Map(state.variables),
  functions: new Map(state.functions),
  streams: new Map(state.streams),
  options: new Set(state.options),
  traps: new Map(state.traps),
  locals: [...state.locals],
});

/** Puts the content of one collection into another. */
const refill = <Key, Value>(into: Map<Key, Value>, from: ReadonlyMap<Key, Value>): void => {
  into.clear();
  for (const [key, value] of from) into.set(key, value);
};

/** A shell between two runs, as something that can be taken back. */
export const recordedState = (state: ShellState): Recorded<SavedShell> => ({
  noted: 0,
  save: () => copyState(state),
  restore: (saved) => {
    const { variables, functions, streams, options, traps, locals, ...fields } = saved;
    Object.assign(state, fields);
    refill(state.variables, variables);
    refill(state.functions, functions);
    refill(state.streams, streams);
    refill(state.traps, traps);
    state.options.clear();
    for (const option of options) state.options.add(option);
    state.locals.splice(0, Infinity, ...locals);
  },
});

/** Process numbers: the shell of a container is its first process; jobs are numbered from here. */
export const SHELL_PID = 1;

export const lookup = (state: ShellState, name: string): string | undefined => state.variables.get(name)?.value;

/** Sets a variable. Throws `ShellError` when it is readonly. */
export const assign = (
  state: ShellState,
  name: string,
  value: string | undefined,
  change: Partial<Variable> = {},
): void => {
  const old = state.variables.get(name);
  if (old?.readonly === true && value !== undefined) throw new ShellError(`${name}: is read only`);
  state.variables.set(name, {
    value: value ?? old?.value,
    exported: change.exported ?? (old?.exported === true || state.options.has('a')),
    readonly: change.readonly ?? old?.readonly ?? false,
  });
  if (name === 'OPTIND') state.optionOffset = 0;
};

/** What a program gets as its environment. */
export const environmentOf = (state: ShellState): Map<string, string> => {
  const environment = new Map<string, string>();
  for (const [name, { value, exported }] of state.variables)
    if (exported && value !== undefined) environment.set(name, value);
  return environment;
};

/** The stream under a descriptor; a closed one refuses with EBADF when it is used. */
export const streamAt = (state: ShellState, fd: number): Stream => state.streams.get(fd) ?? CLOSED;

const refuse = (): never => {
  throw new ShellError('Bad file descriptor');
};
const CLOSED: Stream = { ...pipeStream(), read: refuse, write: refuse, retain: () => CLOSED, release: () => {} };

/** A message of the shell itself, with its name and line before it. */
export const report = (state: ShellState, message: string, line: number = state.line): void => {
  streamAt(state, 2).write(encodeName(`${state.name}: ${line}: ${message}\n`));
};

/** Runs `body` in a subshell, on the given streams: a process of its own, so that nothing it changes reaches the parent. */
export const inSubshell = async (
  state: ShellState,
  streams: ReadonlyMap<number, Stream>,
  body: (child: ShellState) => Promise<number>,
): Promise<number> => {
  const process = state.process.fork();
  const child: ShellState = {
    ...state,
    process,
    variables: new Map(state.variables),
    functions: new Map(state.functions),
    options: new Set(state.options),
    traps: new Map(),
    streams: new Map([...streams].map(([fd, stream]) => [fd, stream.retain()])),
    locals: [],
  };
  try {
    return await body(child);
  } finally {
    for (const stream of child.streams.values()) stream.release();
    process.exit();
  }
};
