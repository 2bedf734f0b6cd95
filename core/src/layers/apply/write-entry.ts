/** Makes one entry of a layer: the object itself, then owner, extended attributes, mode and times, in this order. */
import {
  type AttributeChange,
  contentOf,
  contentOfChunks,
  type FileSystem,
  FsError,
  type Inode,
  isSymlink,
  makedev,
  type Nanoseconds,
  O_WRONLY,
  ROOT,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
} from '../../fs/index.ts';
import { LayerError } from '../layer-error.ts';
import {
  type TarEntry,
  TYPE_BLOCK,
  TYPE_CHAR,
  TYPE_DIRECTORY,
  TYPE_FIFO,
  TYPE_LINK,
  TYPE_REGULAR,
  TYPE_SYMLINK,
} from '../tar/entry.ts';
import type { TarReader } from '../tar/reader.ts';
import type { BoundedRoot, Directory } from './bounded-root.ts';

/** Files up to this size are one view or one joined buffer; a longer one is a list of the chunks it arrived in. */
const JOIN_LIMIT = 256 * 1024;
const LAST_TIME = 2n ** 63n - 1n;
const LAST_DEVICE_NUMBER = 2 ** 32 - 1;

/** Times outside the range of a signed 64-bit nanosecond count become 1970, as in containerd. */
const boundTime = (time: Nanoseconds): Nanoseconds => (time < 0n || time > LAST_TIME ? 0n : time);

/** The times an entry asks for: never read before it was written. */
export const timesOf = ({ atime, mtime }: TarEntry): { readonly atime: Nanoseconds; readonly mtime: Nanoseconds } => ({
  atime: boundTime(atime === undefined || atime < mtime ? mtime : atime),
  mtime: boundTime(mtime),
});

/** The data of a regular file. With `setContent` its bytes are shared with the stream's chunks, not copied. */
const writeData = async (fs: FileSystem, inode: Inode, entry: TarEntry, reader: TarReader): Promise<void> => {
  if (entry.size === 0) return;
  if (fs.setContent !== undefined && entry.sparse === undefined) {
    const whole = reader.readWhole(JOIN_LIMIT);
    if (whole !== undefined) {
      fs.setContent(inode, contentOf(whole), ROOT);
      return;
    }
    const chunks: Uint8Array[] = [];
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) chunks.push(chunk);
    fs.setContent(inode, contentOfChunks(chunks), ROOT);
    return;
  }
  const file = fs.open(inode, O_WRONLY, ROOT);
  try {
    if (entry.sparse === undefined) {
      let position = 0;
      for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
        position += file.write(chunk, position);
      }
      return;
    }
    fs.setattr(inode, { size: entry.size }, ROOT);
    for (const { offset, length } of entry.sparse) {
      for (let done = 0; done < length;) {
        const chunk = (await reader.read(length - done)) as Uint8Array;
        done += file.write(chunk, offset + done);
      }
    }
  } finally {
    file.close();
  }
};

const deviceNumber = ({ devmajor, devminor }: TarEntry): number => {
  if (devmajor < 0 || devminor < 0 || devmajor > LAST_DEVICE_NUMBER || devminor > LAST_DEVICE_NUMBER) {
    throw new LayerError('invalid-device', { major: devmajor, minor: devminor });
  }
  return makedev(devmajor, devminor);
};

/** The inode a hard link names: links in its directory are followed inside the root, the last component is not. */
const linkTarget = (root: BoundedRoot, linkname: string): Inode => {
  const cut = linkname.lastIndexOf('/') + 1;
  const found = root.lookup(`${root.resolve(linkname.slice(0, cut))}/${linkname.slice(cut)}`);
  if (found === undefined) throw new FsError('ENOENT', `link to ${linkname}`);
  return found;
};

const makeInode = async (
  root: BoundedRoot,
  { inode: parent }: Directory,
  name: string,
  entry: TarEntry,
  reader: TarReader,
): Promise<Inode> => {
  const { fs } = root;
  const mode = entry.mode & 0o7777;
  switch (entry.type) {
    case TYPE_REGULAR: {
      const inode = fs.create(parent, name, mode, ROOT);
      await writeData(fs, inode, entry, reader);
      return inode;
    }
    case TYPE_DIRECTORY:
      return fs.mkdir(parent, name, mode, ROOT);
    case TYPE_SYMLINK:
      return fs.symlink(parent, name, entry.linkname, ROOT);
    case TYPE_LINK: {
      const target = linkTarget(root, entry.linkname);
      fs.link(target, parent, name, ROOT);
      return target;
    }
    case TYPE_CHAR:
      return fs.mknod(parent, name, S_IFCHR | mode, deviceNumber(entry), ROOT);
    case TYPE_BLOCK:
      return fs.mknod(parent, name, S_IFBLK | mode, deviceNumber(entry), ROOT);
    case TYPE_FIFO:
      return fs.mknod(parent, name, S_IFIFO | mode, 0, ROOT);
    default:
      throw new LayerError('unhandled-type', { type: entry.type });
  }
};

/** An attribute that was not set, and why that is no failure. */
export type IgnoredXattr = (name: string, why: string) => void;

const setXattrs = (fs: FileSystem, inode: Inode, entry: TarEntry, path: string, ignored: IgnoredXattr): void => {
  for (const [name, value] of entry.xattrs) {
    if (name.startsWith('trusted.')) {
      ignored(name, 'admin attributes from archive not supported');
      continue;
    }
    try {
      fs.setxattr(inode, name, value, 0, ROOT);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      // Only files and directories may have user attributes (xattr(7)).
      const notAllowed =
        error.code === 'EPERM' &&
        name.startsWith('user.') &&
        entry.type !== TYPE_REGULAR &&
        entry.type !== TYPE_DIRECTORY;
      if (error.code !== 'EOPNOTSUPP' && !notAllowed) {
        throw new LayerError('xattr', { path, name, cause: error.message }, error);
      }
      ignored(name, error.message);
    }
  }
};

/** Puts `entry` into `directory` as `name`. `existing` is a directory that it is merged into. */
export const writeEntry = async (
  root: BoundedRoot,
  directory: Directory,
  name: string,
  entry: TarEntry,
  reader: TarReader,
  options: { readonly existing: Inode | undefined; readonly sameOwner: boolean; readonly ignored: IgnoredXattr },
): Promise<void> => {
  const { fs } = root;
  const inode = options.existing ?? (await makeInode(root, directory, name, entry, reader));
  const owner: AttributeChange = options.sameOwner ? { uid: entry.uid, gid: entry.gid } : {};
  // Linux has no lchmod; and chmod comes after chown, which takes set-user-ID away.
  const rest: AttributeChange = isSymlink(inode.type)
    ? timesOf(entry)
    : { ...timesOf(entry), mode: entry.mode & 0o7777 };
  const path = `${directory.path}/${name}`;
  try {
    if (entry.xattrs.size === 0) {
      fs.setattr(inode, { ...owner, ...rest }, ROOT);
      return;
    }
    // chown drops security.capability, so it comes first.
    fs.setattr(inode, owner, ROOT);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new LayerError('owner', { path, uid: entry.uid, gid: entry.gid, cause: error.message }, error);
  }
  setXattrs(fs, inode, entry, path, options.ignored);
  fs.setattr(inode, rest, ROOT);
};
