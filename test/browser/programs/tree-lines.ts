import { isDirectory, isSymlink, O_RDONLY, ROOT, S_IFMT, S_IFREG, type Inode, type Tree } from '@layerscope/core/fs';

const readAll = ({ fs }: Tree, inode: Inode, size: number): Uint8Array => {
  const bytes = new Uint8Array(size);
  const file = fs.open(inode, O_RDONLY, ROOT);
  file.read(bytes, 0);
  file.close();
  return bytes;
};

/** A checksum that needs no library: FNV-1a, 32 bits. */
const checksum = (bytes: Uint8Array): string => {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
};

/** Everything that can be asked of a tree, a line each name, inode numbers and times included. */
export const treeLines = (tree: Tree): readonly string[] => {
  const lines: string[] = [];
  const visit = (path: string, inode: Inode): void => {
    const { fs } = tree;
    const { mode, nlink, uid, gid, rdev, size, blocks, ino, atime, mtime, ctime, btime } = fs.getattr(inode);
    const regular = (mode & S_IFMT) === S_IFREG;
    const more = isSymlink(mode) ? fs.readlink(inode) : regular ? checksum(readAll(tree, inode, size)) : '';
    const xattrs = fs.listxattr(inode).map((name) => `${name}=${checksum(fs.getxattr(inode, name)!)}`);
    lines.push(
      [path, mode, nlink, uid, gid, rdev, size, blocks, ino, atime, mtime, ctime, btime, more, ...xattrs].join(' '),
    );
    if (isDirectory(mode)) for (const { name } of fs.readdir(inode)) visit(`${path}/${name}`, fs.lookup(inode, name)!);
  };
  visit('', tree.root);
  return lines;
};
