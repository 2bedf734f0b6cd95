/**
 * containerd's copy of a directory (continuity `fs.CopyDir`): everything below one directory into another, with owners,
 * modes, times, extended attributes, devices and the hard links among what is copied. A directory gets its attributes
 * before what is in it, so that one that is not empty ends with the time of the copy, unlike `cp -a` (measured:
 * containerd's native snapshotter). Bytes are shared where both file systems can.
 */
import {
  type FileSystem,
  type Inode,
  O_RDONLY,
  O_WRONLY,
  ROOT,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  type Stat,
  type Tree,
} from '../../fs/index.ts';

const CHUNK = 1 << 20;

/**
 * Copies the entries of `from` into `to`, and the attributes of the directory itself. With `keepTimes` directories keep
 * their times, too, as in a snapshot that a file system makes.
 */
export const copyTree = (from: Tree, to: Tree, { keepTimes = false }: { readonly keepTimes?: boolean } = {}): void => {
  /** Where an inode with several names was copied to first. */
  const links = new Map<Inode, Inode>();

  const copyInto = (source: Inode, target: Inode): void => {
    for (const { name } of from.fs.readdir(source)) {
      const child = from.fs.lookup(source, name);
      if (child === undefined) continue;
      const stat = from.fs.getattr(child);
      const known = links.get(child);
      if (known !== undefined) {
        to.fs.link(known, target, name, ROOT);
        continue;
      }
      const copy = make(from.fs, child, stat, to.fs, target, name);
      copyAttributes(from.fs, child, stat, to.fs, copy);
      if (child.type === S_IFDIR) copyInto(child, copy);
      else if (stat.nlink > 1) links.set(child, copy);
    }
    if (!keepTimes) return;
    const { atime, mtime } = from.fs.getattr(source);
    to.fs.setattr(target, { atime, mtime }, ROOT);
  };
  copyAttributes(from.fs, from.root, from.fs.getattr(from.root), to.fs, to.root);
  copyInto(from.root, to.root);
};

const make = (from: FileSystem, source: Inode, stat: Stat, to: FileSystem, dir: Inode, name: string): Inode => {
  if (source.type === S_IFDIR) return to.mkdir(dir, name, 0o700, ROOT);
  if (source.type === S_IFLNK) return to.symlink(dir, name, from.readlink(source), ROOT);
  if (source.type !== S_IFREG) return to.mknod(dir, name, stat.mode, stat.rdev, ROOT);
  const copy = to.create(dir, name, 0o600, ROOT);
  copyBytes(from, source, stat.size, to, copy);
  return copy;
};

const copyBytes = (from: FileSystem, source: Inode, size: number, to: FileSystem, copy: Inode): void => {
  if (size === 0) return;
  if (from.content !== undefined && to.setContent !== undefined) {
    to.setContent(copy, from.content(source), ROOT);
    return;
  }
  const reader = from.open(source, O_RDONLY, ROOT);
  const writer = to.open(copy, O_WRONLY, ROOT);
  try {
    const buffer = new Uint8Array(Math.min(size, CHUNK));
    for (let position = 0; ;) {
      const count = reader.read(buffer, position);
      if (count === 0) break;
      writer.write(buffer.subarray(0, count), position);
      position += count;
    }
  } finally {
    reader.close();
    writer.close();
  }
};

/** Attributes before owner and mode, times last, because each step moves what comes later. */
const copyAttributes = (from: FileSystem, source: Inode, stat: Stat, to: FileSystem, copy: Inode): void => {
  for (const name of from.listxattr(source)) {
    const value = from.getxattr(source, name);
    if (value !== undefined) to.setxattr(copy, name, value, 0, ROOT);
  }
  const owner = { uid: stat.uid, gid: stat.gid };
  const times = { atime: stat.atime, mtime: stat.mtime };
  // A link's mode is always 0777.
  to.setattr(copy, source.type === S_IFLNK ? { ...owner, ...times } : { mode: stat.mode, ...owner, ...times }, ROOT);
};
