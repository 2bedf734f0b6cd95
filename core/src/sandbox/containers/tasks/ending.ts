/** How processes of tasks end: by themselves, by a signal, or because their time has come. */
import { ContainerdError, toRfc3339 } from '../../../snapshots/index.ts';
import type { Database, EventFields } from '../../metadata/index.ts';
import { getTask, putTask, taskRows, type ProcessRow, type TaskRow } from './task-row.ts';

export const SIGKILL = 9;
export const FROM_SIGNAL = 128;
/** SIGCHLD, SIGCONT, SIGURG, SIGWINCH */
export const IGNORED_BY_DEFAULT: ReadonlySet<number> = new Set([17, 18, 23, 28]);

export const failed = (
  code: 'AlreadyExists' | 'FailedPrecondition' | 'NotFound' | 'Unknown',
  message: string,
): never => {
  throw new ContainerdError(code, message);
};

export const requireTask = (row: TaskRow | undefined, id: string): TaskRow =>
  row ?? failed('NotFound', `no running task found: task ${id} not found: not found`);

/** How an ended process is told of; what is zero is left out, as in any protobuf message. */
export const ending = ({ pid, exitStatus, exitedAt }: ProcessRow): EventFields => ({
  pid,
  ...(exitStatus === 0 ? {} : { exit_status: exitStatus }),
  ...(exitedAt === '' ? {} : { exited_at: toRfc3339(BigInt(exitedAt)) }),
});

export const withoutExec = ({ execs }: TaskRow, execId: string): TaskRow['execs'] =>
  Object.fromEntries(Object.entries(execs).filter(([id]) => id !== execId));

export const stopped = (process: ProcessRow, exitStatus: number, at: bigint): ProcessRow => ({
  ...process,
  status: 'STOPPED',
  exitStatus,
  exitedAt: at.toString(),
  until: '',
});

/** Ends a task and everything that runs in it. */
export const endTask = async (
  { meta, publish }: Database,
  namespace: string,
  id: string,
  exitStatus: number,
  at: bigint,
): Promise<void> => {
  const ended = await meta.write((tx) => {
    const row = requireTask(getTask(tx, namespace, id), id);
    const own = stopped(row, exitStatus, at);
    putTask(tx, namespace, id, { ...row, ...own, execs: {} });
    const execs = Object.entries(row.execs).map(
      ([execId, process]) => [execId, stopped(process, FROM_SIGNAL + SIGKILL, at)] as const,
    );
    return [...execs, [id, own] as const];
  });
  for (const [processId, row] of ended)
    publish(namespace, '/tasks/exit', { container_id: id, id: processId, ...ending(row) });
};

const isDue = ({ status, until }: ProcessRow, now: bigint): boolean =>
  status === 'RUNNING' && until !== '' && BigInt(until) <= now;

/** Ends the programs whose time has come. */
export const settleTasks = async (database: Database): Promise<void> => {
  const { meta, clock, publish } = database;
  const rows = meta.read((tx) => [...taskRows(tx)]);
  if (rows.length === 0) return;
  const now = clock.now();
  for (const [namespace, id, row] of rows) {
    for (const [execId, exec] of Object.entries(row.execs)) {
      if (!isDue(exec, now)) continue;
      await meta.write((tx) => putTask(tx, namespace, id, { ...row, execs: withoutExec(row, execId) }));
      const ended = stopped(exec, 0, BigInt(exec.until));
      publish(namespace, '/tasks/exit', { container_id: id, id: execId, ...ending(ended) });
    }
    if (isDue(row, now)) await endTask(database, namespace, id, 0, BigInt(row.until));
  }
};
