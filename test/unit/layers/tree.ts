/** Trees in memory, and what they hold. */
import {
  createMemoryFileSystem,
  type FileSystem,
  type Inode,
  isDirectory,
  isDevice,
  isRegular,
  isSymlink,
  majorOf,
  minorOf,
  S_IFMT,
  steppingClock,
  type Tree,
} from '@layerscope/core/fs';

export const memoryTree = (): Tree => {
  const fs = createMemoryFileSystem({ clock: steppingClock(1_700_000_000_000_000_000n) });
  return { fs, root: fs.root };
};

/** What is at a path of a tree, links not followed. */
export const at = ({ fs, root }: Tree, path: string): Inode | undefined => {
  let inode: Inode | undefined = root;
  for (const name of path.split('/')) {
    if (name !== '' && inode !== undefined) inode = isDirectory(inode.type) ? fs.lookup(inode, name) : undefined;
  }
  return inode;
};

const must = (tree: Tree, path: string): Inode => {
  const inode = at(tree, path);
  if (inode === undefined) throw new Error(`nothing at ${path}`);
  return inode;
};

export const statAt = (tree: Tree, path: string) => tree.fs.getattr(must(tree, path));
export const linkAt = (tree: Tree, path: string): string => tree.fs.readlink(must(tree, path));
export const xattrAt = (tree: Tree, path: string, name: string): Uint8Array | undefined =>
  tree.fs.getxattr(must(tree, path), name);

export const bytesAt = (tree: Tree, path: string): Buffer => readFile(tree.fs, must(tree, path));
export const textAt = (tree: Tree, path: string): string => bytesAt(tree, path).toString('utf8');

export const readFile = (fs: FileSystem, inode: Inode): Buffer => {
  const bytes = Buffer.alloc(fs.getattr(inode).size);
  const open = fs.open(inode, 0, { uid: 0, gid: 0, groups: [], capabilities: -1, umask: 0 });
  open.read(bytes, 0);
  open.close();
  return bytes;
};

const KINDS: Readonly<Record<number, string>> = { 4: 'd', 8: '-', 10: 'l', 2: 'c', 6: 'b', 1: 'p', 12: 's' };

/** How much of a tree is listed. */
export interface ListOptions {
  readonly times?: boolean;
  readonly xattrs?: boolean;
}

/** One line a path, in name order: type, mode, owner, size or device, target or content, first name of its hard links. */
export const list = ({ fs, root }: Tree, { times = false, xattrs = true }: ListOptions = {}): readonly string[] => {
  const lines: string[] = [];
  const first = new Map<bigint, string>();
  const walk = (directory: Inode, path: string): void => {
    const names = fs.readdir(directory).map(({ name }) => name);
    for (const name of names.toSorted()) {
      const inode = fs.lookup(directory, name);
      if (inode === undefined) throw new Error(`${path}/${name} is listed and missing`);
      const stat = fs.getattr(inode);
      const { mode } = stat;
      const facts = [
        `${KINDS[(mode & S_IFMT) >> 12]}${(mode & 0o7777).toString(8).padStart(4, '0')}`,
        `${stat.uid}:${stat.gid}`,
        `${path}${name}`,
      ];
      if (isRegular(mode))
        facts.push(`${stat.size}`, JSON.stringify(readFile(fs, inode).toString('latin1').slice(0, 80)));
      if (isSymlink(mode)) facts.push(`-> ${fs.readlink(inode)}`);
      if (isDevice(mode)) facts.push(`${majorOf(stat.rdev)},${minorOf(stat.rdev)}`);
      if (times) facts.push(`@${stat.mtime}`);
      if (!isDirectory(mode) && stat.nlink > 1) {
        const known = first.get(stat.ino);
        if (known === undefined) first.set(stat.ino, `${path}${name}`);
        facts.push(`= ${known ?? `${path}${name}`}`);
      }
      for (const key of xattrs ? fs.listxattr(inode).toSorted() : []) {
        facts.push(`${key}=${Buffer.from(fs.getxattr(inode, key) ?? []).toString('base64')}`);
      }
      lines.push(facts.join(' '));
      if (isDirectory(mode)) walk(inode, `${path}${name}/`);
    }
  };
  walk(root, '');
  return lines;
};
