/** A snapshot's tree as the rows of a tree grid: one layer of it, or merged up to it. */
import type { Mark, TreePage, TreeQuery, TreeRow } from '../layer-values.ts';
import { children, isDirectory, isOpaque, rootOf, type Merged, type Source } from './merge.ts';
import { deviceText, modeText, typeOf } from './texts.ts';
import type { Tree } from '@layerscope/core/fs';

/** What a page of rows holds at most; a filter finds the rest. */
const LIMIT = 20_000;

const ownerAndMode = ({ tree, inode }: Source): string => {
  const { mode, uid, gid } = tree.fs.getattr(inode);
  return `${mode} ${uid} ${gid}`;
};

/** What the topmost layer did to this name, seen from the layers below it. */
export const markOf = (node: Merged): Mark => {
  const { top, live, dead } = node;
  if (live.length === 0) return 'hidden';
  if (top.at !== 0) return 'unchanged';
  if (isOpaque(top)) return 'opaque';
  const below = live[1] ?? dead[0];
  if (below === undefined) return 'added';
  if (isDirectory(top) && isDirectory(below))
    return ownerAndMode(top) === ownerAndMode(below) ? 'unchanged' : 'changed';
  return 'changed';
};

const targetOf = ({ tree, inode }: Source): string | undefined => {
  const stat = tree.fs.getattr(inode);
  const type = typeOf(stat);
  if (type === 'symlink') return tree.fs.readlink(inode);
  return type === 'whiteout' || type === 'char' || type === 'block' ? deviceText(stat.rdev) : undefined;
};

/** As containerd's differ compares two mounts: by type, owner, mode, size, time of the last change, link target. */
const sameAs = (source: Source, before: Source): boolean => {
  const [now, then] = [source, before].map(({ tree, inode }) => tree.fs.getattr(inode));
  if (now === undefined || then === undefined || source.inode.type !== before.inode.type) return false;
  if (ownerAndMode(source) !== ownerAndMode(before)) return false;
  if (isDirectory(source)) return true;
  return (
    now.size === then.size &&
    now.rdev === then.rdev &&
    now.mtime === then.mtime &&
    targetOf(source) === targetOf(before)
  );
};

/** What a whole tree made of its parent's copy; nothing records what went away. */
const markOfCopy = (source: Source, before: Source | undefined): Mark => {
  if (before === undefined) return 'added';
  return sameAs(source, before) ? 'unchanged' : 'changed';
};

interface Walk {
  readonly query: TreeQuery;
  readonly open: ReadonlySet<string>;
  readonly marks: ReadonlySet<Mark>;
  /** The snapshots of the layers, topmost first. */
  readonly keys: readonly string[];
  readonly needle: string;
  /** The layer is no layer but a copy of its parent, changed in place. */
  readonly isCopy: boolean;
}

/** What the row shows: the layer's own object, or what a process sees; of something hidden, what is buried. */
const shown = ({ query }: Walk, node: Merged): Source =>
  query.scope === 'layer' ? node.top : (node.live[0] ?? node.dead[0] ?? node.top);

/** Whether the scope has this name at all. A whiteout over nothing is seen in its own layer only. */
const inScope = ({ query }: Walk, node: Merged): boolean =>
  query.scope === 'layer' ? node.top.at === 0 : node.live.length > 0 || node.dead.length > 0;

interface Group {
  readonly node: Merged;
  readonly path: string;
  readonly mark: Mark;
  readonly inside: readonly TreeRow[];
}

const namesake = (parent: Source, name: string): Source | undefined => {
  const inode = isDirectory(parent) ? parent.tree.fs.lookup(parent.inode, name) : undefined;
  return inode && { ...parent, inode };
};

/** A directory stays as long as something in it is shown, whatever its own mark says. */
const rowsBelow = (
  walk: Walk,
  parent: Merged,
  folder: string,
  depth: number,
  before: Source | undefined,
): readonly TreeRow[] => {
  const groups: Group[] = [];
  for (const node of children(parent)) {
    if (!inScope(walk, node)) continue;
    const copied = before && namesake(before, node.name);
    const mark = walk.isCopy ? markOfCopy(node.top, copied) : markOf(node);
    const path = `${folder}/${node.name}`;
    const source = shown(walk, node);
    const searching = walk.needle !== '' || walk.marks.size < 5;
    const opened = searching || walk.open.has(path);
    const inside = isDirectory(source) && opened ? rowsBelow(walk, node, path, depth + 1, copied) : [];
    const matches = path.toLowerCase().includes(walk.needle) && walk.marks.has(mark);
    if (matches || inside.length > 0) groups.push({ node, path, mark, inside });
  }
  return groups.flatMap(({ node, path, mark, inside }, index) => {
    const source = shown(walk, node);
    const stat = source.tree.fs.getattr(source.inode);
    const target = targetOf(source);
    const expanded = inside.length > 0 || (walk.open.has(path) && isDirectory(source));
    const row: TreeRow = {
      path,
      name: node.name,
      depth,
      type: typeOf(stat),
      mark,
      size: typeOf(stat) === 'file' ? stat.size : 0,
      mode: modeText(stat.mode),
      ...(target === undefined ? {} : { target }),
      from: walk.keys[source.at] ?? '',
      expandable: isDirectory(source),
      expanded,
      position: index + 1,
      siblings: groups.length,
    };
    return [row, ...inside];
  });
};

/** `copied` is the parent's tree, when the snapshot is a copy of it and no layer on it. */
export const treePage = (
  trees: readonly Tree[],
  keys: readonly string[],
  query: TreeQuery,
  copied?: Tree,
): TreePage => {
  const root = rootOf(trees);
  if (root === undefined) return { rows: [], total: 0 };
  const walk: Walk = {
    query,
    open: new Set(query.open),
    marks: new Set(query.marks),
    keys,
    needle: query.filter.trim().toLowerCase(),
    isCopy: copied !== undefined,
  };
  const rows = rowsBelow(walk, root, '', 1, copied && { at: 1, tree: copied, inode: copied.root });
  return { rows: rows.slice(0, LIMIT), total: rows.length };
};
