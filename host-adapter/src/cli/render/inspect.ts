/** What an image holds, for people and for programs. */
import { styleText } from 'node:util';
import { formatPlatform, type InspectedImage, type LayerEntry } from '@layerscope/core/images';
import type { SandboxImage } from '@layerscope/core/sandbox';
import { table } from './table.ts';
import { formatBytes, plural, shortDigest } from './units.ts';

const TYPE_LETTERS: { readonly [type in LayerEntry['type']]: string } = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
  char: 'c',
  block: 'b',
  fifo: 'p',
  whiteout: 'W',
  opaque: 'O',
};

const SPECIAL_BITS = [
  [0o4000, 0o100, 2, 's', 'S'],
  [0o2000, 0o010, 5, 's', 'S'],
  [0o1000, 0o001, 8, 't', 'T'],
] as const;

/** `rwxr-sr-x`, as ls(1) writes it. */
const permissions = (mode: number): string => {
  const letters = Array.from({ length: 9 }, (_, bit) => ((mode >> (8 - bit)) & 1 ? 'rwx'[bit % 3] : '-'));
  for (const [special, execute, at, both, alone] of SPECIAL_BITS)
    if (mode & special) letters[at] = mode & execute ? both : alone;
  return letters.join('');
};

const note = (entry: LayerEntry): string => {
  if (entry.type === 'whiteout') return '  hides it in the layers below';
  if (entry.type === 'opaque') return '  hides everything the layers below have here';
  if (entry.target !== undefined) return ` -> ${entry.target}`;
  return '';
};

/** One line an entry, like `ls -l`, in path order. */
export const renderTree = (entries: readonly LayerEntry[]): string =>
  table(
    entries
      .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
      .map((entry) => [
        `${TYPE_LETTERS[entry.type]}${permissions(entry.mode)}`,
        `${entry.uid}:${entry.gid}`,
        entry.device === undefined ? `${entry.size}` : `${entry.device.major}, ${entry.device.minor}`,
        `/${entry.path}${note(entry)}`,
      ]),
    '',
  );

const hiding = (entries: readonly LayerEntry[]): string => {
  const count = (type: LayerEntry['type']): number => entries.filter((entry) => entry.type === type).length;
  const parts = [
    count('whiteout') > 0 ? plural(count('whiteout'), 'whiteout') : '',
    count('opaque') > 0 ? plural(count('opaque'), 'opaque directory', 'opaque directories') : '',
  ];
  return parts.filter(Boolean).join(', ');
};

const SHOWN_WASTE = 10;
const STEP_WIDTH = 60;
const WHY = { replaced: 'replaced in', whiteout: 'deleted in', opaque: 'hidden with its directory in' } as const;

/** The stack, top first, then the largest of what is stored in vain. */
export const renderInspect = (image: SandboxImage, { layers, wasted, wastedBytes }: InspectedImage): string => {
  const rows = layers.map((layer, index) => [
    `${index + 1}`,
    shortDigest(layer.chainId),
    `${formatBytes(layer.compressedSize)} ${layer.compression}`,
    formatBytes(layer.size),
    `${layer.entries.length}`,
    hiding(layer.entries),
    (layer.history?.created_by ?? '').replaceAll(/\s+/g, ' ').slice(0, STEP_WIDTH),
  ]);
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const largest = wasted.toSorted((a, b) => b.bytes - a.bytes).slice(0, SHOWN_WASTE);
  return [
    `${styleText('bold', image.references[0] ?? image.name)}  ${formatPlatform(image.platform)}, ${plural(layers.length, 'layer')}, ${formatBytes(total)} unpacked\n`,
    table([['', 'chain ID', 'stored', 'unpacked', 'entries', 'hides', 'made by'], ...rows.toReversed()]),
    styleText('bold', `wasted: ${formatBytes(wastedBytes)}`),
    wasted.length === 0 ? ' (nothing is stored twice or deleted later)\n' : '\n',
    table(
      largest.map(({ path, bytes, storedIn, hiddenIn, why }) => [
        formatBytes(bytes),
        `/${path}`,
        `stored in layer ${storedIn + 1}, ${WHY[why]} layer ${hiddenIn + 1}`,
      ]),
    ),
    wasted.length > SHOWN_WASTE ? `  … and ${plural(wasted.length - SHOWN_WASTE, 'more path', 'more paths')}\n` : '',
  ].join('');
};

/** Stable, machine-readable. Times are RFC 3339-free nanoseconds as decimal strings: JSON numbers would lose them. */
export const inspectReport = (image: SandboxImage, inspected: InspectedImage): object => ({
  version: 1,
  image: {
    source: image.name,
    references: image.references,
    platform: formatPlatform(image.platform),
    manifest: image.target.digest,
    config: image.manifest.config.digest,
  },
  layers: inspected.layers.map((layer) => ({
    ...layer,
    entries: layer.entries.map((entry) => ({ ...entry, mtime: entry.mtime.toString() })),
  })),
  wasted: inspected.wasted,
  wastedBytes: inspected.wastedBytes,
});
