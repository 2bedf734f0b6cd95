/** What a shell carries from one command to the next (POSIX, "Shell Execution Environment"). */
import type { Clock, Random } from '../../fs/index.ts';
import type { Script } from './syntax.ts';
import { encodeName } from '../../fs/index.ts';
import type { Recorded } from '../../timeline/index.ts';
import type { Process } from '../../vfs/index.ts';
import type { MountControl } from '../command.ts';
import type { ProgramTable } from '../programs/index.ts';
import type { ProcessTable, Scheduler, ShellProcess } from '../processes/index.ts';
import { inputStream, type Stream } from '../streams.ts';
import { ShellError } from './errors.ts';
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
  readonly parse: (text: string) => Promise<Script>;
  readonly programs: ProgramTable;
  readonly mounts?: MountControl;
  readonly scheduler: Scheduler;
  readonly processes: ProcessTable;
}

/** What was started with `&`. */
export interface Job {
  readonly number: number;
  readonly process: ShellProcess;
  /** `undefined` while it runs. */
  status: number | undefined;
}

export interface ShellState {
  readonly machine: Machine;
  readonly process: Process;
  /** Its row in the process table. */
  readonly entry: ShellProcess;
  /** By process number. */
  readonly jobs: Map<number, Job>;
  /** `$$`: the shell this is a subshell of. */
  readonly shellPid: number;
  /** It has nothing to do but run one program, which then takes its place in the process table. */
  readonly inPlace: boolean;
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
type SavedShell = Omit<ShellState, 'machine' | 'process'> & { readonly lastPid: number };

const copyState = ({ machine, process: _process, ...state }: ShellState): SavedShell => ({
  lastPid: machine.processes.save(),
  ...state,
  variables: new Map(state.variables),
  functions: new Map(state.functions),
  streams: new Map(state.streams),
  options: new Set(state.options),
  traps: new Map(state.traps),
  jobs: new Map(state.jobs),
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
    const { variables, functions, streams, options, traps, jobs, locals, lastPid, ...fields } = saved;
    state.machine.processes.restore(lastPid);
    Object.assign(state, fields);
    refill(state.variables, variables);
    refill(state.functions, functions);
    refill(state.streams, streams);
    refill(state.traps, traps);
    refill(state.jobs, jobs);
    state.options.clear();
    for (const option of options) state.options.add(option);
    state.locals.splice(0, Infinity, ...locals);
  },
});

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
const CLOSED: Stream = {
  ...inputStream({ read: refuse }),
  write: refuse,
  retain: () => CLOSED,
  release: () => {},
};

/** A message of the shell itself, with its name and line before it. */
export const report = (state: ShellState, message: string, line: number = state.line): void => {
  streamAt(state, 2).write(encodeName(`${state.name}: ${line}: ${message}\n`));
};

interface ForkOptions {
  /** The row it takes over, instead of a new one. */
  readonly entry?: ShellProcess;
  readonly inPlace?: boolean;
}

/** fork(2): a process of its own, so that nothing it changes reaches the parent. `leave` ends it. */
const forkShell = (
  state: ShellState,
  streams: ReadonlyMap<number, Stream>,
  { entry, inPlace = false }: ForkOptions,
): { readonly child: ShellState; readonly leave: () => void } => {
  const { processes } = state.machine;
  const process = state.process.fork();
  const retained = new Map([...streams].map(([fd, stream]) => [fd, stream.retain()]));
  const child: ShellState = {
    ...state,
    process,
    entry: entry ?? processes.start(state.entry.pid, process, state.entry.args, () => [...retained.keys()]),
    inPlace,
    jobs: new Map(),
    variables: new Map(state.variables),
    functions: new Map(state.functions),
    options: new Set(state.options),
    traps: new Map(),
    streams: retained,
    locals: [],
  };
  return {
    child,
    leave: () => {
      for (const stream of retained.values()) stream.release();
      if (entry === undefined) processes.end(child.entry);
      process.exit();
    },
  };
};

/** Runs `body` in a subshell on the given streams, and waits for it. */
export const inSubshell = async (
  state: ShellState,
  streams: ReadonlyMap<number, Stream>,
  body: (child: ShellState) => Promise<number>,
  options: ForkOptions = {},
): Promise<number> => {
  const { scheduler } = state.machine;
  const { child, leave } = forkShell(state, streams, options);
  const { current } = scheduler;
  scheduler.current = child.entry;
  try {
    return await body(child);
  } finally {
    scheduler.current = current;
    leave();
  }
};

/** Starts `body` in a subshell that runs beside this one. `status` is there when it has ended. */
export const startSubshell = (
  state: ShellState,
  streams: ReadonlyMap<number, Stream>,
  body: (child: ShellState) => Promise<number>,
  options: ForkOptions = {},
): { readonly entry: ShellProcess; readonly ended: Promise<number> } => {
  const { child, leave } = forkShell(state, streams, options);
  const run = async (): Promise<number> => {
    try {
      return await body(child);
    } finally {
      leave();
    }
  };
  return { entry: child.entry, ended: state.machine.scheduler.start(child.entry, run) };
};

/** Waits until what was written has room: a writer is never further ahead of its reader than a pipe holds. */
export const drainOutput = async (state: ShellState): Promise<void> => {
  for (const stream of state.streams.values()) await stream.drain?.();
};
