/** The history in forms that other people and programs read. */
import type { KeptLog } from '../../kernel/api.ts';
import type { Entry, Moment } from '../../kernel/values.ts';
import { commandText } from '../../ui/command-text.ts';

/** What an event log holds: commands, and everything that happened inside. */
export const eventLog = (past: readonly Entry[]): string =>
  `${JSON.stringify({ version: 1, entries: past }, null, 1)}\n`;

/** The commands alone: what carries the same history out again. */
export const logFile = (log: KeptLog): string => `${JSON.stringify(log, null, 1)}\n`;

const fence = (text: string): string => (text.includes('```') ? '````' : '```');

const block = (text: string, language = ''): readonly string[] => [
  fence(text) + language,
  text.replace(/\n$/, ''),
  fence(text),
];

/** A bug report to be filled in: what was done, what came of it, where it stands. */
export const markdownReport = (past: readonly Entry[], { snapshots, snapshotter }: Moment): string => {
  const last = past.at(-1);
  return [
    '## What I did',
    '',
    ...block(past.map(({ command }) => `$ ${commandText(command)}`).join('\n'), 'console'),
    '',
    '## What happened',
    '',
    ...(last === undefined ? [] : block(last.stdout + last.stderr + `exit ${last.exitCode}`)),
    '',
    ...(last?.calls ?? [])
      .filter(({ floor }) => floor === 'overlay' || floor === 'snapshotter')
      .map(
        ({ floor, name, args, error }) =>
          `- ${floor} \`${[name, ...args].join(' ')}\`${error === undefined ? '' : `: ${error}`}`,
      ),
    '',
    '## What I expected',
    '',
    '',
    `## Snapshots (${snapshotter})`,
    '',
    '| name | kind | parent | bytes | inodes |',
    '| --- | --- | --- | ---: | ---: |',
    ...snapshots.map(
      ({ name, kind, parent, size, inodes }) => `| \`${name}\` | ${kind} | \`${parent}\` | ${size} | ${inodes} |`,
    ),
    '',
  ].join('\n');
};

/** A test that carries the commands out on a new node and expects what is here now. */
export const vitestFile = (past: readonly Entry[], { snapshots }: Moment): string => {
  const commands = past.map(({ command, exitCode }) => ({ command, exitCode }));
  const rows = snapshots.map(({ name, kind, parent }) => ({ name, kind, parent }));
  return `import { createHistory } from '@layerscope/core/sandbox';
import { demoImage } from '@layerscope/core/demo';
import { expect, it } from 'vitest';

const COMMANDS = ${JSON.stringify(commands, null, 2)} as const;

const SNAPSHOTS = ${JSON.stringify(rows, null, 2)};

it('ends as it ended in the page', async () => {
  const history = await createHistory({
    blobs: async function* () {
      yield await demoImage();
    },
  });
  for (const { command, exitCode } of COMMANDS) {
    const { result } = await history.execute(command);
    expect(result.exitCode).toBe(exitCode);
  }
  const found: object[] = [];
  await history.node.snapshotter.walk(({ name, kind, parent }) => void found.push({ name, kind, parent }));
  expect(found).toHaveLength(SNAPSHOTS.length);
  expect(found).toEqual(expect.arrayContaining(SNAPSHOTS));
});
`;
};
