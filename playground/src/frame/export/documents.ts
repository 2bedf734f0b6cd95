/** The history in forms that other people and programs read. */
import type { Entry, Moment } from '../../kernel/values.ts';
import { commandText } from '../../ui/command-text.ts';
import type { SharedLog } from '../share/check-log.ts';

/** What an event log holds: commands, and everything that happened inside. */
export const eventLog = (past: readonly Entry[]): string =>
  `${JSON.stringify({ version: 1, entries: past }, null, 1)}\n`;

/** The commands, and the snapshotter that was written: what carries the same history out again. */
export const logFile = (log: SharedLog): string => `${JSON.stringify(log, null, 1)}\n`;

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

/** Where the test takes archives from: those of the user lie beside it. */
const archiveSource = (past: readonly Entry[]): readonly string[] => {
  const own = past.flatMap(({ command }) => (command.type === 'import' && command.blob !== 'demo' ? command.blob : []));
  if (own.length === 0) return ['const archive = async function* () {', '  yield await demoImage();', '};'];
  return [
    `/** Beside this file: ${[...new Set(own)].join(', ')}. */`,
    'const archive = async function* (name: string) {',
    "  yield name === 'demo' ? await demoImage() : await readFile(new URL(name, import.meta.url));",
    '};',
  ];
};

/** A test that carries the commands out on a new node and expects what is here now. */
export const vitestFile = (past: readonly Entry[], { snapshots }: Moment): string => {
  const commands = past.map(({ command, exitCode }) => ({ command, exitCode }));
  const rows = snapshots.map(({ name, kind, parent }) => ({ name, kind, parent }));
  const archive = archiveSource(past);
  return `${archive.some((line) => line.includes('readFile')) ? "import { readFile } from 'node:fs/promises';\n" : ''}\
import { ctr } from '@layerscope/core/ctr';
import { demoImage } from '@layerscope/core/demo';
import { createHistory, type HistoryCommand } from '@layerscope/core/sandbox';
import { expect, it } from 'vitest';

const COMMANDS: readonly { readonly command: HistoryCommand; readonly exitCode: number }[] = ${JSON.stringify(commands, null, 2)};

const SNAPSHOTS = ${JSON.stringify(rows, null, 2)};

${archive.join('\n')}

it('ends as it ended in the page', async () => {
  const history = await createHistory({ ctr, blobs: archive });
  for (const { command, exitCode } of COMMANDS) {
    const { result } = await history.execute(command);
    expect(result.exitCode, JSON.stringify(command)).toBe(exitCode);
  }
  const found: object[] = [];
  await history.node.snapshotter.walk(({ name, kind, parent }) => void found.push({ name, kind, parent }));
  expect(found).toHaveLength(SNAPSHOTS.length);
  expect(found).toEqual(expect.arrayContaining(SNAPSHOTS));
});
`;
};
