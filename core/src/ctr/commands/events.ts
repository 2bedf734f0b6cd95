import type { ContainerdEvent } from '../../sandbox/index.ts';
import { parseFilters, type Fields } from '../../snapshots/index.ts';
import type { CtrCommand } from '../line/command.ts';
import { compactJson } from '../print/json.ts';
import { timeText } from '../print/units.ts';

const fieldsOf =
  ({ topic, namespace, event }: ContainerdEvent): Fields =>
  ([first = '', ...rest]) => {
    if (first === 'topic') return topic;
    if (first === 'namespace') return namespace;
    const value = first === 'event' ? event[rest.join('.')] : undefined;
    return value === undefined ? undefined : String(value);
  };

/** containerd's own waits for what comes; here nothing comes while it waits, so it tells what was published so far. */
export const events: CtrCommand = {
  names: ['events', 'event'],
  usage: 'display containerd events',
  run: async ({ node, operands, print }) => {
    const matches = parseFilters(operands);
    for (const event of node.published)
      if (matches(fieldsOf(event)))
        print(`${timeText(event.timestamp)} ${event.namespace} ${event.topic} ${compactJson(event.event)}\n`);
  },
};
