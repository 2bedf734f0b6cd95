/** Starting processes from the command line: attached until they end, or detached. */
import type { StartedProcess } from '../../../sandbox/index.ts';
import type { Session } from '../../session.ts';

export interface Detachable {
  readonly detach: boolean;
}

/** Passes on what a started process wrote and answers its exit code; 0 at once when it is not waited for. */
export const startedProcess = (
  { print, warn }: Session,
  { exitCode, stdout, stderr }: StartedProcess,
  { detach }: Detachable,
): number => {
  if (detach) return 0;
  print(stdout);
  warn(stderr);
  return exitCode;
};

/** Creates the task of a container, starts it, and deletes it when it is not detached. */
export const runTask = async (session: Session, id: string, { detach }: Detachable): Promise<number> => {
  const { node, client, io } = session;
  const { stdin = '' } = io;
  const tasks = node.tasks(client.namespace);
  await tasks.create(id);
  const started = await tasks.start(id, detach ? { detach } : { stdin });
  const exitCode = startedProcess(session, started, { detach });
  if (!detach) await tasks.delete(id);
  return exitCode;
};
