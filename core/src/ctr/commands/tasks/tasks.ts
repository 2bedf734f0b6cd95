import { signalNumber } from '../../../sandbox/index.ts';
import { quietFlag, type CtrCommand } from '../../line/command.ts';
import { WIDE, table } from '../../print/table.ts';
import { refuse } from '../support/failure.ts';
import { requireContainer } from './require-container.ts';
import { attach } from './attach.ts';
import { metrics } from './metrics.ts';
import { exitCodeOf, runTask, taskOptions } from './run-task.ts';

const DETACH_FLAG = {
  names: ['detach', 'd'],
  type: 'bool',
  usage: 'detach from the task after it has started execution',
} as const;

const start: CtrCommand = {
  names: ['start'],
  usage: 'start a container that has been created',
  arguments: 'CONTAINER',
  flags: [DETACH_FLAG],
  run: async (session) => {
    const {
      node,
      client,
      operands: [id = ''],
      has,
    } = session;
    await requireContainer(session, id, 'container id must be provided');
    const tasks = node.tasks(client.namespace);
    if (tasks.list().some((task) => task.id === id)) refuse(`task ${id}: already exists`);
    return runTask(session, id, has('detach'));
  },
};

const exec: CtrCommand = {
  names: ['exec'],
  usage: 'execute additional processes in an existing container',
  arguments: '[flags] CONTAINER CMD [ARG...]',
  flags: [
    { names: ['cwd'], type: 'string', usage: 'working directory of the new process' },
    { names: ['tty', 't'], type: 'bool', usage: 'allocate a TTY for the container' },
    { names: ['user'], type: 'string', usage: 'user id or name' },
    DETACH_FLAG,
    { names: ['exec-id'], type: 'string', usage: 'exec specific id for the process', required: true },
  ],
  endsFlags: true,
  run: async (session) => {
    const {
      node,
      client,
      operands: [id = '', ...args],
      value,
      has,
    } = session;
    await requireContainer(session, id, 'container id must be provided');
    const cwd = value('cwd');
    const user = value('user');
    const options = { args, ...(cwd === '' ? {} : { cwd }), ...(user === '' ? {} : { user }) };
    const detach = has('detach');
    const started = await node
      .tasks(client.namespace)
      .exec(id, value('exec-id'), options, taskOptions(session, detach));
    return exitCodeOf(session, id, started, detach);
  },
};

const list: CtrCommand = {
  names: ['list', 'ls'],
  usage: 'list tasks',
  arguments: '[flags]',
  flags: [quietFlag('task id')],
  run: async ({ node, client, has, print }) => {
    const tasks = node.tasks(client.namespace).list();
    if (has('quiet')) return print(tasks.map(({ id }) => `${id}\n`).join(''));
    const rows = tasks.map(({ id, pid, status }) => [id, String(pid), status]);
    const [header = '', ...lines] = table([['TASK', 'PID', 'STATUS'], ...rows], WIDE).split('\n');
    // The header ends in a tab, the rows do not: its last word is a column of its own.
    print([`${header}    `, ...lines].join('\n'));
  },
};

const kill: CtrCommand = {
  names: ['kill'],
  usage: 'signal a container (default: SIGTERM)',
  arguments: '[flags] CONTAINER',
  flags: [
    { names: ['signal', 's'], type: 'string', usage: 'signal to send to the container' },
    { names: ['exec-id'], type: 'string', usage: 'process ID to kill' },
    { names: ['all', 'a'], type: 'bool', usage: 'send signal to all processes inside the container' },
  ],
  run: async (session) => {
    const {
      node,
      client,
      operands: [id = ''],
      value,
    } = session;
    const text = value('signal') || 'SIGTERM';
    const signal = signalNumber(text) ?? refuse(`invalid signal: ${text}`);
    await requireContainer(session, id, 'container id must be provided');
    const execId = value('exec-id');
    await node.tasks(client.namespace).kill(id, signal, execId === '' ? undefined : execId);
  },
};

/** Numbers on the machine of what a process of a task has started: out of the way of the tasks' own. */
const CHILDREN = 100;

const ps: CtrCommand = {
  names: ['ps'],
  usage: 'list processes for container',
  arguments: 'CONTAINER',
  run: async (session) => {
    const {
      node,
      client,
      operands: [id = ''],
      print,
    } = session;
    await requireContainer(session, id, 'container id must be provided');
    const tasks = node.tasks(client.namespace);
    const rows =
      tasks.get(id).status === 'STOPPED'
        ? []
        : tasks.processes(id).flatMap(({ execId, pid, processes }) => {
            const info = execId === undefined ? '-' : `&ProcessDetails{ExecID:${execId},XXX_unrecognized:[],}`;
            const children = processes.filter((each) => each.pid !== 1);
            return [[String(pid), info], ...children.map((each) => [String(pid * CHILDREN + each.pid), '-'])];
          });
    print(table([['PID', 'INFO'], ...rows], WIDE));
  },
};

const remove: CtrCommand = {
  names: ['delete', 'del', 'remove', 'rm'],
  usage: 'delete one or more tasks',
  arguments: 'CONTAINER [CONTAINER, ...]',
  flags: [
    { names: ['force', 'f'], type: 'bool', usage: 'force delete task process' },
    { names: ['exec-id'], type: 'string', usage: 'process ID to kill' },
  ],
  run: async ({ node, client, operands, has, log }) => {
    const tasks = node.tasks(client.namespace);
    let first: unknown;
    for (const id of operands) {
      try {
        await client.containers.get(id);
        tasks.get(id);
      } catch (error) {
        first ??= error;
        log('error', `failed to load task from ${id}`, (error as Error).message);
        continue;
      }
      try {
        if (has('force') && tasks.get(id).status !== 'STOPPED') await tasks.kill(id, 9);
        const { exitStatus } = await tasks.delete(id);
        if (exitStatus !== 0) log('warning', `task ${id} exit with non-zero exit code ${exitStatus}`);
      } catch (error) {
        first ??= error;
        log('error', `unable to delete ${id}`, (error as Error).message);
      }
    }
    if (first !== undefined) throw first;
  },
};

const pausing = (name: 'pause' | 'resume', usage: string): CtrCommand => ({
  names: [name],
  usage,
  arguments: 'CONTAINER',
  run: async (session) => {
    const {
      node,
      client,
      operands: [id = ''],
    } = session;
    await client.containers.get(id);
    await node.tasks(client.namespace)[name](id);
  },
});

export const tasks: CtrCommand = {
  names: ['tasks', 't', 'task'],
  usage: 'manage tasks',
  commands: [
    attach,
    remove,
    exec,
    list,
    kill,
    metrics,
    pausing('pause', 'pause an existing container'),
    ps,
    pausing('resume', 'resume a paused container'),
    start,
  ],
};
