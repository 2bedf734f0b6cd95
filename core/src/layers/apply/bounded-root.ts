/**
 * A tree as the world of one layer: paths of its entries are resolved inside it, symbolic links included.
 *
 * The rules are those of containerd (continuity's `fs.RootPath`): absolute link targets start again at the root, `..` at
 * the root stays there, at most 255 links, and where a component is missing the rest is taken as it is written. So
 * whatever a layer says, nothing outside the tree is touched.
 */
import { type FileSystem, type Inode, isDirectory, isSymlink, ROOT, type Tree } from '../../fs/index.ts';
import { LayerError } from '../layer-error.ts';
import { joinPath } from './clean-path.ts';

/** A directory and its path: `''` for the root, else `/…`, without symbolic links. */
export interface Directory {
  readonly path: string;
  readonly inode: Inode;
  /** Names that the layer has written here so far; outlives the directory itself. */
  readonly written: Set<string>;
}

const LINK_LIMIT = 255;

export class BoundedRoot {
  readonly fs: FileSystem;
  readonly #root: Directory;
  readonly #written = new Map<string, Set<string>>();
  /** By the directory part of an entry's name. Emptied when a directory or link goes away: any of them may be stale. */
  readonly #directories = new Map<string, Directory>();

  constructor(tree: Tree) {
    this.fs = tree.fs;
    this.#root = { path: '', inode: tree.root, written: this.writtenIn('') };
  }

  /** The directory that `path` names once all links in it are followed; `make` makes what is missing. */
  directory(path: string, make: (path: string) => Inode): Directory {
    const known = this.#directories.get(path) ?? this.#below(path);
    if (known !== undefined) return known;
    const resolved = this.resolve(path);
    const directory =
      resolved === '' ? this.#root : { path: resolved, inode: make(resolved), written: this.writtenIn(resolved) };
    this.#directories.set(path, directory);
    return directory;
  }

  /** The directory `name` in `parent`, which `path` (with a slash at its end) is from now on known to lead to. */
  enter(path: string, parent: Directory, name: string, inode: Inode): Directory {
    const resolved = `${parent.path}/${name}`;
    const directory = { path: resolved, inode, written: this.writtenIn(resolved) };
    this.#directories.set(path, directory);
    return directory;
  }

  /** What `path` (with a slash at its end) is known to lead to, without a look at the tree. */
  entered(path: string): Directory | undefined {
    return this.#directories.get(path);
  }

  /** One step from a parent that is known: a layer names directories from the top down. */
  #below(path: string): Directory | undefined {
    const cut = path.lastIndexOf('/', path.length - 2) + 1;
    const name = path.slice(cut, -1);
    const parent = cut === 0 ? this.#root : this.#directories.get(path.slice(0, cut));
    if (parent === undefined || name === '' || name === '..') return undefined;
    const inode = this.fs.lookup(parent.inode, name);
    return inode !== undefined && isDirectory(inode.type) ? this.enter(path, parent, name, inode) : undefined;
  }

  /** Names that the layer has written in the directory at a path without links. */
  writtenIn(path: string): Set<string> {
    let names = this.#written.get(path);
    if (names === undefined) this.#written.set(path, (names = new Set()));
    return names;
  }

  /** The path without links that `path` stands for; `''` is the root. Need not exist. */
  resolve(path: string): string {
    let at = this.#root.inode;
    let resolved = '';
    let missing = false;
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      if (part === '..') return this.#resolveLinks(path);
      resolved += `/${part}`;
      if (missing) continue;
      if (!isDirectory(at.type)) throw new LayerError('not-a-directory', { path: resolved });
      const next = this.fs.lookup(at, part);
      if (next === undefined) missing = true;
      else if (isSymlink(next.type)) return this.#resolveLinks(path);
      else at = next;
    }
    return resolved;
  }

  /** The inode at a path without links, `undefined` when there is none. */
  lookup(path: string): Inode | undefined {
    let at = this.#root.inode;
    for (const part of path.split('/')) {
      if (part === '') continue;
      if (isSymlink(at.type)) return undefined;
      if (!isDirectory(at.type)) throw new LayerError('not-a-directory', { path });
      const next = this.fs.lookup(at, part);
      if (next === undefined) return undefined;
      at = next;
    }
    return at;
  }

  /** The directory at a path without links; `make` makes those that are missing on the way. */
  walk(path: string, make: (path: string, parent: Inode, name: string) => Inode): Inode {
    let at = this.#root.inode;
    let walked = '';
    for (const part of path.split('/')) {
      if (part === '') continue;
      walked += `/${part}`;
      at = this.fs.lookup(at, part) ?? make(walked, at, part);
      if (!isDirectory(at.type)) throw new LayerError('not-a-directory', { path: walked });
    }
    return at;
  }

  /** rm -rf of what `inode` names in `parent`. */
  remove(parent: Inode, name: string, inode: Inode): void {
    if (isSymlink(inode.type)) this.#directories.clear();
    if (!isDirectory(inode.type)) {
      this.fs.unlink(parent, name, ROOT);
      return;
    }
    this.#directories.clear();
    for (const entry of this.fs.readdir(inode)) {
      const child = this.fs.lookup(inode, entry.name);
      if (child !== undefined) this.remove(inode, entry.name, child);
    }
    this.fs.rmdir(parent, name, ROOT);
  }

  /**
   * Follows links as containerd does: one link a component and round, the parts joined lexically, until a round changes
   * nothing. So `..` behind a link to a link leaves the *first* target's parent, other than in path_resolution(7).
   */
  #resolveLinks(path: string): string {
    let links = 0;
    const follow = (at: string): { readonly path: string; readonly link: boolean } => {
      if (links > LINK_LIMIT) throw new LayerError('too-many-links', {});
      const absolute = joinPath('/', at);
      const inode = absolute === '/' ? undefined : this.lookup(absolute);
      if (inode === undefined || !isSymlink(inode.type)) return { path: absolute, link: false };
      links++;
      return { path: this.fs.readlink(inode), link: true };
    };
    const expand = (at: string): string => {
      const cut = at.lastIndexOf('/') + 1;
      const name = at.slice(cut);
      if (cut === 0) return follow(name).path;
      if (name === '') return cut === 1 ? '/' : expand(at.slice(0, -1));
      const parent = expand(at.slice(0, cut));
      const { path: target, link } = follow(joinPath(parent, name));
      return link && !target.startsWith('/') ? joinPath(parent, target) : target;
    };
    for (let current = path; ;) {
      const before = links;
      const next = expand(current);
      const absolute = joinPath('/', next);
      if (links === before && next === absolute) return absolute === '/' ? '' : absolute;
      current = links === before ? absolute : next;
    }
  }
}
