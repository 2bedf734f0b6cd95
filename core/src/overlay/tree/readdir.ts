import type { DirectoryEntry, FileSystem, Inode } from '../../fs/index.ts';
import { fail, FsError, S_IFCHR, S_IFREG } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import { hasMark } from '../xattr/marks.ts';
import { mappedNumber } from './inode-numbers.ts';
import { lookup } from './lookup.ts';
import { changing, type OverlayInode } from './overlay-inode.ts';
import { isWhiteoutDevice } from './whiteouts.ts';

/**
 * The listing of a directory.
 *
 * A directory of one layer is listed as that layer lists it, whiteouts included: a lookup then says ENOENT for a name
 * that the listing shows. A merged one has the names of the lowest layer first, in that layer's order, then what the
 * upper layer adds, then what each middle layer adds; of each name the topmost layer's entry.
 */
export const listDirectory = (superblock: Superblock, dir: OverlayInode): readonly DirectoryEntry[] => {
  if (dir.removed) return fail('ENOENT');
  if (dir.listing !== undefined) return dir.listing;
  if (dir.filtersWhiteouts) {
    const merged = mergeEntries(superblock, dir, true);
    const shown =
      superblock.xino || (superblock.oneDevice && dir.impure)
        ? withTrueNumbers(superblock, dir, merged).filter(isShown)
        : merged;
    dir.listing = Object.freeze(shown);
    return dir.listing;
  }
  const entries = dir.fs.readdir(dir.real);
  if (superblock.xino && dir.upper === undefined) return mappedEntries(dir, entries);
  if (!superblock.oneDevice || !dir.impure) return entries;
  const numbers = (dir.trueNumbers ??= trueNumbersOf(superblock, dir, entries));
  dir.listing = Object.freeze(
    entries.map((entry) => {
      const ino = numbers.get(entry.name);
      return ino === undefined ? entry : { name: entry.name, ino, type: entry.type };
    }),
  );
  if (numbers.size === 0 && superblock.writable) forgetImpure(superblock, dir);
  return dir.listing;
};

const trueNumbersOf = (
  superblock: Superblock,
  dir: OverlayInode,
  entries: readonly DirectoryEntry[],
): ReadonlyMap<string, bigint> => {
  const numbers = new Map<string, bigint>();
  for (const { name, ino } of entries) {
    const child = lookup(superblock, dir, name);
    if (child !== undefined && child.ino !== ino) numbers.set(name, child.ino);
  }
  return numbers;
};

/** Of a directory of one lower layer. */
const mappedEntries = (dir: OverlayInode, entries: readonly DirectoryEntry[]): readonly DirectoryEntry[] => {
  const layer = dir.lowers[0]?.layer;
  if (layer?.highBits === undefined) return entries;
  return Object.freeze(entries.map(({ name, ino, type }) => ({ name, ino: mappedNumber(layer, ino), type })));
};

/**
 * ENOTEMPTY when a name shows in the directory. Whiteouts do not count, not even those that a listing would show;
 * files that are whiteouts by their mark count.
 */
export const checkVisiblyEmpty = (superblock: Superblock, dir: OverlayInode): void => {
  if (mergeEntries(superblock, dir, false).length > 0) fail('ENOTEMPTY');
};

interface Source {
  readonly fs: FileSystem;
  readonly inode: Inode;
  /** Whiteouts may be files with a mark: the merged directory says so, and so does some directory of this layer. */
  readonly hasMarkedWhiteouts: boolean;
}

const sourcesOf = (superblock: Superblock, dir: OverlayInode, findMarked: boolean): readonly Source[] => {
  const sources: Source[] = [];
  if (superblock.upper !== undefined && dir.upper !== undefined) {
    sources.push({ fs: superblock.upper.fs, inode: dir.upper, hasMarkedWhiteouts: false });
  }
  for (const { layer, inode } of dir.lowers) {
    const marked = findMarked && dir.hasMarkedWhiteouts && superblock.markedLayers.has(layer);
    sources.push({ fs: layer.fs, inode, hasMarkedWhiteouts: marked });
  }
  return sources;
};

/** `undefined` stands for a name that a whiteout hides. */
type Row = DirectoryEntry | undefined;

const mergeEntries = (superblock: Superblock, dir: OverlayInode, findMarked: boolean): DirectoryEntry[] => {
  const sources = sourcesOf(superblock, dir, findMarked);
  const lowest = sources.length - 1;
  const rows = new Map<string, Row>();
  for (const source of sources.slice(0, lowest)) addRows(superblock, dir, source, rows);
  const merged: DirectoryEntry[] = [];
  const last = sources[lowest];
  if (last === undefined) return merged;
  const above = rows.size > 0 ? rows : undefined;
  for (const entry of last.fs.readdir(last.inode)) {
    if (above?.has(entry.name) === true) {
      const row = above.get(entry.name);
      if (row !== undefined) merged.push(row);
      above.delete(entry.name);
    } else if (!hides(superblock, dir, last, entry)) merged.push(entry);
  }
  for (const row of rows.values()) if (row !== undefined) merged.push(row);
  return merged;
};

const addRows = (superblock: Superblock, dir: OverlayInode, source: Source, rows: Map<string, Row>): void => {
  for (const entry of source.fs.readdir(source.inode)) {
    if (!rows.has(entry.name)) rows.set(entry.name, hides(superblock, dir, source, entry) ? undefined : entry);
  }
};

const hides = (superblock: Superblock, dir: OverlayInode, source: Source, entry: DirectoryEntry): boolean => {
  if (entry.type === S_IFCHR) {
    const inode = source.fs.lookup(source.inode, entry.name);
    return inode !== undefined && isWhiteoutDevice(source.fs, inode);
  }
  // A file that may be a whiteout is asked for through the mount; one that cannot be looked up is not listed either.
  const mayBeMarked = source.hasMarkedWhiteouts && entry.type === S_IFREG;
  return mayBeMarked && lookupQuietly(superblock, dir, entry.name) === undefined;
};

/**
 * On one file system d_ino equals st_ino: in an impure directory the upper layer's entries are looked up, because a
 * copied-up object shows its lower number. `undefined` stands for an entry that cannot be looked up;
 * in a directory of the upper layer alone that fails the listing, in a merged one the entry is left out.
 */
const withTrueNumbers = (
  superblock: Superblock,
  dir: OverlayInode,
  entries: readonly DirectoryEntry[],
): readonly Row[] => {
  const { upper, xino } = superblock;
  const inUpper = dir.upper;
  if (!xino && inUpper === undefined) return entries;
  return entries.map((entry) => {
    const isLower = inUpper === undefined || (dir.isMerged && upper?.fs.lookup(inUpper, entry.name) === undefined);
    // Numbers of lower entries are right as they are, unless they get high bits.
    if (isLower && !xino) return entry;
    const child = lookupQuietly(superblock, dir, entry.name);
    if (child === undefined) return undefined;
    return child.ino === entry.ino ? entry : { name: entry.name, ino: child.ino, type: entry.type };
  });
};

const isShown = (row: Row): row is DirectoryEntry => row !== undefined;

/** A lookup that may fail (a bad redirect). */
const lookupQuietly = (superblock: Superblock, dir: OverlayInode, name: string): OverlayInode | undefined => {
  try {
    return lookup(superblock, dir, name);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
};

/** Nothing in a directory of the upper layer has an origin any more. */
const forgetImpure = (superblock: Superblock, dir: OverlayInode): void => {
  const { upper, marks, mounter } = superblock;
  if (upper === undefined || dir.upper === undefined) return;
  if (hasMark(upper.fs, dir.upper, marks.impure)) upper.fs.removexattr(dir.upper, marks.impure, mounter);
  changing(superblock, dir);
  dir.impure = false;
};
