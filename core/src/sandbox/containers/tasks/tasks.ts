/**
 * Tasks: running containers, in containerd's order of calls and events.
 *
 *   create   Mounts(snapshot) ─▶ mount at <bundle>/rootfs    /tasks/create
 *   start    the program of the spec                         /tasks/start … /tasks/exit
 *   exec     another program in the same root                /tasks/exec-added, exec-started … /tasks/exit
 *   kill     a signal                                        /tasks/exit when it ends the process
 *   delete   unmount, remove the bundle                      /tasks/delete
 */
import type { Mount } from '../../../kernel/index.ts';
import type { MetaWriter } from '../../../snapshots/index.ts';
import type { RunOptions, RunResult } from '../../../shell/index.ts';
import type { Client, Database, EventFields } from '../../metadata/index.ts';
import { callerOf, type RuntimeSpec } from '../spec.ts';
import { requireProgram, runProgram, type ProgramMachine } from '../process.ts';
import { bundlePath, mountRoot, rootPath, unmountRoot } from './root.ts';
import {
  deleteTask,
  getTask,
  nextPid,
  putTask,
  taskRows,
  type ProcessRow,
  type TaskRow,
  type TaskStatus,
} from './task-row.ts';
import {
  FROM_SIGNAL,
  IGNORED_BY_DEFAULT,
  SIGKILL,
  endTask,
  ending,
  failed,
  requireTask,
  stopped,
  withoutExec,
} from './ending.ts';
import { waitOf } from './waiting.ts';

export interface TaskInfo extends TaskRow {
  readonly id: string;
}

/** What a process left when it ended; nothing was written by one that still runs. */
export type StartedProcess = RunResult & { readonly running: boolean };

export interface TaskOptions extends RunOptions {
  /** Do not wait for a program that sleeps: it runs on until its time has come. Otherwise time passes meanwhile. */
  readonly detach?: boolean;
}

/** The machine tasks run on. */
export interface TaskMachine extends ProgramMachine {
  /** Lets time pass, with all that happens in it. */
  readonly wait: (nanoseconds: bigint) => Promise<void>;
}

export interface ExecOptions {
  readonly args: readonly string[];
  /** Default the container's. */
  readonly cwd?: string;
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
  /** Signals the task, or one of the programs run in it. NotFound when it ended already. */
  kill(id: string, signal: number, execId?: string): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** Unmounts. FailedPrecondition while it runs. Answers how it ended. */
  delete(id: string): Promise<ProcessRow>;
}

const NO_OUTPUT = new Uint8Array(0);

export const createTaskService = (machine: TaskMachine, database: Database, client: Client): TaskService => {
  const { kernel, clock } = machine;
  const { meta, publish } = database;
  const { namespace } = client;
  const tell = (topic: string, event: EventFields): void => publish(namespace, `/tasks/${topic}`, event);
  const find = (id: string): TaskRow => meta.read((tx) => requireTask(getTask(tx, namespace, id), id));
  const change = (id: string, to: (row: TaskRow, tx: MetaWriter) => TaskRow): Promise<TaskRow> =>
    meta.write((tx) => {
      const row = to(requireTask(getTask(tx, namespace, id), id), tx);
      putTask(tx, namespace, id, row);
      return row;
    });
  const specOf = async (id: string): Promise<RuntimeSpec> => (await client.containers.get(id)).spec as RuntimeSpec;

  const create = async (
    id: string,
    status: TaskStatus,
    check: () => Promise<void>,
  ): Promise<{ readonly row: TaskRow; readonly mounts: readonly Mount[] }> => {
    const { snapshotter, snapshotKey } = await client.containers.get(id);
    const mounts = await client.snapshotter(snapshotter).mounts(snapshotKey);
    if (meta.read((tx) => getTask(tx, namespace, id)) !== undefined)
      failed('AlreadyExists', `task ${id}: already exists`);
    await mountRoot(kernel, mounts, rootPath(namespace, id));
    try {
      await check();
    } catch (error) {
      await unmountRoot(kernel, rootPath(namespace, id));
      await kernel.disk.removeAll(bundlePath(namespace, id));
      throw error;
    }
    const row = await meta.write((tx) => {
      const made: TaskRow = { pid: nextPid(tx), status, exitStatus: 0, exitedAt: '', until: '', execs: {} };
      putTask(tx, namespace, id, made);
      return made;
    });
    const fifo = `/run/containerd/fifo/${row.pid}/${id}`;
    tell('create', {
      container_id: id,
      bundle: bundlePath(namespace, id),
      rootfs: mounts,
      io: { stdin: `${fifo}-stdin`, stdout: `${fifo}-stdout`, stderr: `${fifo}-stderr` },
      pid: row.pid,
    });
    return { row, mounts };
  };

  /** A started process: waiting, or run to its end. */
  const runs = async (
    id: string,
    processId: string,
    row: ProcessRow,
    args: readonly string[],
    cwd: string | undefined,
    io: TaskOptions,
    save: (row: ProcessRow) => Promise<unknown>,
  ): Promise<StartedProcess> => {
    const wait = waitOf(args);
    if (wait !== undefined && io.detach === true) {
      const until = wait === 'forever' ? '' : (clock.now() + wait).toString();
      await save({ ...row, status: 'RUNNING', until });
      return { running: true, exitCode: 0, stdout: NO_OUTPUT, stderr: NO_OUTPUT };
    }
    if (wait === 'forever') return failed('FailedPrecondition', `${args.join(' ')} never ends: detach from it`);
    if (wait !== undefined) await machine.wait(wait);
    await save({ ...row, status: 'RUNNING' });
    const spec = await specOf(id);
    const program = { args, env: spec.process.env, cwd: cwd ?? spec.process.cwd, caller: callerOf(spec) };
    const result = await runProgram(machine, rootPath(namespace, id), program, io);
    const ended: ProcessRow = {
      ...row,
      status: 'STOPPED',
      exitStatus: result.exitCode,
      exitedAt: clock.now().toString(),
    };
    await save(ended);
    tell('exit', { container_id: id, id: processId, ...ending(ended) });
    return { running: false, ...result };
  };

  return {
    get: (id) => ({ id, ...find(id) }),
    list: () =>
      meta.read((tx) =>
        [...taskRows(tx)].filter(([owner]) => owner === namespace).map(([, id, row]) => ({ id, ...row })),
      ),
    create: async (id) => {
      const { row } = await create(id, 'CREATED', async () => {
        const doing = 'failed to create shim task: OCI runtime create failed: runc create failed';
        await requireProgram(machine, rootPath(namespace, id), (await specOf(id)).process, doing);
      });
      return { id, ...row };
    },
    hold: async (id) => {
      const { row, mounts } = await create(id, 'RUNNING', async () => {});
      tell('start', { container_id: id, pid: row.pid });
      return mounts;
    },
    start: async (id, io = {}) => {
      const row = find(id);
      if (row.status !== 'CREATED') failed('Unknown', `cannot start a ${row.status.toLowerCase()} process: unknown`);
      const { process } = await specOf(id);
      tell('start', { container_id: id, pid: row.pid });
      return runs(id, id, row, process.args, undefined, io, (ended) => change(id, (now) => ({ ...now, ...ended })));
    },
    exec: async (id, execId, { args, cwd }, io = {}) => {
      const task = find(id);
      if (task.status === 'STOPPED') failed('Unknown', 'cannot exec in a stopped state: unknown');
      if (task.status === 'PAUSED') failed('Unknown', 'cannot exec in a paused state: unknown');
      if (task.execs[execId] !== undefined) failed('AlreadyExists', `id ${execId}: already exists`);
      const spec = await specOf(id);
      tell('exec-added', { container_id: id, exec_id: execId });
      await requireProgram(
        machine,
        rootPath(namespace, id),
        { args, env: spec.process.env },
        'OCI runtime exec failed: exec failed',
      );
      let row: ProcessRow | undefined;
      await change(id, (now, tx) => {
        row = { pid: nextPid(tx), status: 'RUNNING', exitStatus: 0, exitedAt: '', until: '' };
        return { ...now, execs: { ...now.execs, [execId]: row } };
      });
      const started = row as ProcessRow | undefined;
      if (started === undefined) return failed('Unknown', 'exec was not recorded');
      tell('exec-started', { container_id: id, exec_id: execId, pid: started.pid });
      return runs(id, execId, started, args, cwd, io, (ended) =>
        // What ended is deleted at once, as a client that waits for it does.
        change(id, (now) => ({
          ...now,
          execs: { ...withoutExec(now, execId), ...(ended.status === 'STOPPED' ? {} : { [execId]: ended }) },
        })),
      );
    },
    kill: async (id, signal, execId) => {
      const row = find(id);
      if (row.status === 'STOPPED') failed('NotFound', 'process already finished: not found');
      if (execId === undefined) {
        // The first process of a pid namespace gets no signal it has no handler for, but SIGKILL from outside.
        if (signal === SIGKILL) await endTask(database, namespace, id, FROM_SIGNAL + SIGKILL, clock.now());
        return;
      }
      const exec = row.execs[execId] ?? failed('NotFound', `process ${execId}: not found`);
      if (IGNORED_BY_DEFAULT.has(signal)) return;
      const ended = stopped(exec, FROM_SIGNAL + signal, clock.now());
      await change(id, (now) => ({ ...now, execs: withoutExec(now, execId) }));
      tell('exit', { container_id: id, id: execId, ...ending(ended) });
    },
    pause: async (id) => {
      const { status } = find(id);
      if (status === 'PAUSED') failed('Unknown', 'cannot pause a paused container: unknown');
      if (status !== 'RUNNING') failed('Unknown', `cannot pause a ${status.toLowerCase()} process: unknown`);
      await change(id, (row) => ({ ...row, status: 'PAUSED' }));
      tell('paused', { container_id: id });
    },
    resume: async (id) => {
      const { status } = find(id);
      if (status !== 'PAUSED') failed('Unknown', `cannot resume a ${status.toLowerCase()} process: unknown`);
      await change(id, (row) => ({ ...row, status: 'RUNNING' }));
      tell('resumed', { container_id: id });
    },
    delete: async (id) => {
      const row = find(id);
      if (row.status !== 'STOPPED' && row.status !== 'CREATED')
        failed(
          'FailedPrecondition',
          `task must be stopped before deletion: ${row.status.toLowerCase()}: failed precondition`,
        );
      await unmountRoot(kernel, rootPath(namespace, id));
      await kernel.disk.removeAll(bundlePath(namespace, id));
      await meta.write((tx) => deleteTask(tx, namespace, id));
      tell('delete', { container_id: id, ...ending(row) });
      return row;
    },
  };
};
