/**
 * A shell over a process: POSIX sh with dash's messages, on the process's own system calls.
 *
 *   script ─▶ just-bash's parser ─▶ syntax tree ─▶ this interpreter ─▶ system calls of the process
 *                                                     │
 *                        programs: the shell's own (ls, cp, mount, …) · just-bash's text tools (grep, sed, awk, …)
 *                                  · scripts of the image · formats others bring (WebAssembly)
 */
import { encodeName, type Clock, type Random } from '../fs/index.ts';
import type { Process } from '../vfs/index.ts';
import type { Command, MountControl } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { untilExit } from './language/exit.ts';
import { runScript } from './language/execute.ts';
import { parseScript } from './language/parser.ts';
import { createState } from './programs/shell-program.ts';
import { TEXT_TOOLS, runProgram, type BinaryFormat, type ProgramTable } from './programs/index.ts';
import { environmentOf, inSubshell, recordedState, type Machine, type ShellState } from './language/state.ts';
import {
  type Idle,
  INTERRUPT,
  KILL,
  ProcessTable,
  Scheduler,
  type ProcessRow,
  type ShellProcess,
} from './processes/index.ts';
import { bytesInput, collector, inputStream, outputStream, type Input, type Output } from './streams.ts';

export interface ShellOptions {
  /** Whose root, working directory, umask and credentials the shell has. */
  readonly process: Process;
  /** What the shell's environment starts with; `PATH` and `HOME` are not made up. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: Random;
  /** Programs beside the shell's own, by name; they come first. */
  readonly commands?: Readonly<Record<string, Command>>;
  /** Kinds of executable files beside scripts. */
  readonly formats?: readonly BinaryFormat[];
  readonly mounts?: MountControl;
  /**
   * Lets the host do something else for a moment (a timer, a message). Awaited now and then by what runs for long;
   * without it nothing, not even `interrupt`, happens while a script runs round in circles.
   */
  readonly pause?: () => Promise<void>;
  /** Where time comes from for those who sleep. Without it nobody really waits, and no clock goes on. */
  readonly idle?: Idle;
}

export interface RunOptions {
  /** Bytes, text, or something to read from; nothing by default. */
  readonly stdin?: Uint8Array | string | Input;
  /** Where output goes as it comes, besides the result. */
  readonly stdout?: Output;
  readonly stderr?: Output;
  /** `false`: what runs for ever leaves no result, but what it writes to the streams above. */
  readonly collects?: boolean;
  /** Told once what has been started can be looked at, and signalled. */
  readonly onStart?: (control: RunControl) => void;
}

/** Something that runs, from outside. */
export interface RunControl {
  /** Sends a signal (default INT, as ^C) to what runs in the foreground. */
  interrupt(signal?: number): void;
  /** Everything that lives, as ps(1) shows it. */
  processes(): readonly ProcessRow[];
  /** kill(2). Answers whether there is such a process. */
  kill(pid: number, signal: number): boolean;
  /** Whether a process has an action of its own for a signal. */
  handles(pid: number, signal: number): boolean;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export interface Shell extends RunControl {
  /** The names `ls`, `grep`, … the shell brings. */
  readonly programs: readonly string[];
  /** Absolute path of the working directory. */
  cwd(): string;
  environment(): ReadonlyMap<string, string>;
  /**
   * Runs a script as typed at a prompt, or a program with its arguments, without a shell between. What a script sets
   * (directory, variables, functions, options, umask) stays for the next run; `exit` ends the script only.
   * Runs must not overlap. What was started with `&` and is not done gets turns only while something runs; it is ended
   * where a program was run without a shell between, as the kernel does when the first process of a container ends.
   */
  run(script: string | readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** just-bash is loaded when the first script is parsed; see `justBash`. */
export const createShell = (options: ShellOptions): Shell => {
  const given = new Map(Object.entries(options.commands ?? {}));
  const programs: ProgramTable = {
    find: (name) => given.get(name) ?? COMMANDS.get(name) ?? TEXT_TOOLS.get(name),
    formats: options.formats ?? [],
  };
  const processes = new ProcessTable();
  const entry = processes.start(0, options.process, ['sh'], () => [...state.streams.keys()]);
  const scheduler = new Scheduler(entry, options.pause, options.idle);
  const machine: Machine = {
    scheduler,
    processes,
    clock: options.clock,
    random: options.random,
    parse: parseScript,
    programs,
    ...(options.mounts === undefined ? {} : { mounts: options.mounts }),
  };
  const state = createState(
    { machine, process: options.process, entry },
    'sh',
    new Map(Object.entries(options.env ?? {})),
    new Map(),
  );

  const recorded = recordedState(state);

  const control: RunControl = {
    interrupt: (signal = INTERRUPT) => {
      for (const process of processes.all()) if (!isJob(processes, state, process)) process.signal(signal);
      scheduler.wake();
    },
    processes: () => processes.rows(),
    kill: (pid, signal) => {
      const process = processes.get(pid);
      if (signal !== 0) process?.signal(signal);
      scheduler.wake();
      return process !== undefined;
    },
    handles: (pid, signal) => processes.get(pid)?.handled.has(signal) === true,
  };

  const run: Shell['run'] = async (script, { stdin = '', stdout, stderr, collects = true, onStart } = {}) => {
    options.process.namespace.recorder?.touch(recorded);
    entry.forgetSignals();
    onStart?.(control);
    const out = collector();
    const err = collector();
    const streams = new Map([
      [
        0,
        inputStream(
          waitingOutside(scheduler, typeof stdin === 'string' ? bytesInput(encodeName(stdin)) : asInput(stdin)),
        ),
      ],
      [1, outputStream(collects ? both(out, stdout) : (stdout ?? NOWHERE))],
      [2, outputStream(collects ? both(err, stderr) : (stderr ?? NOWHERE))],
    ]);
    let exitCode: number;
    if (typeof script === 'string') {
      for (const [fd, stream] of streams) {
        state.streams.get(fd)?.release();
        state.streams.set(fd, stream);
      }
      entry.args = ['sh'];
      exitCode = await scheduler.run(entry, async () => {
        const status = await untilExit(state, async () => runScript(state, await machine.parse(script)));
        await settleJobs(scheduler, entry);
        return status;
      });
    } else
      exitCode = await scheduler.run(entry, async () => {
        const status = await inSubshell(
          state,
          streams,
          (child) => untilExit(child, () => runProgram(child, script, environmentOf(child))),
          { entry, inPlace: true },
        );
        await settleJobs(scheduler, entry);
        for (const process of processes.all()) if (process !== entry) process.signal(KILL);
        await settleJobs(scheduler, entry);
        return status;
      });
    return { exitCode, stdout: out.bytes(), stderr: err.bytes() };
  };

  return {
    programs: [...new Set([...given.keys(), ...COMMANDS.keys(), ...TEXT_TOOLS.keys()])].toSorted(),
    cwd: () => state.process.getcwd(),
    environment: () => environmentOf(state),
    run,
    ...control,
  };
};

/** How long the jobs that are left may go on, in shares, when a run has ended. */
const LAST_SHARES = 200;

const settleJobs = async (scheduler: Scheduler, entry: ShellProcess): Promise<void> => {
  entry.forgetSignals();
  await scheduler.settle(LAST_SHARES);
};

/** Whether it was started with `&`, or by something that was. */
const isJob = (processes: ProcessTable, state: ShellState, process: ShellProcess): boolean => {
  for (let at: ShellProcess | undefined = process; at !== undefined; at = processes.get(at.ppid))
    if (state.jobs.has(at.pid)) return true;
  return false;
};

/** Waiting for a terminal keeps nobody else from going on. */
const waitingOutside = (scheduler: Scheduler, input: Input): Input => ({
  get waits() {
    return input.waits === true;
  },
  ...(input.terminal === true ? { terminal: true } : {}),
  read: (into) => {
    if (input.ready?.() === false) return scheduler.wait(() => input.ready?.() !== false).then(() => input.read(into));
    const answer = input.read(into);
    return typeof answer === 'number' ? answer : scheduler.outside(answer);
  },
});

const asInput = (stdin: Uint8Array | Input): Input => (stdin instanceof Uint8Array ? bytesInput(stdin) : stdin);

const NOWHERE: Output = { write: () => {} };

const both = (one: Output, other: Output | undefined): Output =>
  other === undefined
    ? one
    : {
        write: (bytes) => {
          one.write(bytes);
          other.write(bytes);
        },
      };
