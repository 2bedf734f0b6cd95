/** What tasks are asked, what they answer, and what they run on. */
import type { Mount } from '../../../kernel/index.ts';
import type { ProcessRow as ShellProcessRow, RunOptions, RunResult } from '../../../shell/index.ts';
import type { ProgramMachine } from '../process.ts';
import type { RunningPrograms } from './running.ts';
import type { ProcessRow, TaskRow } from './task-row.ts';

export interface TaskInfo extends TaskRow {
  readonly id: string;
}

/** What a process left when it ended, or so far. */
export type StartedProcess = RunResult & { readonly running: boolean };

export interface TaskOptions extends RunOptions {
  /** Do not wait for a program that waits: it runs on as time passes. Otherwise time passes until it has ended. */
  readonly detach?: boolean;
}

/** The machine tasks run on. */
export interface TaskMachine extends ProgramMachine {
  readonly programs: RunningPrograms;
  /**
   * A client waits while time passes, with all that happens in it; `undefined` = for what no time brings. Answers `false`
   * when it waits no more: it was interrupted.
   */
  readonly wait: (nanoseconds: bigint | undefined) => Promise<boolean>;
}

/** The processes of a task: its own, or those of an exec. */
export interface TaskProcesses {
  /** `undefined` = the task's own. */
  readonly execId: string | undefined;
  readonly pid: number;
  /** As the container sees them, numbered from 1. */
  readonly processes: readonly ShellProcessRow[];
}

export interface ExecOptions {
  readonly args: readonly string[];
  /** Default the container's. */
  readonly cwd?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`; default the container's. */
  readonly user?: string;
}

export interface TaskService {
  /** NotFound. */
  get(id: string): TaskInfo;
  list(): readonly TaskInfo[];
  /** Mounts the container's snapshot. NotFound, AlreadyExists. */
  create(id: string): Promise<TaskInfo>;
  /** Makes a task that only keeps its root mounted, for programs that are run in it. Answers the mounts. */
  hold(id: string): Promise<readonly Mount[]>;
  /** Runs the container's program to its end; see `TaskOptions`. Throws what the runtime says. */
  start(id: string, io?: TaskOptions): Promise<StartedProcess>;
  /** Runs another program in a running task. `args` none = the container's own. */
  exec(id: string, execId: string, options: ExecOptions, io?: TaskOptions): Promise<StartedProcess>;
  /**
   * Waits for the end of a task's program, with what it has written since nobody listened. `stdin`: what it shall read,
   * and then the end.
   */
  attach(id: string, io?: Omit<TaskOptions, 'stdin'> & { readonly stdin?: Uint8Array }): Promise<StartedProcess>;
  /** Everything that lives in a task. */
  processes(id: string): readonly TaskProcesses[];
  /** Signals the task, or one of the programs run in it. NotFound when it ended already. */
  kill(id: string, signal: number, execId?: string): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** Unmounts. FailedPrecondition while it runs. Answers how it ended. */
  delete(id: string): Promise<ProcessRow>;
}
