/** The snapshots of a node as rows, each with what keeps it. */
import type { Info } from '@layerscope/core/snapshots';
import type { PageNode } from '../node.ts';
import type { Keeper, SnapshotRow } from '../values.ts';
import { timeText } from './texts.ts';

const keepersOf = (node: PageNode, infos: readonly Info[], name: string): readonly Keeper[] => [
  ...node
    .images()
    .filter(({ chain }) => chain.at(-1) === name)
    .map((image) => ({ by: 'image', name: image.name }) as const),
  ...node
    .containers()
    .filter(({ id }) => id === name)
    .map(({ id }) => ({ by: 'container', name: id }) as const),
  ...infos.filter(({ parent }) => parent === name).map((child) => ({ by: 'child', name: child.name }) as const),
];

/** Parents stand before their children. */
export const forestRows = async (node: PageNode): Promise<readonly SnapshotRow[]> => {
  const infos: Info[] = [];
  await node.snapshotter.walk((info) => void infos.push(info)).catch(() => undefined);
  infos.sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
  const rows: SnapshotRow[] = [];
  for (const { name, kind, parent, labels, created } of infos) {
    const { size, inodes } = await node.snapshotter.usage(name);
    rows.push({
      name,
      kind,
      parent,
      labels,
      size,
      inodes,
      created: timeText(created),
      title: node.titles.get(name) ?? name,
      keepers: keepersOf(node, infos, name),
    });
  }
  return rows;
};
