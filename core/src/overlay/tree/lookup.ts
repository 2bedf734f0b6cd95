import type { FileSystem, Inode } from '../../fs/index.ts';
import { fail, S_IFDIR, S_IFREG } from '../../fs/index.ts';
import { changeRow } from '../../timeline/index.ts';
import type { LowerLayer, LowerPath, Superblock } from '../superblock.ts';
import { kernelLog } from '../superblock.ts';
import { findIndexEntry } from '../inode-index/index-entry.ts';
import { readLinks } from '../inode-index/indexed-inode.ts';
import { canCarry, hasMark, opaqueValue } from '../xattr/marks.ts';
import { decodeOrigin, encodeOrigin, equalHandles } from '../xattr/origin.ts';
import { fixOrigin } from '../xattr/upper-marks.ts';
import { assignNumbers } from './inode-numbers.ts';
import { isMetacopyFile } from './lower-data.ts';
import { ABSENT, type KnownName, OverlayInode, pathIn, reachedAt, setChild, WHITEOUT } from './overlay-inode.ts';
import { readRedirect } from './redirect.ts';
import { isWhiteout } from './whiteouts.ts';

/**
 * The inode at `name` in `dir`, from memory or from the layers; `undefined` = ENOENT. Throws EPERM for a metacopy file
 * (metacopy=off) or a redirect that must not be followed, EINVAL for a malformed redirect, EIO for a metacopy file whose
 * bytes are nowhere or an index entry that cannot be, ESTALE for a metacopy file of another lower one (index=on), ELOOP
 * for a layer's own root.
 */
export const lookup = (superblock: Superblock, dir: OverlayInode, name: string): OverlayInode | undefined => {
  const known = lookupKnown(superblock, dir, name);
  return typeof known === 'object' ? known : undefined;
};

/** Like `lookup`, telling a whiteout in the upper layer from plain absence. */
export const lookupKnown = (superblock: Superblock, dir: OverlayInode, name: string): KnownName => {
  const { children } = dir;
  if (children === undefined) return fail('ENOTDIR');
  let known = children.get(name);
  if (known === undefined) {
    known = dir.removed ? ABSENT : new Search(superblock, dir, name).run();
    setChild(superblock, dir, name, known);
  }
  if (superblock.indexed !== 'none' && typeof known === 'object') reachedAt(superblock, known, dir, name);
  return known;
};

/**
 * Whether a lower layer shows something at `name` in `dir`: removing an upper object there then leaves a whiteout.
 * The topmost lower that has the name decides; what was merged or redirected into the object does not matter.
 */
export const lowerHas = (superblock: Superblock, dir: OverlayInode, name: string): boolean => {
  for (const { layer, inode } of dir.lowers) {
    const found = layer.fs.lookup(inode, name);
    if (found !== undefined) return !isWhiteout(superblock, layer.fs, found);
  }
  return false;
};

/** One walk down the layers for one name. */
class Search {
  readonly #superblock: Superblock;
  readonly #dir: OverlayInode;
  readonly #name: string;
  /** What to look for in the next layer: the name, or (after an absolute redirect) a path from the layer's root. */
  #wanted: string;
  #redirect: string | undefined = undefined;
  /** No layer below may be asked. */
  #stop = false;
  #opaque = false;
  #foundDirectory = false;
  /** What was found last is a file whose bytes are further down. */
  #metacopy = false;
  #isAbsolute = false;
  /** The directory found last may hold whiteouts that are files with a mark. */
  #isMarking = false;
  /** One of the directories that merge here may. */
  #hasMarkedWhiteouts = false;
  /** The handle of what the object was copied up from, or will be: what the index is asked for. */
  #origin: Uint8Array | undefined = undefined;

  constructor(superblock: Superblock, dir: OverlayInode, name: string) {
    this.#superblock = superblock;
    this.#dir = dir;
    this.#name = name;
    this.#wanted = name;
  }

  run(): KnownName {
    const { upper, links, followRedirects, dataLowers, indexed } = this.#superblock;
    let inUpper: Inode | undefined;
    if (upper !== undefined && this.#dir.upper !== undefined) {
      inUpper = upper.fs.lookup(this.#dir.upper, this.#name);
      if (inUpper !== undefined) {
        if (isWhiteout(this.#superblock, upper.fs, inUpper)) return WHITEOUT;
        // Where redirects are not followed, an upper directory with nothing below its parent has nothing to say.
        const isLast = !followRedirects && dataLowers.length === 0 && this.#dir.lowers.length === 0;
        this.#meet(upper.fs, inUpper, '', '', isLast);
      }
    }
    const upperOpaque = this.#opaque;
    let upperRedirect = this.#redirect;
    const isUpperMetacopy = this.#metacopy;
    const found = this.#stop ? NO_LOWERS : this.#searchLowers(inUpper);
    let data = this.#dataOf(found, isUpperMetacopy);
    const entry = indexed === 'none' ? undefined : this.#indexEntry(inUpper, found);
    // The name is a lower one, but its inode has been copied up under another.
    const isAlias = inUpper === undefined && entry !== undefined && entry.type !== S_IFDIR;
    if (isAlias && upper !== undefined) {
      upperRedirect = readRedirect(this.#superblock, upper.fs, entry);
      data = isMetacopyFile(this.#superblock, upper.fs, entry, this.#name) ? (data ?? found[0]) : undefined;
    }
    const upperInode = isAlias ? entry : inUpper;
    const effective = upperInode ?? found[0]?.inode;
    if (effective === undefined) return ABSENT;
    const isShared = effective.type !== S_IFDIR && (upperInode !== undefined || indexed !== 'none');
    const known = isShared ? links.get(effective) : undefined;
    if (known !== undefined) return known;
    const lowers = effective.type === S_IFDIR || found.length < 2 ? found : found.slice(0, 1);
    const inode = new OverlayInode(effective.type, upperInode, upper?.fs, lowers, this.#dir, this.#name);
    inode.noted = this.#superblock.recorder?.step ?? 0;
    inode.lowerData = data;
    inode.opaque = upperOpaque;
    inode.redirect = upperRedirect;
    inode.indexed = entry !== undefined;
    inode.hasMarkedWhiteouts = this.#hasMarkedWhiteouts;
    if (inode.children !== undefined) this.#readDirectoryMarks(inode);
    else if (isShared) {
      const { nlink } = inode.fs.getattr(effective);
      if (nlink > 1) changeRow(this.#superblock.recorder, links, effective, inode);
      if (entry !== undefined && this.#origin !== undefined) {
        inode.links = readLinks(this.#superblock, entry, this.#origin, nlink);
      }
    }
    assignNumbers(this.#superblock, inode);
    return inode;
  }

  /** What the index has about the object. */
  #indexEntry(inUpper: Inode | undefined, found: readonly LowerPath[]): Inode | undefined {
    const { indexed, marks, upper } = this.#superblock;
    const top = found[0];
    if (inUpper === undefined) {
      if (top === undefined || (top.inode.type === S_IFDIR && indexed !== 'all')) return undefined;
      this.#origin = encodeOrigin(top.layer, top.inode);
      return findIndexEntry(this.#superblock, this.#origin, top.inode.type, undefined);
    }
    if (inUpper.type === S_IFDIR) {
      // Only an origin that was checked in the search counts.
      return this.#origin && findIndexEntry(this.#superblock, this.#origin, S_IFDIR, inUpper);
    }
    const origin = canCarry(marks, inUpper.type) ? upper?.fs.getxattr(inUpper, marks.origin) : undefined;
    if (origin === undefined || decodeOrigin(this.#superblock, origin) === undefined) return undefined;
    if (top !== undefined && !equalHandles(origin, encodeOrigin(top.layer, top.inode))) fail('ESTALE');
    this.#origin = origin;
    return findIndexEntry(this.#superblock, origin, inUpper.type, inUpper);
  }

  #readDirectoryMarks(inode: OverlayInode): void {
    const { marks, directories } = this.#superblock;
    const hasOrigin = hasMark(inode.fs, inode.real, marks.origin);
    inode.filtersWhiteouts = inode.isMerged || hasOrigin;
    if (inode.upper !== undefined) inode.impure = hasMark(inode.fs, inode.upper, marks.impure);
    // Two upper directories cannot both continue in one lower directory: redirects made by hand may ask for that.
    const top = inode.lowers[0];
    if (top === undefined) return;
    const other = directories.get(top.inode);
    if (other !== undefined && !other.removed && other.upper !== inode.upper) fail('ESTALE');
    changeRow(this.#superblock.recorder, directories, top.inode, inode);
  }

  /** Where the bytes of a metacopy file are. EIO when no layer has them. */
  #dataOf(found: readonly LowerPath[], isUpperMetacopy: boolean): OverlayInode['lowerData'] {
    // Data-only layers are searched when the bytes are wanted, whether or not metacopy and redirects are allowed.
    if (this.#metacopy && found.length > 0 && this.#isAbsolute && this.#superblock.dataLowers.length > 0) {
      return { redirect: this.#redirect ?? '' };
    }
    this.#checkMayFollow();
    if (this.#metacopy || (isUpperMetacopy && found.length === 0)) {
      kernelLog(
        this.#superblock,
        `metacopy with no lower data found - abort lookup (${pathIn(this.#dir, this.#name)})`,
      );
      fail('EIO');
    }
    const holdsFile = found.length > 1 ? !this.#foundDirectory : isUpperMetacopy;
    return holdsFile ? found.at(-1) : undefined;
  }

  #checkMayFollow(): void {
    const { metacopy, followRedirects } = this.#superblock;
    const isMetacopyRefused = this.#metacopy && !metacopy;
    if (!isMetacopyRefused && (this.#redirect === undefined || followRedirects)) return;
    const what = isMetacopyRefused ? 'metacopy origin' : 'redirect';
    kernelLog(this.#superblock, `refusing to follow ${what} for (${pathIn(this.#dir, this.#name)})`);
    fail('EPERM');
  }

  #searchLowers(inUpper: Inode | undefined): readonly LowerPath[] {
    const { root, lowers, dataLowers, followRedirects } = this.#superblock;
    const found: LowerPath[] = [];
    let stack = this.#wanted.startsWith('/') ? root.lowers : this.#dir.lowers;
    for (let at = 0; at < stack.length && !this.#stop; at++) {
      this.#checkMayFollow();
      const { layer, inode } = stack[at] as LowerPath;
      const wantedBefore = this.#wanted;
      // The lowest one's marks lead nowhere. A redirect may lead from a directory of few layers to all of them.
      let isLast = at === stack.length - 1;
      if (followRedirects || dataLowers.length > 0) {
        isLast = (this.#foundDirectory || dataLowers.length === 0) && layer.index === lowers.length - 1;
      }
      this.#isMarking = false;
      const here = this.#searchLayer(layer.fs, layer.root, inode, isLast);
      if (here === undefined) continue;
      if (this.#isMarking) {
        this.#superblock.markedLayers.add(layer);
        this.#hasMarkedWhiteouts = true;
      }
      if (inUpper?.type === S_IFDIR && found.length === 0 && !this.#isVerified(inUpper, layer, here)) break;
      // Of a chain of metacopy files only the first and the one with the bytes count.
      if (!this.#metacopy || found.length === 0) found.push({ layer, inode: here });
      // An absolute redirect met in this layer: the next ones are searched from their roots.
      if (this.#wanted !== wantedBefore && this.#wanted.startsWith('/')) {
        stack = root.lowers;
        at = layer.index;
      }
    }
    return found;
  }

  /**
   * A stat is enough to write: the merged directory gets the origin that it lacks, even on a read-only mount. With an
   * index of all objects it merges only with the directory that is its origin.
   */
  #isVerified(inUpper: Inode, layer: LowerLayer, lower: Inode): boolean {
    const { indexed, marks, upper } = this.#superblock;
    fixOrigin(this.#superblock, this.#dir, inUpper, layer, lower);
    if (indexed !== 'all') return true;
    const origin = encodeOrigin(layer, lower);
    const mark = upper?.fs.getxattr(inUpper, marks.origin);
    if (mark === undefined || !equalHandles(mark, origin)) return false;
    this.#origin = origin;
    return true;
  }

  /** The object that one layer shows for what is wanted. */
  #searchLayer(fs: FileSystem, root: Inode, dir: Inode, isLast: boolean): Inode | undefined {
    if (!this.#wanted.startsWith('/')) return this.#step(fs, dir, this.#wanted, '', '', isLast);
    const parts = this.#wanted.slice(1).split('/');
    let before = '/';
    let at: Inode | undefined = root;
    for (let index = 0; index < parts.length && at !== undefined; index++) {
      const part = parts[index] as string;
      const rest = parts.slice(index + 1);
      at = this.#step(fs, at, part, before, rest.length === 0 ? '' : `/${rest.join('/')}`, isLast);
      before += `${part}/`;
    }
    return at;
  }

  /** One component, with what stands before and after it in the path that is wanted. */
  #step(fs: FileSystem, dir: Inode, name: string, before: string, after: string, isLast: boolean): Inode | undefined {
    const found = fs.lookup(dir, name);
    if (found === undefined) return undefined;
    // A whiteout ends the search; so does a file in the middle, which also hides what is beneath it.
    const isDirectory = found.type === S_IFDIR;
    if (!isDirectory && (this.#foundDirectory || after !== '' || isWhiteout(this.#superblock, fs, found))) {
      this.#stop = true;
      return undefined;
    }
    // The bytes of a metacopy file are in a regular file, or nowhere.
    if (this.#metacopy && after === '' && found.type !== S_IFREG) {
      this.#stop = true;
      return undefined;
    }
    this.#meet(fs, found, before, after, isLast);
    return found;
  }

  /** Reads the marks of an object that was found, and settles where the search goes on. */
  #meet(fs: FileSystem, inode: Inode, before: string, after: string, isLast: boolean): void {
    const superblock = this.#superblock;
    if (inode.type !== S_IFDIR) {
      this.#metacopy = isMetacopyFile(superblock, fs, inode, this.#name);
      this.#stop = !this.#metacopy;
      if (!this.#metacopy || isLast) return;
    } else {
      if (superblock.traps.has(inode)) fail('ELOOP');
      if (after === '') this.#foundDirectory = true;
      if (isLast) return;
      const isMarked = fs.listxattr(inode).length > 0;
      const opaque = isMarked ? opaqueValue(fs, inode, superblock.marks) : undefined;
      if (after === '') this.#isMarking = opaque === 'x';
      if (opaque === 'y') {
        this.#stop = true;
        this.#opaque = after === '';
        return;
      }
      // Even a directory without marks on the way to a metacopy file makes Linux forget that its redirect was absolute.
      this.#isAbsolute = false;
      if (!isMarked) return;
    }
    const redirect = readRedirect(superblock, fs, inode);
    this.#isAbsolute = redirect?.startsWith('/') === true;
    if (redirect === undefined) return;
    this.#redirect = (redirect.startsWith('/') ? redirect : before + redirect) + after;
    this.#wanted = this.#redirect;
    // An absolute redirect below an opaque directory goes on, because it leaves that directory.
    if (this.#isAbsolute) this.#stop = false;
  }
}

const NO_LOWERS: readonly LowerPath[] = Object.freeze([]);
