import type { FileSystem, Inode } from '../../fs/index.ts';
import { fail, FsError, S_IFDIR, S_IFLNK, S_IFREG } from '../../fs/index.ts';
import type { LowerPath, Superblock } from '../superblock.ts';
import { kernelLog } from '../superblock.ts';
import { type OverlayInode, pathOf, type UnresolvedData } from './overlay-inode.ts';

/** Below this length a metacopy mark that is not empty cannot hold its header. */
const SMALLEST_MARK = 4;

/** Whether the bytes of a regular file are elsewhere. EIO for a mark that is cut. */
export const isMetacopyFile = (superblock: Superblock, fs: FileSystem, inode: Inode, name: string): boolean => {
  if (inode.type !== S_IFREG) return false;
  const mark = fs.getxattr(inode, superblock.marks.metacopy);
  if (mark === undefined) return false;
  if (mark.length > 0 && mark.length < SMALLEST_MARK) {
    kernelLog(superblock, `metacopy file '${name}' has too small xattr`);
    fail('EIO');
  }
  return true;
};

/**
 * Where the bytes of a file are that are not in `inode.real`. In the data-only layers they are looked for when they are
 * first wanted, and found once: ENOENT when none of these layers has a regular file there, ELOOP across a symlink.
 */
export const lowerDataOf = (superblock: Superblock, inode: OverlayInode): LowerPath | undefined => {
  const { lowerData } = inode;
  if (lowerData === undefined) return undefined;
  const data = 'layer' in lowerData ? lowerData : findData(superblock, inode, lowerData);
  if (superblock.verity !== 'off') checkDigest(superblock, inode);
  return data;
};

/** Where in the mark the number of the digest's algorithm stands; 0 = there is no digest. */
const ALGORITHM_AT = 3;

/** verity=on: EIO for a digest, because no file system here has one to compare it with; `require`: for none, too. */
const checkDigest = (superblock: Superblock, inode: OverlayInode): void => {
  const mark = inode.fs.getxattr(inode.real, superblock.marks.metacopy) ?? new Uint8Array(0);
  const hasDigest = (mark[ALGORITHM_AT] ?? 0) !== 0;
  if (!hasDigest && superblock.verity !== 'require') return;
  const what = hasDigest
    ? `lower file '${dataNameOf(superblock, inode)}' has no fs-verity digest`
    : `metacopy file '${inode.name}' has no digest specified`;
  kernelLog(superblock, what);
  fail('EIO');
};

/** What the file with the bytes is called. */
const dataNameOf = ({ marks }: Superblock, inode: OverlayInode): string => {
  const redirect = new TextDecoder().decode(inode.fs.getxattr(inode.real, marks.redirect));
  return redirect === '' ? inode.name : redirect.slice(redirect.lastIndexOf('/') + 1);
};

const findData = (superblock: Superblock, inode: OverlayInode, lowerData: UnresolvedData): LowerPath => {
  let problem = new FsError('ENOENT');
  for (const layer of superblock.dataLowers) {
    try {
      const found: LowerPath = { layer, inode: walk(layer.fs, layer.root, lowerData.redirect) };
      inode.lowerData = found;
      return found;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      problem = error;
    }
  }
  kernelLog(superblock, `lazy lowerdata lookup failed (${pathOf(inode)}, err=-${problem.errno})`);
  throw problem;
};

const walk = (fs: FileSystem, root: Inode, path: string): Inode => {
  let at = root;
  for (const name of path.slice(1).split('/')) {
    if (at.type === S_IFLNK) fail('ELOOP');
    if (at.type !== S_IFDIR) fail('ENOTDIR');
    at = fs.lookup(at, name) ?? fail('ENOENT');
  }
  return at.type === S_IFREG ? at : fail('ENOENT');
};

/** The file system and object that a regular file's bytes are read from. */
export const bytesOf = (
  superblock: Superblock,
  inode: OverlayInode,
): { readonly fs: FileSystem; readonly inode: Inode } => {
  const data = lowerDataOf(superblock, inode);
  return data === undefined ? { fs: inode.fs, inode: inode.real } : { fs: data.layer.fs, inode: data.inode };
};
