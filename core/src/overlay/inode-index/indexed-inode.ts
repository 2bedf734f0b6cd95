import type { Inode } from '../../fs/index.ts';
import type { WritableUpper } from '../change/work-directory.ts';
import type { Superblock } from '../superblock.ts';
import type { OverlayInode } from '../tree/overlay-inode.ts';
import { hasSeveralNames } from '../xattr/origin.ts';

/** Whether the copy-up of an object makes an index entry. */
export const needsIndex = ({ indexed }: Superblock, inode: OverlayInode): boolean => {
  const lower = inode.lowers[0];
  if (lower === undefined || indexed === 'none') return false;
  return indexed === 'all' || (!inode.isDirectory && lower.layer.fs.getattr(lower.inode).nlink > 1);
};

/** The name by which an indexed file was reached last is still a lower one: the upper inode has other names. */
export const lacksUpperName = ({ upper }: Superblock, inode: OverlayInode): boolean => {
  if (!inode.indexed || inode.isDirectory || inode.upper === undefined) return false;
  const { parent, name } = inode;
  if (parent.children?.get(name) !== inode) return false;
  return parent.upper === undefined || upper?.fs.lookup(parent.upper, name) !== inode.upper;
};

/** How many names an indexed file has, by its nlink mark; without one that makes sense, those of the upper inode. */
export const readLinks = (
  { upper, marks }: Superblock,
  inode: Inode,
  origin: Uint8Array,
  otherwise: number,
): number => {
  // A lower object with one name is not expected to have a mark.
  if (upper === undefined || !hasSeveralNames(origin)) return otherwise;
  const mark = upper.fs.getxattr(inode, marks.nlink);
  // Relative to the lower inode only after a crash.
  const more = /^U([+-]\d+)$/.exec(new TextDecoder().decode(mark))?.[1];
  const links = upper.fs.getattr(inode).nlink + Number(more);
  return links > 0 ? links : otherwise;
};

/** Writes the nlink mark, relative to the links of the upper inode (`U`) or, while those change, the lower one (`L`). */
export const writeLinks = (
  { marks, mounter }: Superblock,
  upper: WritableUpper,
  inode: OverlayInode,
  relativeTo: 'L' | 'U',
): void => {
  const lower = inode.lowers[0];
  const counted =
    relativeTo === 'L' && lower !== undefined ? lower.layer.fs.getattr(lower.inode) : upper.fs.getattr(inode.real);
  const more = inode.links - counted.nlink;
  const value = new TextEncoder().encode(`${relativeTo}${more < 0 ? '' : '+'}${more}`);
  upper.fs.setxattr(inode.real, marks.nlink, value, 0, mounter);
};
