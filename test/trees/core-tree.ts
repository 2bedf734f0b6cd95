import { createHash } from 'node:crypto';
import {
  O_RDONLY,
  ROOT,
  S_IFMT,
  S_IFREG,
  isDevice,
  isDirectory,
  isSymlink,
  type FileSystem,
  type Inode,
  type Tree,
} from '@layerscope/core/fs';
import type { TreeRecord } from './record.ts';

const chunk = new Uint8Array(1 << 20);

const contentHash = (fs: FileSystem, inode: Inode): string => {
  const hash = createHash('sha256');
  const file = fs.open(inode, O_RDONLY, ROOT);
  try {
    for (let at = 0, length = file.read(chunk, at); length > 0; length = file.read(chunk, at)) {
      hash.update(chunk.subarray(0, length));
      at += length;
    }
  } finally {
    file.close();
  }
  return hash.digest('hex');
};

const deviceText = (rdev: number): string => {
  const device = BigInt(rdev);
  return `${((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)}:${(device & 0xffn) | ((device >> 12n) & 0xffffff00n)}`;
};

const recordOf = (fs: FileSystem, path: string, inode: Inode): TreeRecord => {
  const stat = fs.getattr(inode);
  const regular = (stat.mode & S_IFMT) === S_IFREG;
  return {
    path,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    mtime: stat.mtime,
    device: isDevice(stat.mode) ? deviceText(stat.rdev) : undefined,
    target: isSymlink(stat.mode) ? fs.readlink(inode) : undefined,
    size: regular ? stat.size : undefined,
    content: regular ? contentHash(fs, inode) : undefined,
    inode: stat.nlink > 1 && !isDirectory(stat.mode) ? `${stat.dev}:${stat.ino}` : undefined,
    xattrs: fs
      .listxattr(inode)
      .map((name) => [name, Buffer.from(fs.getxattr(inode, name) ?? new Uint8Array()).toString('hex')] as const),
  };
};

/** Everything below (and including) the root of a tree in memory. */
export const coreTree = ({ fs, root }: Tree): readonly TreeRecord[] => {
  const records: TreeRecord[] = [];
  const visit = (path: string, inode: Inode): void => {
    records.push(recordOf(fs, path, inode));
    if (!isDirectory(fs.getattr(inode).mode)) return;
    for (const { name } of fs.readdir(inode)) visit(path === '' ? name : `${path}/${name}`, fs.lookup(inode, name)!);
  };
  visit('', root);
  return records;
};
