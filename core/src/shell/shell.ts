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
import { createParser } from './language/parser.ts';
import { createState } from './programs/shell-program.ts';
import { createTextTools, runProgram, type BinaryFormat, type ProgramTable } from './programs/index.ts';
import { environmentOf, inSubshell, recordedState, type Machine } from './language/state.ts';
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
}

export interface RunOptions {
  /** Bytes, text, or something to read from; nothing by default. */
  readonly stdin?: Uint8Array | string | Input;
  /** Where output goes as it comes, besides the result. */
  readonly stdout?: Output;
  readonly stderr?: Output;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export interface Shell {
  /** The names `ls`, `grep`, … the shell brings. */
  readonly programs: readonly string[];
  /** Absolute path of the working directory. */
  cwd(): string;
  environment(): ReadonlyMap<string, string>;
  /**
   * Runs a script as typed at a prompt, or a program with its arguments, without a shell between. What a script sets
   * (directory, variables, functions, options, umask) stays for the next run; `exit` ends the script only.
   * Runs must not overlap.
   */
  run(script: string | readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** Loads just-bash on first use; everything else is ready at once. */
export const createShell = async (options: ShellOptions): Promise<Shell> => {
  const library = await import('just-bash/browser');
  const bash = new library.Bash({ defenseInDepth: false, cwd: '/' });
  const tools = createTextTools(library, bash);
  const given = new Map(Object.entries(options.commands ?? {}));
  const programs: ProgramTable = {
    find: (name) => given.get(name) ?? COMMANDS.get(name) ?? tools.find(name),
    formats: options.formats ?? [],
  };
  const machine: Machine = {
    clock: options.clock,
    random: options.random,
    parse: createParser(bash),
    programs,
    ...(options.mounts === undefined ? {} : { mounts: options.mounts }),
  };
  const state = createState(
    { machine, process: options.process },
    'sh',
    new Map(Object.entries(options.env ?? {})),
    new Map(),
  );

  const recorded = recordedState(state);

  const run: Shell['run'] = async (script, { stdin = '', stdout, stderr } = {}) => {
    options.process.namespace.recorder?.touch(recorded);
    const out = collector();
    const err = collector();
    const streams = new Map([
      [0, inputStream(typeof stdin === 'string' ? bytesInput(encodeName(stdin)) : asInput(stdin))],
      [1, outputStream(both(out, stdout))],
      [2, outputStream(both(err, stderr))],
    ]);
    let exitCode: number;
    if (typeof script === 'string') {
      for (const [fd, stream] of streams) {
        state.streams.get(fd)?.release();
        state.streams.set(fd, stream);
      }
      exitCode = await untilExit(state, async () => runScript(state, await machine.parse(script)));
    } else
      exitCode = await inSubshell(state, streams, (child) =>
        untilExit(child, () => runProgram(child, script, environmentOf(child))),
      );
    return { exitCode, stdout: out.bytes(), stderr: err.bytes() };
  };

  return {
    programs: [...new Set([...given.keys(), ...COMMANDS.keys(), ...tools.names])].toSorted(),
    cwd: () => state.process.getcwd(),
    environment: () => environmentOf(state),
    run,
  };
};

const asInput = (stdin: Uint8Array | Input): Input => (stdin instanceof Uint8Array ? bytesInput(stdin) : stdin);

const both = (one: Output, other: Output | undefined): Output =>
  other === undefined
    ? one
    : {
        write: (bytes) => {
          one.write(bytes);
          other.write(bytes);
        },
      };
