/**
 * The merge of a stack of directories as overlayfs does it, kept open: what is hidden is told apart from what is absent.
 *
 *   name     live                                        dead
 *            what a process sees: the topmost object,     what lies below and is out of sight: under a whiteout,
 *            or the directories that merge                an opaque directory, or something of another type
 *
 * The overlay itself (core) answers only `live`; this is for showing why the rest is not there.
 */
import { S_IFCHR, S_IFDIR, type Inode, type Tree } from '@layerscope/core/fs';

/** An object of one layer; `at` counts layers from the top. */
export interface Source {
  readonly at: number;
  readonly tree: Tree;
  readonly inode: Inode;
}

export interface Merged {
  readonly name: string;
  readonly live: readonly Source[];
  readonly dead: readonly Source[];
  /** The topmost object by this name, a whiteout included. */
  readonly top: Source;
}

const OPAQUE = 'trusted.overlay.opaque';
const YES = 0x79;

export const isWhiteout = ({ tree, inode }: Source): boolean =>
  inode.type === S_IFCHR && tree.fs.getattr(inode).rdev === 0;

export const isDirectory = ({ inode }: Source): boolean => inode.type === S_IFDIR;

export const isOpaque = (source: Source): boolean =>
  isDirectory(source) && source.tree.fs.getxattr(source.inode, OPAQUE)?.[0] === YES;

/** How many of the objects by one name, topmost first, a process sees. */
const seen = (found: readonly Source[]): number => {
  const [top] = found;
  if (top === undefined || isWhiteout(top)) return 0;
  if (!isDirectory(top)) return 1;
  let count = 0;
  for (const source of found) {
    if (!isDirectory(source)) break;
    count += 1;
    if (isOpaque(source)) break;
  }
  return count;
};

const namesOf = (sources: readonly Source[]): ReadonlySet<string> =>
  new Set(sources.filter(isDirectory).flatMap(({ tree, inode }) => tree.fs.readdir(inode).map(({ name }) => name)));

const foundIn = (sources: readonly Source[], name: string): readonly Source[] =>
  sources.filter(isDirectory).flatMap(({ at, tree, inode }) => {
    const child = tree.fs.lookup(inode, name);
    return child === undefined ? [] : [{ at, tree, inode: child }];
  });

export const child = ({ live, dead }: Merged, name: string): Merged | undefined => {
  const found = foundIn(live, name);
  const buried = foundIn(dead, name);
  const top = found[0] ?? buried[0];
  if (top === undefined) return undefined;
  const count = seen(found);
  const below = [...found.slice(count), ...buried].filter((source) => !isWhiteout(source));
  return { name, live: found.slice(0, count), dead: below, top };
};

/** Everything in a directory by any layer's account, in the order of names. */
export const children = (parent: Merged): readonly Merged[] =>
  [...new Set([...namesOf(parent.live), ...namesOf(parent.dead)])]
    .toSorted()
    .flatMap((name) => child(parent, name) ?? []);

/** `/` of a stack, topmost layer first. */
export const rootOf = (trees: readonly Tree[]): Merged | undefined => {
  const live = trees.map((tree, at) => ({ at, tree, inode: tree.root }));
  const [top] = live;
  return top === undefined ? undefined : { name: '', live, dead: [], top };
};
