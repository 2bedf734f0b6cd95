/** Everything there is to say about one path: what each layer holds, what a process sees, and why. */
import { O_RDONLY, ROOT, type Tree } from '@layerscope/core/fs';
import type { Hiding, Presence, StackLayer } from '../layer-values.ts';
import { child, isDirectory, isOpaque, isWhiteout, rootOf, type Merged, type Source } from './merge.ts';
import { modeText, timeText, typeOf } from './texts.ts';

/** Longer files are not shown. */
const TEXT_LIMIT = 64 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true });

const bytesOf = ({ tree, inode }: Source, size: number): Uint8Array => {
  const file = tree.fs.open(inode, O_RDONLY, ROOT);
  try {
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
};

/** `undefined` for what is no text. */
export const textOf = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

const valueText = (bytes: Uint8Array | undefined): string => {
  const text = textOf(bytes ?? new Uint8Array());
  // oxlint-disable-next-line no-control-regex -- attributes are shown as getfattr(1) does: text, or bytes in hexadecimal
  if (text !== undefined && !/[\u0000-\u001f]/.test(text)) return JSON.stringify(text);
  return `0x${Array.from(bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};

/** The way from the root to a path: every node that is there by some layer's account. */
const wayTo = (root: Merged, path: string): readonly { readonly path: string; readonly node: Merged }[] => {
  const way = [{ path: '/', node: root }];
  let node: Merged | undefined = root;
  let walked = '';
  for (const name of path.split('/').filter(Boolean)) {
    node = node && child(node, name);
    if (node === undefined) break;
    walked += `/${name}`;
    way.push({ path: walked, node });
  }
  return way;
};

/** What an object above layer `below` does to the same name there. */
const hiding = (
  trees: readonly Tree[],
  layers: readonly StackLayer[],
  path: string,
  below: number,
): Hiding | undefined => {
  const names = path.split('/').filter(Boolean);
  for (let at = below - 1; at >= 0; at--) {
    const tree = trees[at];
    if (tree === undefined) continue;
    let source: Source = { at, tree, inode: tree.root };
    let walked = '';
    const title = layers[at]?.title ?? '';
    for (const name of names) {
      const inode = isDirectory(source) ? tree.fs.lookup(source.inode, name) : undefined;
      if (inode === undefined) break;
      source = { at, tree, inode };
      walked += `/${name}`;
      if (isWhiteout(source)) return { why: 'whiteout', title, path: walked };
      if (!isDirectory(source)) return { why: 'replaced', title, path: walked };
      if (isOpaque(source)) return { why: 'opaque', title, path: walked };
    }
  }
  return undefined;
};

const inLayer = (tree: Tree, at: number, path: string): Source | undefined => {
  let source: Source = { at, tree, inode: tree.root };
  for (const name of path.split('/').filter(Boolean)) {
    const inode = isDirectory(source) ? tree.fs.lookup(source.inode, name) : undefined;
    if (inode === undefined) return undefined;
    source = { at, tree, inode };
  }
  return source;
};

/** Topmost first; only layers that hold something at `path`. */
export const presencesOf = (
  trees: readonly Tree[],
  layers: readonly StackLayer[],
  path: string,
): readonly Presence[] => {
  const root = rootOf(trees);
  if (root === undefined) return [];
  const end = wayTo(root, path).at(-1);
  const live = end?.path === path ? end.node.live : [];
  return trees.flatMap((tree, at): readonly Presence[] => {
    const source = inLayer(tree, at, path);
    const layer = layers[at];
    if (source === undefined || layer === undefined) return [];
    const stat = tree.fs.getattr(source.inode);
    const type = typeOf(stat);
    const seen = live.some((each) => each.at === at);
    const hidden = seen || type === 'whiteout' ? undefined : hiding(trees, layers, path, at);
    const text = type === 'file' && stat.size <= TEXT_LIMIT ? textOf(bytesOf(source, stat.size)) : undefined;
    return [
      {
        key: layer.key,
        title: layer.title,
        role: layer.role,
        type,
        opaque: isOpaque(source),
        size: type === 'file' ? stat.size : 0,
        mode: modeText(stat.mode),
        owner: `${stat.uid}:${stat.gid}`,
        modified: timeText(stat.mtime),
        xattrs: tree.fs
          .listxattr(source.inode)
          .map((name) => [name, valueText(tree.fs.getxattr(source.inode, name))] as const),
        seen,
        ...(hidden === undefined ? {} : { hiddenBy: hidden }),
        ...(text === undefined ? {} : { text }),
      },
    ];
  });
};
