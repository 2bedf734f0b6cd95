/** From argv to a running program: the search on `PATH`, what the file is, and what stands in for it. */
import { encodeName, FsError } from '../../fs/index.ts';
import { BUILTINS } from '../builtins/index.ts';
import { errorText, type Command, type Invocation, type Spawn } from '../command.ts';
import { runShell, SHELLS } from './shell-program.ts';
import { drainOutput, inSubshell, report, streamAt, type ShellState } from '../language/state.ts';
import { SignalJump } from '../language/errors.ts';
import { untilExit } from '../language/exit.ts';
import { endingText, signalStatus, type ShellProcess } from '../processes/index.ts';
import { withUsage } from '../options.ts';
import { baseName } from '../directory.ts';
import { inputStream, outputStream } from '../streams.ts';
import { accessTo, DEFAULT_PATH, recognise, searchPath, type BinaryFormat } from './format.ts';

/** The programs a shell has: its own, the text tools, and the kinds of file others can run. */
export interface ProgramTable {
  find(name: string): Command | undefined;
  readonly formats: readonly BinaryFormat[];
}

const NOT_FOUND = 127;
const CANNOT_RUN = 126;

/** Linux gives up after this many interpreters of interpreters (`BINPRM` recursion), with ELOOP. */
const MAX_INTERPRETERS = 5;

const refuse = (state: ShellState, message: string, status: number): number => {
  report(state, message);
  return status;
};

/** Runs a program in the shell's process, on its streams. */
export const runProgram = async (
  state: ShellState,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
  depth = 0,
): Promise<number> => {
  const [name = ''] = argv;
  const {
    process,
    machine: { programs },
  } = state;
  if (name.includes('/')) {
    const access = accessTo(process, name);
    if (access === 'run') return runFile(state, name, argv, environment, depth);
    return access === 'denied'
      ? refuse(state, `${name}: Permission denied`, CANNOT_RUN)
      : refuse(state, `${name}: not found`, NOT_FOUND);
  }
  const found = name === '' ? undefined : searchPath(process, name, environment.get('PATH') ?? DEFAULT_PATH);
  if (found !== undefined && !found.denied) return runFile(state, found.path, argv, environment, depth);
  // As in a busybox image with a shell of its own: what the shell brings works without a file on PATH.
  const command = programs.find(name);
  if (command !== undefined) return runCommand(state, command, argv, environment);
  if (SHELLS.has(name)) return runCommand(state, runShell(state), argv, environment);
  const builtin = BUILTINS[name];
  if (builtin !== undefined) return builtin(state, argv.slice(1));
  return found === undefined
    ? refuse(state, `${name}: not found`, NOT_FOUND)
    : refuse(state, `${name}: Permission denied`, CANNOT_RUN);
};

/** A file that may be executed. */
const runFile = async (
  state: ShellState,
  path: string,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
  depth: number,
): Promise<number> => {
  const {
    process,
    machine: { programs },
  } = state;
  const [name = '', ...args] = argv;
  const executable = recognise(process, path, programs.formats);
  const standIn = programs.find(baseName(path)) ?? (SHELLS.has(baseName(path)) ? runShell(state) : undefined);
  switch (executable.kind) {
    case 'format':
      return runCommand(state, (invocation) => executable.format.run(path, invocation), argv, environment);
    case 'elf': {
      if (standIn !== undefined) return runCommand(state, standIn, argv, environment);
      const builtin = BUILTINS[baseName(path)];
      if (builtin !== undefined) return builtin(state, args);
      const program = `${name} is a Linux ${executable.machine} program`;
      return refuse(state, `${program}; the sandbox runs shell scripts and WASI programs`, CANNOT_RUN);
    }
    case 'text':
      return runCommand(state, runShell(state), [name, path, ...args], environment);
    case 'script': {
      const { interpreter, argument } = executable;
      if (depth >= MAX_INTERPRETERS) return refuse(state, `${name}: Too many levels of symbolic links`, CANNOT_RUN);
      if (accessTo(process, interpreter) !== 'run' && !SHELLS.has(baseName(interpreter)))
        return refuse(state, `${name}: not found`, NOT_FOUND);
      const script = argument === undefined ? [path, ...args] : [argument, path, ...args];
      if (SHELLS.has(baseName(interpreter)))
        return runCommand(state, runShell(state), [interpreter, ...script], environment);
      // A program the shell has itself, installed as a script for an interpreter that cannot run here (perl, python).
      const interpreted = recognise(process, interpreter, programs.formats);
      if (interpreted.kind === 'elf' && standIn !== undefined && programs.find(baseName(interpreter)) === undefined)
        return runCommand(state, standIn, argv, environment);
      return runProgram(state, [interpreter, ...script], environment, depth + 1);
    }
  }
};

/** Runs one command as a process would run: what it throws is its own end, not the shell's. */
const runCommand = async (
  state: ShellState,
  command: Command,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
): Promise<number> => {
  const [name = '', ...args] = argv;
  const {
    process,
    machine: { clock, random, mounts, scheduler, processes },
  } = state;
  const { current } = scheduler;
  const entry: ShellProcess = state.inPlace
    ? state.entry
    : processes.start(state.entry.pid, process, argv, () => [...state.streams.keys()]);
  entry.args = argv;
  const invocation: Invocation = {
    name,
    args,
    process,
    environment,
    stdin: streamAt(state, 0),
    stdout: streamAt(state, 1),
    stderr: streamAt(state, 2),
    clock,
    random,
    ...(mounts === undefined ? {} : { mounts }),
    turn: async () => {
      await scheduler.share();
      await drainOutput(state);
    },
    outside: (promise) => scheduler.outside(promise),
    sleep: (duration) => scheduler.sleep(duration),
    processes: () => processes.rows(),
    run: (spawn) => runSpawn(state, spawn, environment),
  };
  scheduler.current = entry;
  try {
    return await withUsage(invocation, () => command(invocation));
  } catch (error) {
    if (error instanceof SignalJump) {
      entry.endedBy = error.signal;
      return signalStatus(error.signal);
    }
    if (!(error instanceof FsError)) throw error;
    invocation.stderr.write(encodeName(`${name}: ${errorText(error)}\n`));
    return 1;
  } finally {
    scheduler.current = current;
    if (!state.inPlace) leave(state, entry);
  }
};

/** Takes a program out of the process table; its shell says what ended it when that was not to be expected. */
const leave = (state: ShellState, entry: ShellProcess): void => {
  state.machine.processes.end(entry);
  const text = endingText(entry.endedBy);
  if (text !== undefined) streamAt(state, 2).write(encodeName(`${text}\n`));
};

const runSpawn = (
  state: ShellState,
  { argv, stdin, stdout, environment }: Spawn,
  inherited: ReadonlyMap<string, string>,
): Promise<number> => {
  const streams = new Map(state.streams);
  if (stdin !== undefined) streams.set(0, inputStream(stdin));
  if (stdout !== undefined) streams.set(1, outputStream(stdout));
  return inSubshell(state, streams, (child) =>
    untilExit(child, () => runProgram(child, argv, environment ?? inherited)),
  );
};
