/** The directories a snapshot's mount is made of. */
import type { Tree } from '@layerscope/core/fs';
import type { LayerStack, StackLayer } from '../layer-values.ts';
import type { PageNode } from '../node.ts';
import type { SnapshotRow } from '../values.ts';

/** Of the overlayfs snapshotter; others keep the whole tree in the snapshot's directory. */
const CHANGES = 'fs';

const filesOf = (node: PageNode, key: string): string => {
  const directory = node.recorder.directoryOf(key) ?? '';
  return node.sandbox.snapshotterName === 'overlayfs' ? `${directory}/${CHANGES}` : directory;
};

/** A snapshot and what it stands on, topmost first. A view holds nothing of its own. */
export const lineage = (rows: readonly SnapshotRow[], key: string): readonly SnapshotRow[] => {
  const found: SnapshotRow[] = [];
  for (let row = rows.find(({ name }) => name === key); row !== undefined; ) {
    found.push(row);
    const { parent } = row;
    row = rows.find(({ name }) => name === parent);
  }
  return found;
};

export const stackOf = async (node: PageNode, rows: readonly SnapshotRow[], key: string): Promise<LayerStack> => {
  const line = lineage(rows, key);
  const layers = line
    .filter(({ kind }) => kind !== 'View')
    .map(
      (row): StackLayer => ({
        key: row.name,
        title: row.title,
        role: row.kind === 'Active' ? 'upper' : 'lower',
        directory: filesOf(node, row.name),
        size: row.size,
        inodes: row.inodes,
      }),
    );
  const top = line[0];
  const mounts = top === undefined || top.kind === 'Committed' ? [] : await node.snapshotter.mounts(key);
  const work = mounts.flatMap(({ options }) => options.filter((option) => option.startsWith('workdir='))).at(0);
  return {
    key,
    layers,
    ...(work === undefined ? {} : { work: work.slice('workdir='.length) }),
    mounts: mounts.map(({ type, source, options }) => `mount -t ${type} ${source} -o ${options.join(',')}`),
  };
};

/** The trees of a stack, topmost first, each with the snapshot it belongs to. */
export const treesOf = (
  node: PageNode,
  { layers }: LayerStack,
): Promise<readonly { readonly layer: StackLayer; readonly tree: Tree }[]> =>
  Promise.all(layers.map(async (layer) => ({ layer, tree: await node.sandbox.kernel.disk.tree(layer.directory) })));
