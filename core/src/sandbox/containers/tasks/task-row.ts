/** Tasks in the records: below `volatile/`, because a machine that restarts has none. */
import type { MetaReader, MetaWriter } from '../../../snapshots/index.ts';
import { VOLATILE } from '../../metadata/index.ts';

export type TaskStatus = 'CREATED' | 'RUNNING' | 'PAUSED' | 'STOPPED';

/** A process of a task. Times are nanoseconds in decimal; `''` = never. */
export interface ProcessRow {
  readonly pid: number;
  readonly status: TaskStatus;
  readonly exitStatus: number;
  readonly exitedAt: string;
  /** When a program that only waits ends by itself. */
  readonly until: string;
}

export interface TaskRow extends ProcessRow {
  /** By exec id. */
  readonly execs: Readonly<Record<string, ProcessRow>>;
}

const TASKS = `${VOLATILE}task/`;
const PIDS = `${VOLATILE}pid`;
/** The first process id of a task; those of the machine itself are below. */
const FIRST_PID = 1000;

const taskKey = (namespace: string, id: string): string => `${TASKS}${namespace}/${id}`;

export const getTask = (tx: MetaReader, namespace: string, id: string): TaskRow | undefined =>
  tx.get(taskKey(namespace, id)) as TaskRow | undefined;

export const putTask = (tx: MetaWriter, namespace: string, id: string, row: TaskRow): void =>
  tx.put(taskKey(namespace, id), row);

export const deleteTask = (tx: MetaWriter, namespace: string, id: string): void => tx.delete(taskKey(namespace, id));

/** Every task of every namespace. */
export function* taskRows(tx: MetaReader): IterableIterator<readonly [namespace: string, id: string, row: TaskRow]> {
  for (const [key, row] of tx.range(TASKS)) {
    const slash = key.indexOf('/', TASKS.length);
    yield [key.slice(TASKS.length, slash), key.slice(slash + 1), row as TaskRow];
  }
}

export const nextPid = (tx: MetaWriter): number => {
  const pid = ((tx.get(PIDS) as number | undefined) ?? FIRST_PID - 1) + 1;
  tx.put(PIDS, pid);
  return pid;
};
