/** The report of a run, for people. */
import { styleText } from 'node:util';
import type { Change, Reason, RunReport, StartReport } from '@layerscope/core/sandbox';
import { formatMount } from './mounts.ts';
import { table } from './table.ts';
import { formatBytes, plural, shortDigest } from './units.ts';

const heading = (text: string): string => `${styleText('bold', text)}\n`;

const renderLayers = ({ image }: StartReport): string => {
  const rows = image.layers.map(({ digest, chainId, size, usage }, index) => [
    `${index + 1}`,
    shortDigest(chainId),
    shortDigest(digest),
    formatBytes(size),
    `${formatBytes(usage.size)} in ${plural(usage.inodes, 'inode')}`,
  ]);
  return table([['', 'snapshot (chain ID)', 'layer blob', 'stored', 'unpacked'], ...rows.toReversed()]);
};

const MARKS: { readonly [change in Change['change']]: string } = { added: 'A', modified: 'C', deleted: 'D', same: ' ' };
const COLOURS = { added: 'green', modified: 'yellow', deleted: 'red', same: 'gray' } as const;
const WORDS: { readonly [change in Change['change']]: string } = {
  added: 'new',
  modified: 'changed',
  deleted: 'deleted',
  same: 'as in the image',
};

/** The rules in the order they are first met: each is explained once, below the list. */
const rulesOf = (changes: readonly Change[]): ReadonlyMap<string, string> =>
  new Map(changes.flatMap(({ reasons }) => reasons.map(({ rule, because }) => [rule, because] as const)));

const reasonText = ({ what, call, bytes }: Reason, number: number): string =>
  `${what}${bytes === undefined ? '' : ` ${formatBytes(bytes)}`} by ${call} [${number}]`;

const renderChange = ({ path, change, type, size, reasons }: Change, rules: readonly string[]): string => {
  const mark = styleText(COLOURS[change], MARKS[change]);
  const shown = type === 'directory' && path !== '/' ? `${path}/` : path;
  const facts = [WORDS[change], change === 'deleted' ? '' : type, size === undefined ? '' : formatBytes(size)];
  const why = reasons.map((reason) => reasonText(reason, rules.indexOf(reason.rule) + 1)).join(', then ');
  return `  ${mark} ${shown}  ${styleText('gray', facts.filter(Boolean).join(', '))}\n${why === '' ? '' : `      ${styleText('gray', why)}\n`}`;
};

const renderChanges = (changes: readonly Change[]): string => {
  const rules = rulesOf(changes);
  const names = [...rules.keys()];
  const legend = [...rules.values()].map((because, index) => `  [${index + 1}] ${because}\n`).join('');
  return (
    changes.map((change) => renderChange(change, names)).join('') + (legend === '' ? '' : `${heading('why')}${legend}`)
  );
};

const summary = (changes: readonly Change[]): string => {
  const count = (kind: Change['change']): number => changes.filter(({ change }) => change === kind).length;
  return `${count('added')} new, ${count('modified')} changed, ${count('deleted')} deleted`;
};

/** What the user sees before the command runs. */
export const renderStart = (start: StartReport): string => {
  const { image, container } = start;
  return (
    heading(`${image.references[0] ?? image.source}  ${image.platform}, ${plural(image.layers.length, 'layer')}`) +
    renderLayers(start) +
    heading(`mounts of the container's snapshot "${container.id}" (${container.snapshotter})`) +
    container.mounts.map((mount) => `  ${formatMount(mount, container.rootfs)}\n`).join('')
  );
};

/** What the user sees after it. */
export const renderEnd = ({ command, changes, usage }: RunReport): string =>
  (command.exitCode === 0 ? '' : styleText('red', `exit code ${command.exitCode}\n`)) +
  heading(`what changed in its writable layer: ${summary(changes)}`) +
  (changes.length === 0 ? '  nothing\n' : renderChanges(changes)) +
  `It takes ${formatBytes(usage.size)} in ${plural(usage.inodes, 'inode')}\n`;
