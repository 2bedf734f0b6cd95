import type { Caller, FileSystem, Inode } from '../../fs/index.ts';
import { fail, FsError, NAME_MAX, nameLength } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import type { OverlayInode } from '../tree/overlay-inode.ts';
import type { MarkNames } from './marks.ts';

/*
 * Extended attributes as they show through the mount. The overlay's own are invisible; one that a user sets with such a
 * name is kept escaped, so that the layers of an inner overlay can be written through an outer one:
 *
 *   through the mount                        in the layer
 *   user.color                        <->    user.color
 *   trusted.overlay.opaque            <->    trusted.overlay.overlay.opaque
 *   (nothing)                          -     trusted.overlay.opaque
 */
const ESCAPE = 'overlay.';

/** The name in the layers. EOPNOTSUPP when there is no room for the escape. */
export const toLayer = (marks: MarkNames, name: string): string => {
  if (!name.startsWith(marks.prefix)) return name;
  const escaped = `${marks.prefix}${ESCAPE}${name.slice(marks.prefix.length)}`;
  return nameLength(escaped) > NAME_MAX ? fail('EOPNOTSUPP', name) : escaped;
};

const isPrivate = (marks: MarkNames, name: string): boolean =>
  name.startsWith(marks.prefix) && !name.startsWith(ESCAPE, marks.prefix.length);

const toMount = (marks: MarkNames, name: string): string =>
  name.startsWith(marks.prefix) ? marks.prefix + name.slice(marks.prefix.length + ESCAPE.length) : name;

export const getXattr = (superblock: Superblock, inode: OverlayInode, name: string): Uint8Array | undefined =>
  inode.fs.getxattr(inode.real, toLayer(superblock.marks, name));

export const listXattr = (superblock: Superblock, inode: OverlayInode): readonly string[] => {
  const { marks } = superblock;
  const names = inode.fs.listxattr(inode.real);
  if (!names.some((name) => name.startsWith(marks.prefix))) return names;
  return names.filter((name) => !isPrivate(marks, name)).map((name) => toMount(marks, name));
};

/** Copies what belongs to the object, escaped attributes included; an attribute unknown to the upper layer is left out. */
export const copyXattrs = (
  superblock: Superblock,
  fromFs: FileSystem,
  from: Inode,
  toFs: FileSystem,
  to: Inode,
): void => {
  for (const name of fromFs.listxattr(from)) {
    if (isPrivate(superblock.marks, name)) continue;
    const value = fromFs.getxattr(from, name);
    if (value !== undefined) copyOne(toFs, to, name, value, superblock.mounter);
  }
};

const copyOne = (fs: FileSystem, to: Inode, name: string, value: Uint8Array, mounter: Caller): void => {
  try {
    fs.setxattr(to, name, value, 0, mounter);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== 'EOPNOTSUPP') throw error;
  }
};
