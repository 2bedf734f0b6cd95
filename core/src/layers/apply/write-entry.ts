/** Makes one entry of a layer: the object itself, then data, owner, extended attributes, mode and times, in this order. */
import {
  contentOf,
  contentOfChunks,
  type FileSystem,
  FsError,
  type Inode,
  isSymlink,
  makedev,
  type Nanoseconds,
  O_WRONLY,
  PERMISSION_BITS,
  ROOT,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
} from '../../fs/index.ts';
import { CAPABILITY } from '../capability.ts';
import { LayerError } from '../layer-error.ts';
import {
  type SparsePiece,
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
import type { BoundedRoot } from './bounded-root.ts';

/** Files up to this size are one view or one joined buffer; a longer one is a list of the chunks it arrived in. */
const JOIN_LIMIT = 256 * 1024;
const LAST_TIME = 2n ** 63n - 1n;
const LAST_DEVICE_NUMBER = 2 ** 32 - 1;

/** Times outside the range of a signed 64-bit nanosecond count become 1970, as in containerd. */
const boundTime = (time: Nanoseconds): Nanoseconds => (time < 0n || time > LAST_TIME ? 0n : time);

/** The access time an entry asks for: never before its modification. */
export const atimeOf = ({ atime, mtime }: TarEntry): Nanoseconds =>
  boundTime(atime === undefined || atime < mtime ? mtime : atime);

export const mtimeOf = ({ mtime }: TarEntry): Nanoseconds => boundTime(mtime);

/** The data of a regular file. With `setContent` its bytes are shared with the stream's chunks, not copied. */
const writeData = (fs: FileSystem, inode: Inode, entry: TarEntry, reader: TarReader): undefined | Promise<void> => {
  if (entry.sparse !== undefined) return writeSparse(fs, inode, entry.size, entry.sparse, reader);
  if (entry.size === 0) return undefined;
  const whole = reader.readWhole(JOIN_LIMIT);
  if (fs.setContent === undefined) {
    if (whole === undefined) return writeChunks(fs, inode, reader);
    const file = fs.open(inode, O_WRONLY, ROOT);
    try {
      file.write(whole, 0);
    } finally {
      file.close();
    }
    return undefined;
  }
  if (whole === undefined) return shareChunks(fs, inode, reader);
  fs.setContent(inode, contentOf(whole), ROOT);
  return undefined;
};

const shareChunks = async (fs: FileSystem, inode: Inode, reader: TarReader): Promise<void> => {
  const chunks: Uint8Array[] = [];
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) chunks.push(chunk);
  fs.setContent?.(inode, contentOfChunks(chunks), ROOT);
};

const writeChunks = async (fs: FileSystem, inode: Inode, reader: TarReader): Promise<void> => {
  const file = fs.open(inode, O_WRONLY, ROOT);
  try {
    let position = 0;
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
      position += file.write(chunk, position);
    }
  } finally {
    file.close();
  }
};

/** Only what is stored is written: the rest stays a hole. */
const writeSparse = async (
  fs: FileSystem,
  inode: Inode,
  size: number,
  pieces: readonly SparsePiece[],
  reader: TarReader,
): Promise<void> => {
  const file = fs.open(inode, O_WRONLY, ROOT);
  try {
    fs.setattr(inode, { size }, ROOT);
    for (const { offset, length } of pieces) {
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
  const name = linkname.slice(cut);
  const directory = name === '' ? undefined : root.entered(linkname.slice(0, cut).replace(/^(?:\.?\/)+/, ''));
  const found =
    directory === undefined
      ? root.lookup(`${root.resolve(linkname.slice(0, cut))}/${name}`)
      : root.fs.lookup(directory.inode, name);
  if (found === undefined) throw new FsError('ENOENT', `link to ${linkname}`);
  return found;
};

const makeInode = (root: BoundedRoot, parent: Inode, name: string, entry: TarEntry): Inode => {
  const { fs } = root;
  const mode = entry.mode & PERMISSION_BITS;
  switch (entry.type) {
    case TYPE_REGULAR:
      return fs.create(parent, name, mode, ROOT);
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
  for (const [name, value] of entry.xattrs ?? []) {
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

/** How entries are written; the same for all of a layer. */
export interface WriteOptions {
  readonly sameOwner: boolean;
  readonly ignored: (entry: TarEntry, what: string, why: string) => void;
}

/**
 * Owner, extended attributes, mode and times of what has been made. The order counts: chown takes set-user-ID and
 * security.capability away. Linux has no lchmod.
 */
const setAttributes = (fs: FileSystem, inode: Inode, entry: TarEntry, path: string, options: WriteOptions): void => {
  const mode = entry.mode & PERMISSION_BITS;
  // Those of a directory come when all is in it.
  const times = entry.type === TYPE_DIRECTORY ? {} : { atime: atimeOf(entry), mtime: mtimeOf(entry) };
  const { uid, gid } = entry;
  const link = isSymlink(inode.type);
  if (options.sameOwner) {
    try {
      if (entry.xattrs === undefined && entry.type !== TYPE_LINK) {
        fs.setattr(inode, link ? { uid, gid, ...times } : { uid, gid, mode, ...times }, ROOT);
        return;
      }
      fs.setattr(inode, { uid, gid }, ROOT);
      // Linux's chown does so; a file system leaves it to its caller. Only a hard link meets a file that has it.
      if (entry.type === TYPE_LINK && fs.getxattr(inode, CAPABILITY) !== undefined) {
        fs.removexattr(inode, CAPABILITY, ROOT);
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      throw new LayerError('owner', { path, uid, gid, cause: error.message }, error);
    }
  }
  setXattrs(fs, inode, entry, path, (what, why) => options.ignored(entry, what, why));
  fs.setattr(inode, link ? times : { mode, ...times }, ROOT);
};

/** Makes what `entry` says as `name` in `parent`, still empty; `undefined` when the name is taken. */
export const makeEntry = (root: BoundedRoot, parent: Inode, name: string, entry: TarEntry): Inode | undefined => {
  try {
    return makeInode(root, parent, name, entry);
  } catch (error) {
    if (error instanceof FsError && error.code === 'EEXIST') return undefined;
    throw error;
  }
};

/**
 * Data and attributes of what was made for `entry`. At once when its data has arrived: most files are smaller than a
 * chunk, and a promise each would cost more than the file. `path` is for errors.
 */
export const fillEntry = (
  fs: FileSystem,
  inode: Inode,
  entry: TarEntry,
  path: string,
  reader: TarReader,
  options: WriteOptions,
): undefined | Promise<void> => {
  const written = entry.type === TYPE_REGULAR ? writeData(fs, inode, entry, reader) : undefined;
  if (written !== undefined) return written.then(() => setAttributes(fs, inode, entry, path, options));
  setAttributes(fs, inode, entry, path, options);
  return undefined;
};
