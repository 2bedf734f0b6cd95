/** Small changes to a tree, as values: the same list is applied to a mounted snapshot and to a plain directory. */
import { O_RDWR, ROOT, fail, isDirectory } from '../fs/index.ts';
import type { Inode, Tree } from '../fs/index.ts';

/** A change to a tree. Paths start at its root. */
export type Step = (tree: Tree) => void;

interface Place {
  readonly directory: Inode;
  readonly name: string;
}

/** The directory and last name of a path; symlinks are not followed. */
const place = ({ fs, root }: Tree, path: string): Place => {
  const names = path.split('/').filter((name) => name !== '');
  const name = names.pop() ?? fail('EINVAL', path);
  let directory = root;
  for (const next of names) directory = fs.lookup(directory, next) ?? fail('ENOENT', path);
  return { directory, name };
};

/** The inode at a path. ENOENT. */
export const inodeAt = (tree: Tree, path: string): Inode => {
  if (path === '/') return tree.root;
  const { directory, name } = place(tree, path);
  return tree.fs.lookup(directory, name) ?? fail('ENOENT', path);
};

/** The whole of a regular file. */
export const contentAt = (tree: Tree, path: string): Uint8Array => {
  const inode = inodeAt(tree, path);
  const bytes = new Uint8Array(tree.fs.getattr(inode).size);
  const file = tree.fs.open(inode, 0, ROOT);
  try {
    let done = 0;
    while (done < bytes.length) {
      const read = file.read(bytes.subarray(done), done);
      if (read === 0) break;
      done += read;
    }
  } finally {
    file.close();
  }
  return bytes;
};

/** Writes a file: a new one with `mode`, or the bytes and mode of an existing one. */
export const file =
  (path: string, text: string, mode = 0o644): Step =>
  (tree) => {
    const { fs } = tree;
    const { directory, name } = place(tree, path);
    const inode = fs.lookup(directory, name) ?? fs.create(directory, name, mode, ROOT);
    const bytes = new TextEncoder().encode(text);
    const open = fs.open(inode, O_RDWR, ROOT);
    try {
      fs.setattr(inode, { size: 0 }, ROOT);
      if (bytes.length > 0) open.write(bytes, 0);
    } finally {
      open.close();
    }
    fs.setattr(inode, { mode }, ROOT);
  };

/** Makes a directory. EEXIST. */
export const directory =
  (path: string, mode = 0o755): Step =>
  (tree) => {
    const { directory: parent, name } = place(tree, path);
    tree.fs.mkdir(parent, name, mode, ROOT);
  };

export const symlink =
  (path: string, target: string): Step =>
  (tree) => {
    const { directory: parent, name } = place(tree, path);
    tree.fs.symlink(parent, name, target, ROOT);
  };

const removeAt = (tree: Tree, { directory: parent, name }: Place): void => {
  const { fs } = tree;
  const inode = fs.lookup(parent, name) ?? fail('ENOENT', name);
  if (!isDirectory(fs.getattr(inode).mode)) return fs.unlink(parent, name, ROOT);
  for (const entry of fs.readdir(inode)) removeAt(tree, { directory: inode, name: entry.name });
  fs.rmdir(parent, name, ROOT);
};

/** rm -r. ENOENT. */
export const remove =
  (path: string): Step =>
  (tree) =>
    removeAt(tree, place(tree, path));

export const rename =
  (from: string, to: string): Step =>
  (tree) => {
    const [source, target] = [place(tree, from), place(tree, to)];
    tree.fs.rename(source.directory, source.name, target.directory, target.name, 0, ROOT);
  };

/** Makes `path` another name of the file `existing`. */
export const link =
  (existing: string, path: string): Step =>
  (tree) => {
    const { directory: parent, name } = place(tree, path);
    tree.fs.link(inodeAt(tree, existing), parent, name, ROOT);
  };

export const chown =
  (path: string, uid: number, gid: number): Step =>
  (tree) =>
    tree.fs.setattr(inodeAt(tree, path), { uid, gid }, ROOT);

export const chmod =
  (path: string, mode: number): Step =>
  (tree) =>
    tree.fs.setattr(inodeAt(tree, path), { mode }, ROOT);

export const apply = (tree: Tree, steps: readonly Step[]): void => {
  for (const step of steps) step(tree);
};
