/**
 * What the whiteouts of a layer do to the tree it is applied to. Two ways, as in containerd:
 * - *naive*: on a merged tree they delete. They delete what the same layer wrote before, too: the order of entries counts,
 *   against the words of the OCI format ("lower layers only"), and images are built with tools that rely on it.
 * - *overlay*: in an upper directory they become overlayfs's own marks, a device 0:0 or the opaque attribute.
 */
import { FsError, type Inode, isDirectory, ROOT, S_IFCHR } from '../../fs/index.ts';
import { LayerError } from '../layer-error.ts';
import type { TarEntry } from '../tar/entry.ts';
import { OVERLAY_OPAQUE_XATTR, WHITEOUT_OPAQUE, WHITEOUT_PREFIX } from '../whiteout-names.ts';
import type { BoundedRoot, Directory } from './bounded-root.ts';
import { cleanPath } from './clean-path.ts';

const YES = new Uint8Array([0x79]);

/** Does the work of the whiteout called `base` in `directory`; `entry` is what the archive says of it. */
export type ConvertWhiteout = (directory: Directory, base: string, entry: TarEntry) => void;

export const isWhiteout = (base: string): boolean => base.startsWith(WHITEOUT_PREFIX);

/** The name a whiteout deletes. It must be a child of the directory: `.wh.`, `.wh..` and `.wh...` name others. */
export const whiteoutTarget = (base: string): string => {
  const name = base.slice(WHITEOUT_PREFIX.length);
  if (name === '' || name === '.' || name === '..') throw new LayerError('invalid-whiteout', { name: base });
  return name;
};

/** An opaque mark spares what this layer has written before, but not directories it made only as parents. */
export const naiveWhiteouts = (root: BoundedRoot): ConvertWhiteout => {
  const removeOthers = (directory: Inode, path: string): void => {
    const written = root.writtenIn(path);
    for (const { name } of root.fs.readdir(directory)) {
      const child = root.fs.lookup(directory, name);
      if (child === undefined) continue;
      if (!written.has(name)) root.remove(directory, name, child);
      else if (isDirectory(child.type)) removeOthers(child, `${path}/${name}`);
    }
  };
  return (directory, base) => {
    if (base === WHITEOUT_OPAQUE) {
      removeOthers(directory.inode, directory.path);
      return;
    }
    const name = whiteoutTarget(base);
    const found = root.fs.lookup(directory.inode, name);
    if (found !== undefined) root.remove(directory.inode, name, found);
  };
};

export const overlayWhiteouts =
  (root: BoundedRoot): ConvertWhiteout =>
  (directory, base, entry) => {
    try {
      if (base === WHITEOUT_OPAQUE) {
        root.fs.setxattr(directory.inode, OVERLAY_OPAQUE_XATTR, YES, 0, ROOT);
        return;
      }
      const name = whiteoutTarget(base);
      const made = root.fs.mknod(directory.inode, name, S_IFCHR, 0, ROOT);
      root.fs.setattr(made, { uid: entry.uid, gid: entry.gid }, ROOT);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      const cause = error.code === 'EEXIST' ? 'file exists' : error.message;
      throw new LayerError('convert-whiteout', { name: cleanPath(entry.name), cause }, error);
    }
  };
