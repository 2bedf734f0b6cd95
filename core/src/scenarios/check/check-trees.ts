/** What stands in a tree. */
import {
  type Inode,
  PERMISSION_BITS,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
  type Tree,
  decodeName,
} from '../../fs/index.ts';
import { lowerDirectories, mountOption, readOnlyMount, withMounted } from '../../images/index.ts';
import type { Mount } from '../../kernel/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { type Bindings, compareText, filledIn, matches } from '../pattern.ts';
import type { FileCheck, TreeCheck } from '../schema/check.ts';
import type { Report } from './report.ts';

const TYPES: Readonly<Record<number, string>> = {
  [S_IFREG]: 'file',
  [S_IFDIR]: 'directory',
  [S_IFLNK]: 'symlink',
  [S_IFCHR]: 'character device',
  [S_IFBLK]: 'block device',
  [S_IFIFO]: 'fifo',
  [S_IFSOCK]: 'socket',
};

const typeOf = (inode: Inode, rdev: number): string =>
  inode.type === S_IFCHR && rdev === 0 ? 'whiteout' : (TYPES[inode.type] ?? 'unknown');

const find = ({ fs, root }: Tree, path: string): Inode | undefined => {
  let inode = root;
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    const found = inode.type === S_IFDIR ? fs.lookup(inode, name) : undefined;
    if (found === undefined) return undefined;
    inode = found;
  }
  return inode;
};

const textOf = ({ fs }: Tree, inode: Inode, size: number): string => {
  const bytes = new Uint8Array(size);
  const file = fs.open(inode, 0, { uid: 0, gid: 0, groups: [], capabilities: 0, umask: 0 });
  try {
    file.read(bytes, 0);
  } finally {
    file.close();
  }
  return decodeName(bytes);
};

const checkFile = (tree: Tree, path: string, wanted: FileCheck, bindings: Bindings, report: Report): void => {
  const inode = find(tree, path);
  if (inode === undefined) return report.add('', wanted.type ?? 'to be there', 'nothing');
  const { fs } = tree;
  const stat = fs.getattr(inode);
  const facts: readonly (readonly [what: string, wanted: string | number | undefined, found: string | number])[] = [
    ['type', wanted.type, typeOf(inode, stat.rdev)],
    ['mode', wanted.mode?.replace(/^0/, ''), (stat.mode & PERMISSION_BITS).toString(8).padStart(3, '0')],
    ['owner', wanted.owner, `${stat.uid}:${stat.gid}`],
    ['size', wanted.size, stat.size],
    ['links', wanted.links, stat.nlink],
  ];
  for (const [what, is, found] of facts)
    if (is !== undefined && is !== found) report.add(what, String(is), String(found));
  if (wanted.text !== undefined) {
    const found = inode.type === S_IFREG ? textOf(tree, inode, stat.size) : typeOf(inode, stat.rdev);
    const mismatch = compareText(wanted.text, found, bindings);
    if (mismatch !== undefined) report.add(`text line ${mismatch.line}`, mismatch.wanted, mismatch.found);
  }
  if (wanted.target !== undefined) {
    const found = inode.type === S_IFLNK ? fs.readlink(inode) : typeOf(inode, stat.rdev);
    if (!matches(wanted.target, found, bindings)) report.add('target', filledIn(wanted.target, bindings), found);
  }
  for (const [name, pattern] of Object.entries(wanted.xattrs ?? {})) {
    const bytes = fs.getxattr(inode, name);
    const found = bytes === undefined ? undefined : decodeName(bytes);
    if (pattern === null ? found === undefined : found !== undefined && matches(pattern, found, bindings)) continue;
    report.add(`xattr ${name}`, pattern === null ? 'none' : filledIn(pattern, bindings), found ?? 'none');
  }
  if (wanted.names !== undefined) {
    const names = inode.type === S_IFDIR ? fs.readdir(inode).map(({ name }) => name) : [];
    const [is, found] = [wanted.names.toSorted().join(', '), names.toSorted().join(', ')];
    if (is !== found) report.add('names', is, found);
  }
};

/** The directory of a snapshot's own layer: its upper directory, else what a view on it shows first. */
const layerDirectory = (mount: Mount | undefined): string | undefined => {
  if (mount === undefined) return undefined;
  if (mount.type !== 'overlay') return mount.source;
  return mountOption(mount, 'upperdir') ?? lowerDirectories(mount)[0];
};

/** A key that nobody has. */
const VIEW = 'layerscope-check-view';

const withTree = async (
  node: Sandbox,
  { path, snapshot, container, namespace, snapshotter = node.snapshotterName }: TreeCheck,
  body: (tree: Tree) => void,
): Promise<void> => {
  const { kernel } = node;
  const client = node.client(namespace);
  if (path !== undefined) return body(await kernel.disk.tree(path));
  if (container !== undefined) {
    const info = await client.containers.get(container);
    const mounts = await client.snapshotter(info.snapshotter).mounts(info.snapshotKey);
    return withMounted(kernel, mounts.map(readOnlyMount), async (tree) => body(tree));
  }
  const service = client.snapshotter(snapshotter);
  const key = snapshot ?? '';
  const { kind } = await service.stat(key);
  const mounts = kind === 'Committed' ? await service.view(VIEW, key) : await service.mounts(key);
  const directory = layerDirectory(mounts[0]);
  if (directory !== undefined) body(await kernel.disk.tree(directory));
};

const headingOf = ({ path, snapshot, container }: TreeCheck): string =>
  container !== undefined ? `container ${container}` : snapshot !== undefined ? `snapshot ${snapshot}` : (path ?? '');

export const checkTree = async (node: Sandbox, check: TreeCheck, bindings: Bindings, report: Report): Promise<void> => {
  const own = report.under(filledIn(headingOf(check), bindings));
  const named = check.snapshot === undefined ? check : { ...check, snapshot: filledIn(check.snapshot, bindings) };
  try {
    await withTree(node, named, (tree) => {
      for (const [path, wanted] of Object.entries(check.files)) {
        if (wanted !== null) checkFile(tree, path, wanted, bindings, own.under(path));
        else {
          const inode = find(tree, path);
          if (inode !== undefined) own.add(path, 'nothing', typeOf(inode, tree.fs.getattr(inode).rdev));
        }
      }
    });
  } catch (error) {
    own.add('', 'a tree to look at', error instanceof Error ? error.message : String(error));
  }
};
