/** The directories a snapshot's mount is made of. */
import type { Tree } from '@layerscope/core/fs';
import type { Sandbox } from '@layerscope/core/sandbox';
import type { LayerStack, StackLayer } from '../layer-values.ts';
import type { SnapshotRow } from '../values.ts';
import { directoryOf, workOf } from './directories.ts';

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

export const stackOf = (sandbox: Sandbox, rows: readonly SnapshotRow[], key: string): LayerStack => {
  const line = lineage(rows, key);
  const { snapshotterName } = sandbox;
  const layers = line
    // A view holds nothing of its own.
    .filter(({ kind }) => kind !== 'View')
    .map((row): StackLayer => ({
      key: row.name,
      title: row.title,
      role: row.kind === 'Active' ? 'upper' : 'lower',
      directory: directoryOf(snapshotterName, row.id),
      size: row.size,
      inodes: row.inodes,
    }))
    // Other snapshotters keep whole trees: there is nothing to stack.
    .slice(0, snapshotterName === 'overlayfs' ? undefined : 1);
  const [top] = line;
  const work = top?.kind === 'Active' && snapshotterName === 'overlayfs' ? workOf(snapshotterName, top.id) : undefined;
  const mount = top === undefined || top.kind === 'Committed' ? '' : mountLine(layers, work, top.kind === 'View');
  return { key, layers, ...(work === undefined ? {} : { work }), mount };
};

/** The trees of a stack, topmost first, each with the snapshot it belongs to. */
export const treesOf = (
  sandbox: Sandbox,
  { layers }: LayerStack,
): Promise<readonly { readonly layer: StackLayer; readonly tree: Tree }[]> =>
  Promise.all(layers.map(async (layer) => ({ layer, tree: await sandbox.kernel.disk.tree(layer.directory) })));
