/** Turns of programs: who goes on when time passes, and what is recorded when a program waits again or ends. */
import type { Nanoseconds } from '../../../fs/index.ts';
import type { Database } from '../../metadata/index.ts';
import type { NodeClock } from '../../node/clock.ts';
import { FROM_SIGNAL, SIGKILL, ending, requireTask, stopped, withoutExec } from './ending.ts';
import type { RunningProgram, RunningPrograms } from './running.ts';
import { getTask, putTask, taskRows, type ProcessRow } from './task-row.ts';

/** What goes on: tasks in the records, and their programs. */
export interface Turns {
  readonly database: Database;
  readonly programs: RunningPrograms;
}

/** Which process of which task: `processId` is the task's own id, or an exec's. */
export interface ProcessPlace {
  readonly namespace: string;
  readonly id: string;
  readonly processId: string;
}

const keyOf = ({ namespace, id, processId }: ProcessPlace): string => `${namespace}/${id}/${processId}`;

export const programOf = ({ programs }: Turns, place: ProcessPlace): RunningProgram | undefined =>
  programs.get(keyOf(place));

const save = ({ database: { meta } }: Turns, { namespace, id, processId }: ProcessPlace, change: Partial<ProcessRow>) =>
  meta.write((tx) => {
    const row = requireTask(getTask(tx, namespace, id), id);
    const before = processId === id ? row : row.execs[processId];
    if (before === undefined) return;
    const after = { ...before, ...change };
    if (processId === id) return putTask(tx, namespace, id, { ...row, ...after });
    // What ended is deleted at once, as a client that waits for it does.
    const execs = { ...withoutExec(row, processId), ...(after.status === 'STOPPED' ? {} : { [processId]: after }) };
    return putTask(tx, namespace, id, { ...row, execs });
  });

const rowOf = ({ database: { meta } }: Turns, { namespace, id, processId }: ProcessPlace): ProcessRow | undefined =>
  meta.read((tx) => {
    const row = getTask(tx, namespace, id);
    return processId === id ? row : row?.execs[processId];
  });

/** Records that a process has ended, and tells of it; everything else in a task ends with its first process. */
export const endProcess = async (turns: Turns, place: ProcessPlace, exitStatus: number): Promise<void> => {
  const { database } = turns;
  const { namespace, id, processId } = place;
  turns.programs.delete(keyOf(place));
  const row = rowOf(turns, place);
  if (row === undefined) return;
  if (processId === id)
    for (const execId of Object.keys(database.meta.read((tx) => getTask(tx, namespace, id))?.execs ?? {}))
      await killProcess(turns, { namespace, id, processId: execId });
  const ended = stopped(row, exitStatus, database.clock.now());
  await save(turns, place, ended);
  database.publish(namespace, '/tasks/exit', { container_id: id, id: processId, ...ending(ended) });
};

/** Records where a program has come after a turn. Throws what no program sees: that the power went. */
const arrive = async (turns: Turns, place: ProcessPlace, program: RunningProgram): Promise<void> => {
  if (program.failure !== undefined) {
    turns.programs.delete(keyOf(place));
    throw program.failure;
  }
  if (program.result !== undefined) return endProcess(turns, place, program.result.exitCode);
  turns.programs.put(keyOf(place), program);
  await save(turns, place, { until: program.due?.toString() ?? '' });
};

/** Starts a program: it goes as far as it can without waiting. */
export const beginProgram = async (
  turns: Turns,
  place: ProcessPlace,
  program: RunningProgram,
  body: Parameters<RunningProgram['begin']>[0],
): Promise<void> => {
  turns.programs.put(keyOf(place), program);
  await save(turns, place, { status: 'RUNNING' });
  await program.begin(body);
  await arrive(turns, place, program);
};

/** Lets a program go on: its time has come, or something else has. */
export const goOn = async (turns: Turns, place: ProcessPlace): Promise<void> => {
  const program = programOf(turns, place);
  if (program === undefined) return;
  await program.go();
  await arrive(turns, place, program);
};

/** SIGKILL, whatever it does. */
export const killProcess = async (turns: Turns, place: ProcessPlace): Promise<void> => {
  programOf(turns, place)?.kill();
  await goOn(turns, place);
  const row = rowOf(turns, place);
  // Nothing runs in a task that only keeps its root.
  if (row !== undefined && row.status !== 'STOPPED') await endProcess(turns, place, FROM_SIGNAL + SIGKILL);
};

interface Due {
  readonly place: ProcessPlace;
  readonly at: Nanoseconds;
}

/** Who goes on next, unless it is paused. */
const nextDue = ({ database: { meta } }: Turns): Due | undefined =>
  meta.read((tx) => {
    let next: Due | undefined;
    for (const [namespace, id, row] of taskRows(tx)) {
      if (row.status === 'PAUSED') continue;
      for (const [processId, { status, until }] of [...Object.entries(row.execs), [id, row] as const])
        if (status === 'RUNNING' && until !== '' && (next === undefined || BigInt(until) < next.at))
          next = { place: { namespace, id, processId }, at: BigInt(until) };
    }
    return next;
  });

/** How many turns programs get while one command lets time pass; then they sleep through the rest of that time. */
const MOST_TURNS = 1000;

/** Everybody whose time has come goes on once. */
export const settleTasks = async (turns: Turns): Promise<void> => {
  const now = turns.database.clock.now();
  for (let next = nextDue(turns), left = MOST_TURNS; next !== undefined && next.at <= now && left > 0; left--) {
    await goOn(turns, next.place);
    next = nextDue(turns);
  }
};

/** Lets time pass, with everything that happens in it, in the order of time. */
export const passTime = async (
  turns: Turns,
  clock: NodeClock,
  advance: (duration: Nanoseconds) => Promise<void>,
  duration: Nanoseconds,
): Promise<void> => {
  const end = clock.now() + duration;
  for (let left = MOST_TURNS; left > 0; left--) {
    const next = nextDue(turns);
    if (next === undefined || next.at >= end) break;
    const wait = next.at - clock.now();
    if (wait > 0n) await advance(wait);
    await goOn(turns, next.place);
  }
  const rest = end - clock.now();
  if (rest > 0n) await advance(rest);
  await settleTasks(turns);
};
