/** Starting processes from the command line: attached until they end, or detached. */
import type { StartedProcess, TaskOptions } from '../../../sandbox/index.ts';
import type { Session } from '../../session.ts';

/** The streams of an attached process, which go on as they come; none of a detached one. */
export const taskOptions = ({ io, print, warn }: Session, detach: boolean): TaskOptions => {
  const { stdin = '', onStart } = io;
  if (detach) return { detach };
  return { stdin, stdout: { write: print }, stderr: { write: warn }, ...(onStart === undefined ? {} : { onStart }) };
};

/** The exit code of a started process; 0 at once when it is not waited for. */
export const exitCodeOf = ({ exitCode }: StartedProcess, detach: boolean): number => (detach ? 0 : exitCode);

/** Creates the task of a container, starts it, and deletes it when it is not detached. */
export const runTask = async (session: Session, id: string, detach: boolean): Promise<number> => {
  const { node, client } = session;
  const tasks = node.tasks(client.namespace);
  await tasks.create(id);
  const started = await tasks.start(id, taskOptions(session, detach));
  if (!detach) await tasks.delete(id);
  return exitCodeOf(started, detach);
};
