import type { DirectoryEntry, FileMode, FileSystem, Inode } from '../../fs/index.ts';
import { isDirectory } from '../../fs/index.ts';
import { type Delta, type Recorded, changeRow } from '../../timeline/index.ts';
import type { LowerPath, Superblock } from '../superblock.ts';

/** Where in the data-only layers the bytes are; the search is left to who wants them first. */
export interface UnresolvedData {
  readonly redirect: string;
}

/** A name that is known not to exist, and nothing stands at it in the upper layer. */
export const ABSENT = 0;
/** A name that is known not to exist because a whiteout stands at it in the upper layer. */
export const WHITEOUT = 1;

/** What a directory remembers of a name. */
export type KnownName = OverlayInode | typeof ABSENT | typeof WHITEOUT;

/** What changes after an inode was met. `listing` is made anew. */
type OverlayInodeState = Pick<
  OverlayInode,
  | 'ino'
  | 'dev'
  | 'fs'
  | 'real'
  | 'upper'
  | 'lowerData'
  | 'parent'
  | 'name'
  | 'filtersWhiteouts'
  | 'opaque'
  | 'impure'
  | 'redirect'
  | 'keepsLowerNumber'
  | 'indexed'
  | 'links'
  | 'holders'
  | 'removed'
>;

/**
 * An inode of the overlay, which is also its name's place in the tree (the kernel's dentry and inode in one).
 *
 *            OverlayInode "etc"                                  upper          lower[0]        lower[1]
 *            ┌──────────────────────────────┐                    etc/ ◀─┐       etc/ ◀──┐       etc/ ◀──┐
 *   parent ◀─┤ parent, name                 │                      motd  │         motd  │         hosts │
 *            │ upper ───────────────────────┼────────────────────────────┘               │               │
 *            │ lowers [ 0 , 1 ] ────────────┼────────────────────────────────────────────┴───────────────┘
 *            │ real = upper ?? lowers[0]    │  attributes, bytes and xattrs come from it; copy-up moves it
 *            │ children  motd  ─▶ inode     │  the merged names met so far: an inode, ABSENT or WHITEOUT,
 *            │           hosts ─▶ inode     │  so that a warm lookup costs the same over 1 and over 500 lowers
 *            │           old   ─▶ WHITEOUT  │
 *            │ listing   [motd, hosts]      │  the merged listing, until a name comes or goes
 *            └──────────────────────────────┘
 *
 * Hard links of an upper file are several names with one OverlayInode. Hard links of a lower file are one OverlayInode
 * for each name, because copy-up breaks them; with an index they are one, too, and `parent` and `name` say by which of
 * the names it was reached last: that one a copy-up links to the upper inode. `children` and `listing` can be dropped at any time.
 */
export class OverlayInode implements Inode, Recorded<OverlayInodeState> {
  noted = 0;
  /** st_ino. Changes only where copy-up breaks a hard link. */
  ino = 0n;
  /** st_dev. */
  dev = 0;
  /** `S_IFMT` bits. */
  readonly type: FileMode;
  /** The file system of `real`. */
  fs: FileSystem;
  /** The object that is effective: the upper one, else the topmost lower one. */
  real: Inode;
  upper: Inode | undefined;
  /** Top first. All merged directories; for anything else at most the one lower object. */
  readonly lowers: readonly LowerPath[];
  /** Where the bytes of a regular file are, when not in `real`: `real` (upper or lower) has the metacopy mark then. */
  lowerData: LowerPath | UnresolvedData | undefined = undefined;
  parent: OverlayInode;
  name: string;
  readonly children: Map<string, KnownName> | undefined;
  listing: readonly DirectoryEntry[] | undefined = undefined;
  /**
   * Of an upper directory that is impure: the numbers of entries that show others than the upper ones, as they were when it
   * was listed last. Only the coming and going of what has an origin makes them anew, and a hard link does not count as
   * that: Linux goes on listing its upper number.
   */
  trueNumbers: ReadonlyMap<string, bigint> | undefined = undefined;
  /** Whiteouts are looked for in listings. Not so in a directory of one layer: there they show up ("ghosts"). */
  filtersWhiteouts = false;
  /** A lower part says that whiteouts in this directory may be files with a mark. */
  hasMarkedWhiteouts = false;
  /** The upper directory carries the opaque mark. */
  opaque = false;
  /** The upper directory carries the impure mark: something in it has an origin. */
  impure = false;
  /** Where the lower part of an upper directory or metacopy file is found, when not under its own name. */
  redirect: string | undefined = undefined;
  /** st_ino is and stays that of the lower object. */
  keepsLowerNumber = false;
  /** It has an entry in the index: what it was copied up from is known for sure, and all its names lead to this inode. */
  indexed = false;
  /** What the protattr mark of the upper object says; read when it is first asked for. */
  protection: number | undefined = undefined;
  /** How many names an indexed file has in all layers together. */
  links = 0;
  /** How many known names and open files refer to it; counted where all is indexed. */
  holders = 0;
  /** Files open on the lower object. They keep the upper one alive, too, once that has lost its name. */
  lowerFiles: Set<{ holdUpper(): void }> | undefined = undefined;
  /** A directory that was removed, or a lower file whose name was: someone may still hold it open. */
  removed = false;

  constructor(
    type: FileMode,
    upper: Inode | undefined,
    upperFs: FileSystem | undefined,
    lowers: readonly LowerPath[],
    parent: OverlayInode | undefined,
    name: string,
  ) {
    this.type = type;
    this.upper = upper;
    this.lowers = lowers;
    const top = lowers[0];
    if (upper !== undefined && upperFs !== undefined) {
      this.fs = upperFs;
      this.real = upper;
    } else if (top !== undefined) {
      this.fs = top.layer.fs;
      this.real = top.inode;
    } else {
      throw new TypeError(`overlay inode '${name}' without any layer`);
    }
    this.parent = parent ?? this;
    this.name = name;
    this.children = isDirectory(type) ? new Map<string, KnownName>() : undefined;
  }

  save(): OverlayInodeState {
    const { ino, dev, fs, real, upper, lowerData, parent, name } = this;
    const { filtersWhiteouts, opaque, impure, redirect, keepsLowerNumber, indexed, links, holders, removed } = this;
    return {
      ino,
      dev,
      fs,
      real,
      upper,
      lowerData,
      parent,
      name,
      filtersWhiteouts,
      opaque,
      impure,
      redirect,
      keepsLowerNumber,
      indexed,
      links,
      holders,
      removed,
    };
  }

  restore(state: OverlayInodeState): void {
    this.ino = state.ino;
    this.dev = state.dev;
    this.fs = state.fs;
    this.real = state.real;
    this.upper = state.upper;
    this.lowerData = state.lowerData;
    this.parent = state.parent;
    this.name = state.name;
    this.filtersWhiteouts = state.filtersWhiteouts;
    this.opaque = state.opaque;
    this.impure = state.impure;
    this.redirect = state.redirect;
    this.keepsLowerNumber = state.keepsLowerNumber;
    this.removed = state.removed;
    this.protection = undefined;
    this.listing = undefined;
    this.trueNumbers = undefined;
  }

  get isDirectory(): boolean {
    return this.children !== undefined;
  }

  /** More than one layer contributes to this directory. */
  get isMerged(): boolean {
    return this.lowers.length > (this.upper === undefined ? 1 : 0);
  }

  /** Copied up, or found with its origin: its number and its parent's impure mark depend on the lower object. */
  get hasOrigin(): boolean {
    return this.upper !== undefined && this.keepsLowerNumber;
  }
}

/** To be called before anything but `children` of an inode changes. */
export const changing = ({ recorder }: Superblock, inode: OverlayInode): void => recorder?.touch(inode);

/** Remembers what stands at a name; `undefined` forgets. */
export const setChild = (
  superblock: Superblock,
  dir: OverlayInode,
  name: string,
  known: KnownName | undefined,
): void => {
  if (dir.children === undefined) return;
  const before = dir.children.get(name);
  changeRow(superblock.recorder, dir.children, name, known);
  if (superblock.indexed !== 'all') return;
  if (typeof known === 'object') hold(superblock, known, 1);
  if (typeof before === 'object') hold(superblock, before, -1);
};

/**
 * Somebody refers to a file, or no longer does (`by` is -1). The last to let go makes it forgotten: who looks it up again
 * finds what the layers say, and with nfs_export that shows, because Linux then counts the index entry of a file with one
 * lower name as one of its names.
 */
export const hold = (superblock: Superblock, inode: OverlayInode, by: 1 | -1): void => {
  if (superblock.indexed !== 'all' || inode.isDirectory) return;
  changing(superblock, inode);
  inode.holders += by;
  const { upper } = inode;
  if (upper === undefined) return;
  if (inode.holders === 0) changeRow(superblock.recorder, superblock.links, upper, undefined);
  else if (inode.holders === 1 && by === 1) changeRow(superblock.recorder, superblock.links, upper, inode);
};

/** A file that was opened on a lower object, or closed. */
class LowerFileChange implements Delta {
  readonly #files: Set<{ holdUpper(): void }>;
  readonly #file: { holdUpper(): void };
  readonly #opened: boolean;

  constructor(files: Set<{ holdUpper(): void }>, file: { holdUpper(): void }, opened: boolean) {
    this.#files = files;
    this.#file = file;
    this.#opened = opened;
  }

  undo(): void {
    if (this.#opened) this.#files.delete(this.#file);
    else this.#files.add(this.#file);
  }

  redo(): void {
    if (this.#opened) this.#files.add(this.#file);
    else this.#files.delete(this.#file);
  }

  /** Closed again in the same step. */
  isVoid(): boolean {
    return this.#opened && !this.#files.has(this.#file);
  }
}

/** Adds a file to those open on the lower object, or takes it out. `openedIn` is the step it was opened in. */
export const changeLowerFile = (
  { recorder }: Superblock,
  inode: OverlayInode,
  file: { holdUpper(): void },
  isOpen: boolean,
  openedIn: number,
): void => {
  const files = (inode.lowerFiles ??= new Set());
  if (isOpen) files.add(file);
  else files.delete(file);
  if (recorder !== undefined && (isOpen || openedIn !== recorder.step))
    recorder.note(new LowerFileChange(files, file, isOpen));
};

/** All names of a file lead to one inode: it remembers which one was used. */
export const reachedAt = (superblock: Superblock, inode: OverlayInode, dir: OverlayInode, name: string): void => {
  if (inode.parent === dir && inode.name === name) return;
  changing(superblock, inode);
  inode.parent = dir;
  inode.name = name;
};

/** The absolute path of an inode's (last known) name, from the root of the overlay. */
export const pathOf = (inode: OverlayInode): string => {
  if (inode.parent === inode) return '/';
  let path = '';
  for (let at = inode; at.parent !== at; at = at.parent) path = `/${at.name}${path}`;
  return path;
};

/** The absolute path of `name` in `dir`. */
export const pathIn = (dir: OverlayInode, name: string): string =>
  dir.parent === dir ? `/${name}` : `${pathOf(dir)}/${name}`;
