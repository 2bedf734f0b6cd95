/** Where the snapshots stand: parents below, children above, as layers lie on each other. */
import { hierarchy, tree } from 'd3-hierarchy';
import type { SnapshotRow } from '../../../kernel/values.ts';

/** CSS pixels. */
export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 52;
const GAP_X = 10;
const GAP_Y = 16;

export interface PlacedSnapshot {
  readonly row: SnapshotRow;
  /** The upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface ForestLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedSnapshot[];
  readonly edges: readonly { readonly from: PlacedSnapshot; readonly to: PlacedSnapshot }[];
}

interface Branch {
  readonly row: SnapshotRow | undefined;
  readonly children: readonly Branch[];
}

const branches = (rows: readonly SnapshotRow[], parent: string): readonly Branch[] =>
  rows.filter((row) => row.parent === parent).map((row) => ({ row, children: branches(rows, row.name) }));

export const forestLayout = (rows: readonly SnapshotRow[]): ForestLayout => {
  const names = new Set(rows.map(({ name }) => name));
  // A snapshot whose parent is gone (or lies in another store) stands on the ground, too.
  const grounded = rows.map((row) => (names.has(row.parent) ? row : { ...row, parent: '' }));
  const root = hierarchy<Branch>({ row: undefined, children: branches(grounded, '') });
  const placed = tree<Branch>().nodeSize([NODE_WIDTH + GAP_X, NODE_HEIGHT + GAP_Y])(root);
  const found = placed.descendants().filter(({ depth }) => depth > 0);
  const left = Math.min(...found.map(({ x }) => x), 0);
  const deepest = Math.max(...found.map(({ depth }) => depth), 1);
  const nodes = new Map(
    found.flatMap((node) => {
      const { row } = node.data;
      if (row === undefined) return [];
      const y = (deepest - node.depth) * (NODE_HEIGHT + GAP_Y);
      return [[row.name, { row, x: node.x - left, y }] as const];
    }),
  );
  const all = [...nodes.values()];
  return {
    width: Math.max(...all.map(({ x }) => x + NODE_WIDTH), 0),
    height: deepest * (NODE_HEIGHT + GAP_Y) - GAP_Y,
    nodes: all,
    edges: all.flatMap((to) => {
      const from = nodes.get(to.row.parent);
      return from === undefined ? [] : [{ from, to }];
    }),
  };
};
