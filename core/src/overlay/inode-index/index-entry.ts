import type { FileMode, Inode } from '../../fs/index.ts';
import { fail, S_IFDIR } from '../../fs/index.ts';
import type { Superblock, UpperLayer } from '../superblock.ts';
import { kernelLog } from '../superblock.ts';
import { isWhiteout } from '../tree/whiteouts.ts';
import { encodeUpper, equalHandles } from '../xattr/origin.ts';

/*
 * The index, `work/index`: what was copied up, by what it was copied up from.
 *
 *   work/index/00fb21…4711   ── hard link of ──▶  the upper file that lower inode 4711 became
 *   work/index/00fb21…4712/  ── mark `upper` ──▶  the upper directory that lower directory 4712 became (nfs_export)
 *   work/index/00fb21…4713   whiteout             4713 has lost all its names (nfs_export): its handles are stale
 *
 * An entry's name is the handle of the lower object in hexadecimal digits, as it stands in the origin mark.
 */

/** The name of the entry for a lower object. */
export const indexName = (origin: Uint8Array): string =>
  Array.from(origin, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The bytes of an entry's name; `undefined` when it is none. */
export const originOfName = (name: string): Uint8Array | undefined =>
  /^([0-9a-f]{2})+$/.test(name)
    ? Uint8Array.from(name.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
    : undefined;

/**
 * The entry for what was copied up from `origin`, or is about to be (`inUpper` undefined); `undefined` when there is
 * none, or only one of another upper file. EIO for an entry that cannot be: of another type, a whiteout, or of a
 * directory that is not the upper one.
 */
export const findIndexEntry = (
  superblock: Superblock,
  origin: Uint8Array,
  type: FileMode,
  inUpper: Inode | undefined,
): Inode | undefined => {
  const { upper } = superblock;
  if (upper?.work === undefined) return undefined;
  const name = indexName(origin);
  const entry = upper.fs.lookup(upper.work, name);
  if (entry === undefined) return undefined;
  if (entry.type !== type || isWhiteout(superblock, upper.fs, entry)) {
    return refuse(
      superblock,
      `bad index found (index=index/${name}, ftype=${octal(entry.type)}, origin ftype=${octal(type)}).`,
    );
  }
  if (type === S_IFDIR) {
    if (inUpper === undefined) {
      return refuse(superblock, `suspected uncovered redirected dir found (index=index/${name}).`);
    }
    if (!leadsTo(superblock, upper, entry, inUpper)) {
      return refuse(superblock, `suspected multiply redirected dir found (index=index/${name}).`);
    }
    return entry;
  }
  return inUpper === undefined || inUpper === entry ? entry : undefined;
};

const octal = (type: FileMode): string => type.toString(8);

const refuse = (superblock: Superblock, text: string): never => {
  kernelLog(superblock, text);
  return fail('EIO');
};

const leadsTo = ({ marks }: Superblock, { fs }: UpperLayer, entry: Inode, directory: Inode): boolean => {
  const mark = fs.getxattr(entry, marks.upper);
  return mark !== undefined && equalHandles(mark, encodeUpper(fs, directory));
};
