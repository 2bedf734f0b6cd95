import type { CtrCommand } from '../../line/command.ts';
import { printedJson } from '../../print/json.ts';
import { table } from '../../print/table.ts';
import { timeText } from '../../print/units.ts';
import { refuse } from '../support/failure.ts';

/** What a cgroup tells of a task. Of its controllers a simulated machine has that of processes; nothing is made up for the others. */
export const metrics: CtrCommand = {
  names: ['metrics', 'metric'],
  usage: 'get a single data point of metrics for a task with the built-in Linux runtime',
  arguments: 'CONTAINER',
  flags: [{ names: ['format'], type: 'string', usage: '"table" or "json"', default: 'table' }],
  run: async ({ node, client, operands: [id = ''], value, print }) => {
    await client.containers.get(id);
    const tasks = node.tasks(client.namespace);
    const { status } = tasks.get(id);
    const format = value('format');
    if (format !== 'table' && format !== 'json') refuse('format must be table or json');
    // A stopped task has left its cgroup.
    const pids =
      status === 'STOPPED'
        ? 0
        : tasks.processes(id).reduce((sum, { processes }) => sum + Math.max(1, processes.length), 0);
    if (format === 'json') return print(printedJson({ pids: { current: pids } }));
    print(
      `${table([
        ['ID', 'TIMESTAMP', ''],
        [id, timeText(node.clock.now()), ''],
      ])}\n${table([
        ['METRIC', 'VALUE', ''],
        ['pids.current', String(pids), ''],
        ['pids.limit', '0', ''],
      ])}`,
    );
  },
};
