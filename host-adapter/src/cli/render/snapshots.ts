import type { DocumentedSnapshot } from '@layerscope/core/snapshots';
import { table } from './table.ts';
import { formatBytes } from './units.ts';

/** One line a snapshot, in the order of their ids. Sizes are those that were counted at commit. */
export const renderSnapshots = (snapshots: readonly DocumentedSnapshot[]): string =>
  table(
    [
      ['ID', 'KIND', 'KEY', 'PARENT', 'SIZE', 'INODES', 'CREATED'],
      ...snapshots
        .toSorted((a, b) => a.id - b.id)
        .map(({ id, kind, key, parent, size, inodes, created }) => {
          const counted = kind === 'Committed';
          return [`${id}`, kind, key, parent, counted ? formatBytes(size) : '', counted ? `${inodes}` : '', created];
        }),
    ],
    '',
  );
