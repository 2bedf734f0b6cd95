/**
 * containerd's copy of a directory (continuity `fs.CopyDir`): everything below one directory into another, with owners,
 * modes, times, extended attributes, devices and the hard links among what is copied. A directory gets its attributes
 * before what is in it, so that one that is not empty ends with the time of the copy, unlike `cp -a`.
 */
import {
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_WRONLY,
  PERMISSION_BITS,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  type Stat,
} from '@layerscope/core/fs';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';
import { O_CLOEXEC } from '../../linux/index.ts';
import { copyBytes } from './copy-bytes.ts';
import { entries, failedWith, withDirectory } from './directory.ts';

/** Where the first name of an inode with several was copied to, below the top of the copy. */
type Links = Map<string, string>;

/** Copies the entries of `from` into `to`, both directories, and the attributes of the directory itself. */
export const copyTree = (calls: SystemCalls, from: string, to: string): void =>
  withDirectory(calls, from, (source) =>
    withDirectory(calls, to, (target) => {
      const links: Links = new Map();
      copyAttributes(calls, calls.fstat(source), `/proc/self/fd/${source}`, `/proc/self/fd/${target}`, true);
      copyInto(calls, source, target, target, '', links);
    }),
  );

const copyInto = (calls: SystemCalls, from: Fd, to: Fd, top: Fd, path: string, links: Links): void => {
  for (const { name } of entries(calls, from)) {
    const stat = calls.stat(name, false, from);
    const type = stat.mode & S_IFMT;
    const inode = type !== S_IFDIR && stat.nlink > 1 ? `${stat.dev}:${stat.ino}` : undefined;
    const first = inode === undefined ? undefined : links.get(inode);
    if (first !== undefined) {
      calls.link(first, name, false, top, to);
      continue;
    }
    const below = path === '' ? name : `${path}/${name}`;
    if (inode !== undefined) links.set(inode, below);
    make(calls, stat, name, from, to);
    copyAttributes(calls, stat, `/proc/self/fd/${from}/${name}`, `/proc/self/fd/${to}/${name}`, false);
    if (type !== S_IFDIR) continue;
    const enter = (source: Fd): void =>
      withDirectory(calls, name, (target) => copyInto(calls, source, target, top, below, links), to);
    withDirectory(calls, name, enter, from);
  }
};

const make = (calls: SystemCalls, { mode, rdev, size }: Stat, name: string, from: Fd, to: Fd): void => {
  const type = mode & S_IFMT;
  if (type === S_IFDIR) calls.mkdir(name, 0o700, to);
  else if (type === S_IFLNK) calls.symlink(calls.readlink(name, from), name, to);
  else if (type === S_IFREG) {
    const file = calls.open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600, to);
    try {
      copyBytes(calls, from, name, file, size);
    } finally {
      calls.close(file);
    }
  } else calls.mknod(name, mode, rdev, to);
};

/** Owner, then mode (chown(2) drops setuid), attributes (chown drops capabilities too), and times last. */
const copyAttributes = (calls: SystemCalls, stat: Stat, from: string, to: string, follow: boolean): void => {
  calls.chown(to, stat.uid, stat.gid, follow);
  // A link's mode is always 0777.
  if ((stat.mode & S_IFMT) !== S_IFLNK) calls.chmod(to, stat.mode & PERMISSION_BITS);
  copyXattrs(calls, from, to, follow);
  calls.utimens(to, stat.atime, stat.mtime, follow);
};

/** What the target file system has no room or name for is left out, as containerd does. */
const copyXattrs = (calls: SystemCalls, from: string, to: string, follow: boolean): void => {
  for (const name of list(calls, from, follow)) {
    try {
      calls.setxattr(to, name, calls.getxattr(from, name, follow), 0, follow);
    } catch (error) {
      if (!failedWith(error, 'EOPNOTSUPP', 'EPERM', 'ENODATA')) throw error;
    }
  }
};

const list = (calls: SystemCalls, path: string, follow: boolean): readonly string[] => {
  try {
    return calls.listxattr(path, follow);
  } catch (error) {
    if (failedWith(error, 'EOPNOTSUPP')) return [];
    throw error;
  }
};
