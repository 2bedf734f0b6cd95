import { isDevice, isDirectory, isRegular, isSymlink } from '../fs/index.ts';
import type { Inode, Tree } from '../fs/index.ts';
import { contentAt } from './tree-steps.ts';

/** Everything about a file that two equal trees share; times, xattrs and inode numbers are not among it. */
const describe = ({ fs, root }: Tree, inode: Inode, path: string): string => {
  const { mode, uid, gid, rdev, size } = fs.getattr(inode);
  const facts = [`mode ${mode.toString(8)}`, `owner ${uid}:${gid}`];
  if (isRegular(mode)) {
    // Latin-1 keeps every byte a character of its own: different bytes are different texts.
    const bytes = contentAt({ fs, root }, path);
    facts.push(`size ${size}`, `content ${Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')}`);
  }
  if (isSymlink(mode)) facts.push(`target ${fs.readlink(inode)}`);
  if (isDevice(mode)) facts.push(`device ${rdev}`);
  return facts.join(', ');
};

/** Every path with its description, and behind it the first path of the same inode: hard links are part of the tree. */
const listing = (tree: Tree): ReadonlyMap<string, string> => {
  const { fs } = tree;
  const rows = new Map<string, string>();
  const firstNames = new Map<bigint, string>();
  const visit = (inode: Inode, path: string): void => {
    const { ino, mode } = fs.getattr(inode);
    if (isDirectory(mode)) {
      rows.set(path, describe(tree, inode, path));
      const names = fs.readdir(inode).map((entry) => entry.name);
      for (const name of names.toSorted()) {
        const child = fs.lookup(inode, name);
        if (child !== undefined) visit(child, path === '/' ? `/${name}` : `${path}/${name}`);
      }
      return;
    }
    const first = firstNames.get(ino);
    if (first === undefined) firstNames.set(ino, path);
    rows.set(path, `${describe(tree, inode, path)}${first === undefined ? '' : `, same file as ${first}`}`);
  };
  visit(tree.root, '/');
  return rows;
};

/**
 * What is different between two trees, one line a path; empty when they are equal in paths, types, modes, owners, sizes,
 * bytes, hard-link groups, symlink targets and device numbers.
 */
export const treeDifferences = (actual: Tree, expected: Tree): readonly string[] => {
  const [got, wanted] = [listing(actual), listing(expected)];
  const differences: string[] = [];
  for (const [path, row] of wanted) {
    const other = got.get(path);
    if (other === undefined) differences.push(`${path} is missing`);
    else if (other !== row) differences.push(`${path} is [${other}] instead of [${row}]`);
  }
  for (const path of got.keys()) if (!wanted.has(path)) differences.push(`${path} should not be there`);
  return differences;
};
