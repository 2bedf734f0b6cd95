import { createContainerByName } from '../../../sandbox/index.ts';
import type { CtrCommand } from '../../line/command.ts';
import { CONTAINER_FLAGS, containerOptions } from './container-flags.ts';
import { refuse } from '../support/failure.ts';
import { runTask } from '../tasks/run-task.ts';
import { resolvedSnapshotter } from '../support/snapshotter-name.ts';

export const run: CtrCommand = {
  names: ['run'],
  usage: 'run a container',
  arguments: '[flags] Image|RootFS ID [COMMAND] [ARG...]',
  endsFlags: true,
  flags: [
    { names: ['rm'], type: 'bool', usage: 'remove the container after running, cannot be used with --detach' },
    { names: ['null-io'], type: 'bool', usage: 'send all IO to /dev/null' },
    {
      names: ['detach', 'd'],
      type: 'bool',
      usage: 'detach from the task after it has started execution, cannot be used with --rm',
    },
    ...CONTAINER_FLAGS,
  ],
  run: async (session) => {
    const {
      node,
      client,
      operands: [image = '', id = '', ...args],
      has,
    } = session;
    if (image === '') refuse('image ref must be provided');
    if (id === '') refuse('container id must be provided');
    if (has('rm') && has('detach')) refuse('flags --detach and --rm cannot be specified together');
    const name = await resolvedSnapshotter(session);
    await createContainerByName(node, client, name, id, image, containerOptions(session, args));
    try {
      return await runTask(session, id, has('detach'), has('null-io'));
    } finally {
      // What ^C left running still needs its container.
      if (
        has('rm') &&
        !node
          .tasks(client.namespace)
          .list()
          .some((task) => task.id === id)
      ) {
        await client.snapshotter(name).remove(id);
        await client.containers.delete(id);
      }
    }
  },
};
