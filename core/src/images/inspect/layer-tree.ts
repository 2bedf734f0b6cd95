/** Layers as data: what each holds, and what a stack of them looks like, without unpacking anything. */
import type { Nanoseconds } from '../../fs/index.ts';
import {
  TYPE_BLOCK,
  TYPE_CHAR,
  TYPE_DIRECTORY,
  TYPE_FIFO,
  TYPE_LINK,
  TYPE_REGULAR,
  TYPE_SYMLINK,
  type TarEntry,
} from '../../layers/index.ts';

export type EntryType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'char'
  | 'block'
  | 'fifo'
  | 'whiteout'
  | 'opaque';

const TYPES: ReadonlyMap<number, EntryType> = new Map<number, EntryType>([
  [TYPE_REGULAR, 'file'],
  [TYPE_LINK, 'hardlink'],
  [TYPE_SYMLINK, 'symlink'],
  [TYPE_CHAR, 'char'],
  [TYPE_BLOCK, 'block'],
  [TYPE_DIRECTORY, 'directory'],
  [TYPE_FIFO, 'fifo'],
]);

/** One entry of a layer. A whiteout's or opaque mark's `path` is what it hides, not the name of the mark. */
export interface LayerEntry {
  /** Relative to the root, without a slash at either end; `''` is the root. */
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a regular file, holes included; 0 of anything else. */
  readonly size: number;
  readonly mtime: Nanoseconds;
  /** What a symlink or hard link names; a hard link's is a path in the image. */
  readonly target?: string;
  /** Of a device. */
  readonly device?: { readonly major: number; readonly minor: number };
}

const parts = (path: string): string[] => {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return kept;
};

/** A tar entry as data; `undefined` for what is no file (global headers, AUFS's own files, unknown types). */
export const layerEntry = (entry: TarEntry): LayerEntry | undefined => {
  const path = parts(entry.name);
  const base = path.at(-1) ?? '';
  const common = { mode: entry.mode & 0o7777, uid: entry.uid, gid: entry.gid, mtime: entry.mtime };
  if (base.startsWith('.wh.')) {
    const folder = path.slice(0, -1);
    if (base === '.wh..wh..opq') return { ...common, path: folder.join('/'), type: 'opaque', size: 0 };
    if (base.startsWith('.wh..wh.')) return undefined;
    return { ...common, path: [...folder, base.slice('.wh.'.length)].join('/'), type: 'whiteout', size: 0 };
  }
  const type = TYPES.get(entry.type);
  if (type === undefined) return undefined;
  return {
    ...common,
    path: path.join('/'),
    type,
    size: type === 'file' ? entry.size : 0,
    ...(type === 'symlink' ? { target: entry.linkname } : {}),
    ...(type === 'hardlink' ? { target: parts(entry.linkname).join('/') } : {}),
    ...(type === 'char' || type === 'block' ? { device: { major: entry.devmajor, minor: entry.devminor } } : {}),
  };
};

/** A file of a merged tree: the entry that is seen, and the layer (counted from 0, the lowest) it comes from. */
export interface MergedEntry extends LayerEntry {
  readonly layer: number;
}

/** Bytes that are stored in a layer and cannot be seen from the top. */
export interface WastedBytes {
  readonly path: string;
  readonly bytes: number;
  /** The layer that stores them, and the one that hides them; both counted from 0, the lowest. */
  readonly storedIn: number;
  readonly hiddenIn: number;
  /** Stored again (or something else put in its place), deleted by a whiteout, or hidden with its whole directory. */
  readonly why: 'replaced' | 'whiteout' | 'opaque';
}

interface Node {
  entry: MergedEntry | undefined;
  readonly children: Map<string, Node>;
}

const newNode = (): Node => ({ entry: undefined, children: new Map() });

/** Symlinks followed on the way to a file before the rest of the path is taken as it is. */
const LINK_LIMIT = 255;

/** A stack of layers, put together one entry at a time in the order of the tars. */
export class LayerStack {
  readonly #root = newNode();
  readonly #wasted: WastedBytes[] = [];

  /** What the layers so far waste, in the order it was hidden. */
  get wasted(): readonly WastedBytes[] {
    return this.#wasted;
  }

  add(entry: LayerEntry, layer: number): void {
    const path = parts(entry.path);
    const base = path.pop();
    if (entry.type === 'opaque') {
      const { node: folder } = this.#resolve(base === undefined ? path : [...path, base]);
      for (const [name, child] of folder.children)
        if (this.#hide(child, layer, 'opaque', (hidden) => hidden.layer < layer)) folder.children.delete(name);
      return;
    }
    if (base === undefined) {
      this.#root.entry ??= { ...entry, layer };
      return;
    }
    const { node: folder, names } = this.#resolve(path);
    const existing = folder.children.get(base);
    if (entry.type === 'whiteout') {
      if (existing !== undefined) this.#hide(existing, layer, 'whiteout');
      folder.children.delete(base);
      return;
    }
    const merges = entry.type === 'directory' && (existing?.entry === undefined || existing.entry.type === 'directory');
    if (existing !== undefined && !merges) this.#hide(existing, layer, 'replaced');
    const node = existing !== undefined && merges ? existing : newNode();
    node.entry = { ...entry, path: [...names, base].join('/'), layer };
    folder.children.set(base, node);
  }

  /** Every file that is seen, directories before what is in them, names in code-unit order. */
  *entries(): Generator<MergedEntry, void> {
    yield* this.#walk(this.#root);
  }

  *#walk(node: Node): Generator<MergedEntry, void> {
    if (node.entry !== undefined) yield node.entry;
    for (const name of [...node.children.keys()].toSorted()) yield* this.#walk(node.children.get(name) as Node);
  }

  /**
   * The directory at `path`, made where missing. Symlinks on the way are followed inside the root, as an applier does:
   * with `lib -> usr/lib` below, an entry `lib/x` is `usr/lib/x`. Answers its real path, too.
   */
  #resolve(path: readonly string[]): { readonly node: Node; readonly names: readonly string[] } {
    /** The directories passed, with the names they lead on by. */
    const way: { readonly node: Node; readonly name: string }[] = [];
    let node = this.#root;
    const rest = path.toReversed();
    for (let links = 0; rest.length > 0;) {
      const name = rest.pop() as string;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        node = way.pop()?.node ?? this.#root;
        continue;
      }
      const child = node.children.get(name) ?? newNode();
      const { target } = child.entry?.type === 'symlink' ? child.entry : { target: undefined };
      if (target !== undefined && links++ < LINK_LIMIT) {
        rest.push(...target.split('/').toReversed());
        if (target.startsWith('/')) {
          node = this.#root;
          way.length = 0;
        }
        continue;
      }
      node.children.set(name, child);
      way.push({ node, name });
      node = child;
    }
    return { node, names: way.map(({ name }) => name) };
  }

  /**
   * Takes a subtree out of sight, except what `applies` spares; answers whether nothing of it is left. Bytes of a hard
   * link are its first name's and are not counted again.
   */
  #hide(
    node: Node,
    layer: number,
    why: WastedBytes['why'],
    applies = (_hidden: MergedEntry): boolean => true,
  ): boolean {
    for (const [name, child] of node.children) if (this.#hide(child, layer, why, applies)) node.children.delete(name);
    const { entry } = node;
    if (entry !== undefined && !applies(entry)) return false;
    if (entry !== undefined && entry.size > 0)
      this.#wasted.push({ path: entry.path, bytes: entry.size, storedIn: entry.layer, hiddenIn: layer, why });
    return node.children.size === 0;
  }
}
