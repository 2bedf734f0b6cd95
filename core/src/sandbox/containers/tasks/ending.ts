/** How processes of tasks end, and what is told of it. */
import { ContainerdError, toRfc3339 } from '../../../snapshots/index.ts';
import type { EventFields } from '../../metadata/index.ts';
import type { ProcessRow, TaskRow } from './task-row.ts';

export const SIGKILL = 9;
export const FROM_SIGNAL = 128;

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
