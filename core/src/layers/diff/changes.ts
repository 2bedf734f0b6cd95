/** What differs between two trees, in the order and with the exceptions of containerd's walking differ. */
import { compareNames, type FileSystem, type Inode, isDirectory, type Stat, type Tree } from '../../fs/index.ts';
import { sameFile } from './same-file.ts';

export type ChangeKind = 'add' | 'modify' | 'delete' | 'unmodified';

/** A path that differs. `unmodified` are only files with several names: another name of them may have been added. */
export type Change =
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: Exclude<ChangeKind, 'delete'>;
      /** Absolute, as seen from the root of the tree. */
      readonly path: string;
      readonly inode: Inode;
      readonly stat: Stat;
    };

type Names = ReadonlyMap<string, Inode>;

/** The entries of a directory in the byte order of their names. */
const listing = (fs: FileSystem, directory: Inode): Names => {
  const names = fs.readdir(directory).map(({ name }) => name);
  const found = new Map<string, Inode>();
  for (const name of names.toSorted(compareNames)) {
    const inode = fs.lookup(directory, name);
    if (inode !== undefined) found.set(name, inode);
  }
  return found;
};

const NOTHING: Names = new Map();

/**
 * Walks both trees name by name; a directory stands before what it holds. Of a deleted directory only itself is
 * reported, something that becomes another type is modified, and a directory only when its own attributes changed.
 * Without `lower` everything is added.
 */
export function* changes(lower: Tree | undefined, upper: Tree): Generator<Change, void> {
  yield* directoryChanges(lower, lower?.root, upper, upper.root, '');
}

function* directoryChanges(
  lower: Tree | undefined,
  lowerDirectory: Inode | undefined,
  upper: Tree,
  upperDirectory: Inode,
  path: string,
): Generator<Change, void> {
  // One and the same directory of one file system: nothing can differ below, and no link count changes either.
  if (lower?.fs === upper.fs && lowerDirectory === upperDirectory) return;
  const before = lower === undefined || lowerDirectory === undefined ? NOTHING : listing(lower.fs, lowerDirectory);
  const after = listing(upper.fs, upperDirectory);
  for (const name of merged(before, after)) {
    const childPath = `${path}/${name}`;
    const was = before.get(name);
    const inode = after.get(name);
    if (inode === undefined) {
      yield { kind: 'delete', path: childPath };
      continue;
    }
    const stat = upper.fs.getattr(inode);
    if (was === undefined || lower === undefined) yield { kind: 'add', path: childPath, inode, stat };
    else {
      const side = { fs: upper.fs, inode, stat };
      if (!sameFile({ fs: lower.fs, inode: was, stat: lower.fs.getattr(was) }, side)) {
        yield { kind: 'modify', path: childPath, inode, stat };
      } else if (!isDirectory(stat.mode) && stat.nlink > 1) yield { kind: 'unmodified', path: childPath, inode, stat };
    }
    if (isDirectory(stat.mode)) {
      const lowerChild = was !== undefined && isDirectory(was.type) ? was : undefined;
      yield* directoryChanges(lower, lowerChild, upper, inode, childPath);
    }
  }
}

/** The names of both, in order. */
function* merged(before: Names, after: Names): Generator<string, void> {
  const others = [...before.keys()];
  let next = 0;
  for (const name of after.keys()) {
    while (next < others.length && compareNames(others[next] as string, name) < 0) yield others[next++] as string;
    if (others[next] === name) next++;
    yield name;
  }
  yield* others.slice(next);
}
