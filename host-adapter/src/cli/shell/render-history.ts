import { commandLine } from '@layerscope/core/scenarios';
import type { History, HistoryEvent, StateDifference } from '@layerscope/core/sandbox';
import type { Paint } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { WORDS } from './read-line.ts';

export const renderHelp = (): string =>
  `${table(Object.entries(WORDS).map(([word, [operands, does]]) => [`${word} ${operands}`.trim(), does]))}` +
  '  Anything else is a script for the machine, as root: ls -la /var/lib/containerd, mount, …\n';

/** Every command of every branch; `*` marks where the node is. */
export const renderLog = ({ entries, at, checkpoints }: History, paint: Paint): string => {
  const names = new Map<number, string[]>();
  for (const [name, id] of checkpoints) names.set(id, [...(names.get(id) ?? []), name]);
  return entries
    .map(({ id, parent, command, result }) => {
      const branch = id > 0 && parent !== id - 1 ? ` (after ${parent})` : '';
      const failed = result.exitCode === 0 ? '' : paint('red', ` exit ${result.exitCode}`);
      const named = (names.get(id) ?? []).map((name) => paint('cyan', ` [${name}]`)).join('');
      const what = id === 0 ? 'the start' : commandLine(command).split('\n')[0];
      return `${id === at ? paint('bold', '*') : ' '} ${String(id).padStart(3)}  ${what}${branch}${failed}${named}\n`;
    })
    .join('');
};

export const renderDifferences = (differences: readonly StateDifference[], paint: Paint): string =>
  differences.length === 0
    ? '  the two states are the same\n'
    : differences
        .map(({ key, change, fields, size }) => {
          const sign =
            change === 'added' ? paint('green', '+') : change === 'removed' ? paint('red', '-') : paint('yellow', '~');
          const bytes =
            size === undefined || size.before === size.after ? '' : `  ${size.before} → ${size.after} bytes`;
          return `  ${sign} ${key}${fields.length === 0 ? '' : `  ${paint('dim', fields.join(', '))}`}${bytes}\n`;
        })
        .join('');

const eventLine = (event: HistoryEvent): string | undefined => {
  switch (event.type) {
    case 'snapshot-call':
    case 'backend-call':
      return `${event.type === 'snapshot-call' ? 'call' : '  →'}     ${event.method} ${event.args.join(' ')}${event.error === undefined ? '' : `: ${event.error}`}`;
    case 'containerd':
      return `event    ${event.topic}`;
    case 'power-cut':
      return `power    cut${event.during === undefined ? '' : ` ${event.during.when} ${event.during.call} ${event.during.path}`}`;
    case 'lost': {
      const tasks = event.tasks.map(({ id }) => `task ${id}`);
      return `lost     ${[...tasks, ...event.mounts.map(({ target }) => target)].join(' ') || 'nothing that runs'}`;
    }
    case 'start-failed':
      return `failed   to start: ${event.reason}`;
    case 'restarted':
      return `started  for the ${event.boot + 1}. time`;
    case 'kernel': {
      const { event: inner } = event;
      if (inner.type === 'mount') return `mount    ${inner.target}`;
      if (inner.type === 'unmount') return `unmount  ${inner.target}`;
      if (inner.type === 'kernel-log') return `log      ${inner.line}`;
      if (inner.type === 'overlay' && inner.event.type !== 'kernel-log')
        return `overlay  ${inner.event.type} ${inner.event.path} (${inner.event.call}: ${inner.event.rule})`;
      return undefined;
    }
    default:
      return undefined;
  }
};

/** What a command caused, one line each. */
export const renderEvents = (events: readonly HistoryEvent[]): string =>
  events
    .map(eventLine)
    .filter((line) => line !== undefined)
    .map((line) => `  ${line}\n`)
    .join('');
