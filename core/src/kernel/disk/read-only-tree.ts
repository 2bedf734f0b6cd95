import { type FileSystem, O_ACCMODE, O_RDONLY, O_TRUNC, type Tree, fail } from '../../fs/index.ts';

const refuse = (): never => fail('EROFS');

/**
 * A tree as a read-only mount shows it: read-only is a property of the mount, so the file system below would take the
 * changes that mount(2) forbids here.
 */
export const readOnlyTree = ({ fs, root }: Tree): Tree => ({ fs: readOnly(fs), root });

const readOnly = (fs: FileSystem): FileSystem => ({
  type: fs.type,
  dev: fs.dev,
  root: fs.root,
  lookup: (dir, name) => fs.lookup(dir, name),
  parent: (dir) => fs.parent(dir),
  getattr: (inode) => fs.getattr(inode),
  permission: (inode, mask, caller) => fs.permission(inode, mask, caller),
  readlink: (inode) => fs.readlink(inode),
  readdir: (dir) => fs.readdir(dir),
  getxattr: (inode, name) => fs.getxattr(inode, name),
  listxattr: (inode) => fs.listxattr(inode),
  statfs: () => fs.statfs(),
  ...contentOf(fs),
  open: (inode, flags, caller) =>
    (flags & O_ACCMODE) === O_RDONLY && (flags & O_TRUNC) === 0 ? fs.open(inode, flags, caller) : refuse(),
  setattr: refuse,
  create: refuse,
  mkdir: refuse,
  mknod: refuse,
  symlink: refuse,
  tmpfile: refuse,
  link: refuse,
  unlink: refuse,
  rmdir: refuse,
  rename: refuse,
  setxattr: refuse,
  removexattr: refuse,
});

/** Sharing bytes is reading them; a file system that cannot share has no such method. */
const contentOf = (fs: FileSystem): Pick<FileSystem, 'content'> => {
  const content = fs.content?.bind(fs);
  return content === undefined ? {} : { content };
};
