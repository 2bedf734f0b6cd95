/** A process in a container: who it is, where it stands, and the program it runs. */
import { errnoText, FsError, type Caller, type Clock, type Random } from '../../fs/index.ts';
import type { SimulatedKernel } from '../../kernel/index.ts';
import {
  createShell,
  createWasiFormat,
  type Idle,
  type RunOptions,
  type RunResult,
  type SpawnWorker,
} from '../../shell/index.ts';
import { ContainerdError } from '../../snapshots/index.ts';
import { mountControl } from './mount-control.ts';

export interface Program {
  readonly args: readonly string[];
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly caller: Caller;
}

/** What the platform has for programs that run for long. */
export interface ProgramHost {
  /** Lets the platform do something else for a moment; without it nothing can interrupt a script in this thread. */
  readonly pause?: () => Promise<void>;
  /**
   * Gives a worker for each WebAssembly program, which can then wait and be killed. How far programs are ahead of each
   * other depends on the platform from then on; without workers a node does the same every time.
   */
  readonly spawnWorker?: SpawnWorker;
}

export interface ProgramMachine {
  readonly kernel: SimulatedKernel;
  readonly clock: Clock;
  readonly random: Random;
  readonly host?: ProgramHost;
}

const environmentOf = (env: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(env.map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]));

/** Runs a program below `rootfs` and waits for it. `idle`: what happens while all of it waits; see `ShellOptions`. */
export const runProgram = async (
  { kernel, clock, random, host = {} }: ProgramMachine,
  rootfs: string,
  { args, env, cwd, caller }: Program,
  io: RunOptions = {},
  idle?: Idle,
): Promise<RunResult> => {
  const process = kernel.spawn({ root: rootfs, caller, traced: true });
  try {
    process.chdir(cwd);
    const shell = createShell({
      process,
      env: environmentOf(env),
      clock,
      random,
      formats: [createWasiFormat(host.spawnWorker)],
      ...(host.pause === undefined ? {} : { pause: host.pause }),
      ...(idle === undefined ? {} : { idle }),
      mounts: mountControl(kernel, process, rootfs),
    });
    return await shell.run(args, io);
  } finally {
    process.exit();
  }
};

const EXECUTABLE = 0o111;

/**
 * What runc checks before it starts anything: that there is such a program. Programs of the shell's own count where it
 * would run them without a file. Throws what runc says.
 */
export const requireProgram = async (
  { kernel, clock, random }: ProgramMachine,
  rootfs: string,
  { args, env }: Pick<Program, 'args' | 'env'>,
  doing: string,
): Promise<void> => {
  const [name] = args;
  const refuse = (problem: string): never => {
    throw new ContainerdError('Unknown', `${doing}: ${problem}`);
  };
  if (name === undefined) return refuse('args must not be empty');
  const process = kernel.spawn({ root: rootfs });
  try {
    const isThere = (path: string): boolean => {
      try {
        return (process.stat(path).mode & EXECUTABLE) !== 0;
      } catch {
        return false;
      }
    };
    if (name.includes('/')) {
      if (!isThere(name))
        refuse(
          `unable to start container process: exec: ${JSON.stringify(name)}: stat ${name}: no such file or directory`,
        );
      return;
    }
    const path = environmentOf(env)['PATH'] ?? '';
    if (path.split(':').some((folder) => isThere(`${folder}/${name}`))) return;
    // The shell itself has no name in its own table of programs.
    if (name === 'sh') return;
    const shell = createShell({ process, env: environmentOf(env), clock, random });
    // The usual case, before a script has to be parsed for it.
    if (shell.programs.includes(name)) return;
    if ((await shell.run(`command -v '${name.replaceAll("'", "'\\''")}'`)).exitCode === 0) return;
    refuse(`unable to start container process: exec: ${JSON.stringify(name)}: executable file not found in $PATH`);
  } finally {
    process.exit();
  }
};

/** The directory a program shall run in: it must be there. Throws what runc says. */
export const requireDirectory = ({ kernel }: Pick<ProgramMachine, 'kernel'>, rootfs: string, cwd: string): void => {
  const process = kernel.spawn({ root: rootfs });
  try {
    process.chdir(cwd);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new ContainerdError(
      'Unknown',
      `OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: ${errnoText(error.code).toLowerCase()}`,
    );
  } finally {
    process.exit();
  }
};
