/** Starting processes from the command line: attached until they end, or detached. */
import type { StartedProcess, TaskOptions } from '../../../sandbox/index.ts';
import type { Session } from '../../session.ts';

/** The streams of an attached process, which go on as they come; none of a detached one. */
export const taskOptions = ({ io, print, warn }: Session, detach: boolean, nullIo = false): TaskOptions => {
  const { stdin = '', onStart } = io;
  const control = onStart === undefined ? {} : { onStart };
  if (detach) return { detach, ...(nullIo ? { stdin: '' } : {}), ...control };
  return nullIo ? { stdin: '', ...control } : { stdin, stdout: { write: print }, stderr: { write: warn }, ...control };
};

/** What a shell tells of a program that ^C ended. */
const INTERRUPTED = 130;

/** The exit code of a started process; 0 at once when it is not waited for. */
export const exitCodeOf = (
  { warn }: Pick<Session, 'warn'>,
  id: string,
  { exitCode, running }: StartedProcess,
  detach: boolean,
): number => {
  if (detach) return 0;
  if (!running) return exitCode;
  // ctr itself would wait on: the first process of a container has no default action for ^C.
  warn(`^C: the process runs on. ctr tasks attach ${id} waits for it again, ctr tasks kill -s SIGKILL ${id} ends it\n`);
  return INTERRUPTED;
};

/** Creates the task of a container, starts it, and deletes it when it is not detached. */
export const runTask = async (session: Session, id: string, detach: boolean, nullIo = false): Promise<number> => {
  const { node, client } = session;
  const tasks = node.tasks(client.namespace);
  await tasks.create(id);
  const started = await tasks.start(id, taskOptions(session, detach, nullIo));
  if (!detach && !started.running) await tasks.delete(id);
  return exitCodeOf(session, id, started, detach);
};
