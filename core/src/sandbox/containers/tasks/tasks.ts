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
import { collector, type Output, type RunControl } from '../../../shell/index.ts';
import type { Client, Database, EventFields } from '../../metadata/index.ts';
import { accountOf } from '../new-container.ts';
import { callerOf, type RuntimeSpec } from '../spec.ts';
import { requireDirectory, requireProgram, runProgram } from '../process.ts';
import { bundlePath, furnishRoot, mountRoot, rootPath, unmountRoot } from './root.ts';
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
import { SIGKILL, ending, failed, requireTask } from './ending.ts';
import { beginProgram, goOn, killProcess, programOf, type ProcessPlace } from './going-on.ts';
import { RunningProgram } from './running.ts';
import type { ExecOptions, StartedProcess, TaskMachine, TaskOptions, TaskService } from './task-service.ts';

const NO_OUTPUT = new Uint8Array(0);
/** The first process of a container, as it sees itself. */
const FIRST = 1;
const INTERRUPT = 2;

const both = (one: Output, other: Output | undefined): Output => ({
  write: (bytes) => {
    one.write(bytes);
    other?.write(bytes);
  },
});

export const createTaskService = (machine: TaskMachine, database: Database, client: Client): TaskService => {
  const { kernel, clock } = machine;
  const { meta, publish } = database;
  const { namespace } = client;
  const turns = { database, programs: machine.programs };
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

  const place = (id: string, processId: string): ProcessPlace => ({ namespace, id, processId });

  /** What the first process of a pid namespace gets: nothing it has no handler for, but SIGKILL from outside. */
  const signal = async (at: ProcessPlace, number: number): Promise<void> => {
    const control = programOf(turns, at)?.control;
    if (control === undefined || (at.processId === at.id && !control.handles(FIRST, number))) return;
    control.kill(FIRST, number);
    if (find(at.id).status !== 'PAUSED') await goOn(turns, at);
  };

  /** Waits with a client for the end of a process; one that waits no more leaves it running. */
  const follow = async (
    at: ProcessPlace,
    program: RunningProgram,
    io: TaskOptions,
    begin: () => Promise<void>,
  ): Promise<StartedProcess> => {
    const out = collector();
    const err = collector();
    const isAttached = io.detach !== true;
    if (isAttached) program.listen({ stdout: both(out, io.stdout), stderr: both(err, io.stderr) });
    try {
      await begin();
      if (!isAttached) return { running: !program.hasEnded, exitCode: 0, stdout: out.bytes(), stderr: err.bytes() };
      while (!program.hasEnded) {
        const { due } = program;
        const isPaused = find(at.id).status === 'PAUSED';
        if (await machine.wait(due === undefined || isPaused ? undefined : due - clock.now())) continue;
        // ^C goes to the process; one that does not mind runs on by itself.
        await signal(at, INTERRUPT);
        break;
      }
    } finally {
      program.listen(undefined);
    }
    const exitCode = program.result?.exitCode ?? 0;
    return { running: !program.hasEnded, exitCode, stdout: out.bytes(), stderr: err.bytes() };
  };

  /** Starts a process; what is not detached is waited for. */
  const runs = async (
    at: ProcessPlace,
    { args, cwd, user }: ExecOptions,
    { stdin, ...io }: TaskOptions,
  ): Promise<StartedProcess> => {
    const given = await specOf(at.id);
    const spec =
      user === undefined
        ? given
        : { ...given, process: { ...given.process, user: await accountOf(kernel, rootPath(namespace, at.id), user) } };
    const program = new RunningProgram(clock, machine.programs.recorder, false);
    const about = { args, env: spec.process.env, cwd: cwd ?? spec.process.cwd, caller: callerOf(spec) };
    return follow(at, program, io, () =>
      beginProgram(turns, at, program, () => {
        const streams = {
          ...program.streams,
          ...(io.detach === true && stdin === undefined ? {} : { stdin: stdin ?? '' }),
          onStart: (control: RunControl) => {
            program.streams.onStart?.(control);
            io.onStart?.(control);
          },
        };
        return runProgram(machine, rootPath(namespace, at.id), about, streams, program.idle);
      }),
    );
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
        const spec = await specOf(id);
        await furnishRoot(kernel, spec, rootPath(namespace, id));
        await requireProgram(machine, rootPath(namespace, id), spec.process, doing);
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
      return runs(place(id, id), { args: process.args }, io);
    },
    exec: async (id, execId, options, io = {}) => {
      const { args, cwd } = options;
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
      if (cwd !== undefined) requireDirectory(machine, rootPath(namespace, id), cwd);
      let row: ProcessRow | undefined;
      await change(id, (now, tx) => {
        row = { pid: nextPid(tx), status: 'RUNNING', exitStatus: 0, exitedAt: '', until: '' };
        return { ...now, execs: { ...now.execs, [execId]: row } };
      });
      const started = row as ProcessRow | undefined;
      if (started === undefined) return failed('Unknown', 'exec was not recorded');
      tell('exec-started', { container_id: id, exec_id: execId, pid: started.pid });
      return runs(place(id, execId), options, io);
    },
    attach: async (id, { stdin, ...io } = {}) => {
      const row = find(id);
      const program = programOf(turns, place(id, id));
      if (program === undefined)
        return { running: row.status !== 'STOPPED', exitCode: row.exitStatus, stdout: NO_OUTPUT, stderr: NO_OUTPUT };
      if (stdin !== undefined && stdin.length > 0) program.feed(stdin);
      return follow(place(id, id), program, io, async () => {
        if (row.status !== 'PAUSED') await goOn(turns, place(id, id));
      });
    },
    processes: (id) => {
      const row = find(id);
      return [place(id, id), ...Object.keys(row.execs).map((execId) => place(id, execId))].map((at) => ({
        execId: at.processId === id ? undefined : at.processId,
        pid: at.processId === id ? row.pid : (row.execs[at.processId]?.pid ?? 0),
        processes: programOf(turns, at)?.control?.processes() ?? [],
      }));
    },
    kill: async (id, number, execId) => {
      const row = find(id);
      if (row.status === 'STOPPED') failed('NotFound', 'process already finished: not found');
      if (execId !== undefined && row.execs[execId] === undefined)
        failed('NotFound', `process does not exist ${execId}: not found`);
      const at = place(id, execId ?? id);
      if (number === SIGKILL) return killProcess(turns, at);
      return signal(at, number);
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
      await goOn(turns, place(id, id));
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
