/** The directories a snapshot's mount is made of. */
import type { Tree } from '@layerscope/core/fs';
import type { Sandbox } from '@layerscope/core/sandbox';
import type { LayerStack, StackLayer } from '../layer-values.ts';
import type { SnapshotRow } from '../values.ts';

/** A snapshot and what it stands on, topmost first. */
export const lineage = (rows: readonly SnapshotRow[], key: string): readonly SnapshotRow[] => {
  const found: SnapshotRow[] = [];
  for (let row = rows.find(({ name }) => name === key); row !== undefined;) {
    found.push(row);
    const { parent } = row;
    row = rows.find(({ name }) => name === parent);
  }
  return found;
};

/** As the overlayfs snapshotter answers `Mounts`; a snapshot alone is a bind mount, because overlays need two layers. */
const mountLine = (layers: readonly StackLayer[], work: string | undefined, readOnly: boolean): string => {
  const [top, ...others] = layers;
  if (top === undefined) return '';
  const single = others.length === 0;
  if (single) return `mount --rbind -o ${readOnly ? 'ro' : 'rw'} ${top.directory}`;
  const lowers = (work === undefined ? layers : others).map(({ directory }) => directory).join(':');
  const writable = work === undefined ? '' : `,workdir=${work},upperdir=${top.directory}`;
  return `mount -t overlay overlay -o index=off${writable},lowerdir=${lowers}`;
};

export const stackOf = (rows: readonly SnapshotRow[], key: string): LayerStack => {
  const line = lineage(rows, key);
  // A view holds nothing of its own, unless it is a whole tree.
  const held = line.filter(({ kind, stacked }, at) => kind !== 'View' || (at === 0 && !stacked));
  const layers = held
    .filter(({ directory }) => directory !== '')
    .map((row): StackLayer => ({
      key: row.name,
      title: row.title,
      role: row.kind === 'Active' ? 'upper' : 'lower',
      directory: row.directory,
      size: row.size,
      inodes: row.inodes,
    }))
    // Whole trees are not stacked on anything.
    .slice(0, line[0]?.stacked === true ? undefined : 1);
  const [top] = line;
  const work = top?.work;
  const mount =
    top === undefined || top.kind === 'Committed' ? '' : (top.mounts ?? mountLine(layers, work, top.kind === 'View'));
  return { key, layers, ...(work === undefined ? {} : { work }), mount };
};

/** The parent's tree, for a snapshot that is a copy of it; `undefined` for a layer. */
export const copiedTree = async (
  sandbox: Sandbox,
  rows: readonly SnapshotRow[],
  key: string,
): Promise<Tree | undefined> => {
  const [row, parent] = lineage(rows, key);
  if (row === undefined || parent === undefined || row.stacked || parent.directory === '') return undefined;
  return sandbox.kernel.disk.tree(parent.directory);
};

/** The trees of a stack, topmost first, each with the snapshot it belongs to. */
export const treesOf = (
  sandbox: Sandbox,
  { layers }: LayerStack,
): Promise<readonly { readonly layer: StackLayer; readonly tree: Tree }[]> =>
  Promise.all(layers.map(async (layer) => ({ layer, tree: await sandbox.kernel.disk.tree(layer.directory) })));
