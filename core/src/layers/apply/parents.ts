/** Directories that a layer needs but does not have entries for. */
import { FsError, type Inode, isDirectory, ROOT, XATTR_CREATE } from '../../fs/index.ts';
import type { BoundedRoot } from './bounded-root.ts';

const IMPLICIT_MODE = 0o755;

/** Attributes of the same directory in the topmost layer that has it, so that the upper directory does not hide them. */
const copyAttributes = (target: BoundedRoot, made: Inode, lower: BoundedRoot, from: Inode): void => {
  const { uid, gid, mode, atime, mtime } = lower.fs.getattr(from);
  target.fs.setattr(made, { uid, gid }, ROOT);
  target.fs.setattr(made, { mode: mode & 0o7777, atime, mtime }, ROOT);
  for (const name of lower.fs.listxattr(from)) {
    const value = name.startsWith('trusted.') ? undefined : lower.fs.getxattr(from, name);
    if (value === undefined) continue;
    try {
      target.fs.setxattr(made, name, value, XATTR_CREATE, ROOT);
    } catch (error) {
      if (!(error instanceof FsError) || !['EOPNOTSUPP', 'ENODATA', 'EEXIST'].includes(error.code)) throw error;
    }
  }
};

/**
 * Makes the directory at `path` (free of links) and those above it. Mode 0755 and owner 0:0, unless one of `lowers`
 * (topmost first) has a directory there: then as that one. A lower that has something else there ends the search.
 */
export const makeDirectories = (target: BoundedRoot, path: string, lowers: readonly BoundedRoot[]): Inode =>
  target.walk(path, (walked, parent, name) => {
    const made = target.fs.mkdir(parent, name, IMPLICIT_MODE, ROOT);
    // A set-group-ID parent hands its bit down; containerd's chmod takes it away again.
    target.fs.setattr(made, { mode: IMPLICIT_MODE }, ROOT);
    for (const lower of lowers) {
      const found = lower.lookup(lower.resolve(walked));
      if (found === undefined) continue;
      if (isDirectory(found.type)) copyAttributes(target, made, lower, found);
      break;
    }
    return made;
  });
