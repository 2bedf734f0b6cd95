import type { FileMode, FileSystem, Inode } from '../../fs/index.ts';
import { S_IFDIR, S_IFREG } from '../../fs/index.ts';

/** The names of overlayfs's own attributes, in `trusted.overlay.` or (userxattr) `user.overlay.`. */
export interface MarkNames {
  readonly prefix: string;
  /** On a directory: `y` = nothing below merges, `x` = may hold whiteouts that are files with the `whiteout` mark. */
  readonly opaque: string;
  /** On an upper directory: something in it has an origin. */
  readonly impure: string;
  /** On an upper object: which lower object it was copied from. */
  readonly origin: string;
  /** On a directory: where its lower part is. */
  readonly redirect: string;
  /** On a file without data of its own. */
  readonly metacopy: string;
  /** On an empty file: it is a whiteout. */
  readonly whiteout: string;
  /** On the upper root: the file system id. */
  readonly uuid: string;
  /** On an indexed file: how many more names (or fewer) it has than its upper inode has links, e.g. `U-1`. */
  readonly nlink: string;
  /** On the index and on its entries for directories: which upper directory it is about. */
  readonly upper: string;
  /** On an upper object: `a` it only grows, `i` it does not change. Its real flags would keep the overlay out, too. */
  readonly protattr: string;
}

const namesIn = (prefix: string): MarkNames => ({
  prefix,
  opaque: `${prefix}opaque`,
  impure: `${prefix}impure`,
  origin: `${prefix}origin`,
  redirect: `${prefix}redirect`,
  metacopy: `${prefix}metacopy`,
  whiteout: `${prefix}whiteout`,
  uuid: `${prefix}uuid`,
  nlink: `${prefix}nlink`,
  upper: `${prefix}upper`,
  protattr: `${prefix}protattr`,
});

export const TRUSTED_MARKS: MarkNames = namesIn('trusted.overlay.');
export const USER_MARKS: MarkNames = namesIn('user.overlay.');

/** The value of `opaque` and `impure`. */
export const YES: Uint8Array = Uint8Array.of(0x79);

/** The one byte of the opaque mark (`y`, `x`); any other length means nothing. */
export const opaqueValue = (fs: FileSystem, dir: Inode, marks: MarkNames): 'y' | 'x' | undefined => {
  const value = fs.getxattr(dir, marks.opaque);
  if (value?.length !== 1) return undefined;
  return value[0] === 0x79 ? 'y' : value[0] === 0x78 ? 'x' : undefined;
};

export const hasMark = (fs: FileSystem, inode: Inode, mark: string): boolean => fs.getxattr(inode, mark) !== undefined;

/** `user.*` attributes (userxattr) are for files and directories only: a link or device is copied up without an origin. */
export const canCarry = (marks: MarkNames, type: FileMode): boolean =>
  marks === TRUSTED_MARKS || type === S_IFREG || type === S_IFDIR;
