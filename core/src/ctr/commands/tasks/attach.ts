import type { CtrCommand } from '../../line/command.ts';
import { exitCodeOf } from './run-task.ts';

/** Prints what the task has written since nobody listened, and waits for its end; the client then deletes it. */
export const attach: CtrCommand = {
  names: ['attach'],
  usage: 'attach to the IO of a running container',
  arguments: 'CONTAINER',
  run: async (session) => {
    const {
      node,
      client,
      operands: [id = ''],
      io: { stdin },
      print,
      warn,
    } = session;
    await client.containers.get(id);
    const tasks = node.tasks(client.namespace);
    tasks.get(id);
    const input = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : undefined;
    const attached = await tasks.attach(id, {
      stdout: { write: print },
      stderr: { write: warn },
      ...(input === undefined ? {} : { stdin: input }),
    });
    if (!attached.running) await tasks.delete(id);
    return exitCodeOf(session, id, attached, false);
  },
};
