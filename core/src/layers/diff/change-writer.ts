/** Turns changes into tar entries as containerd's ChangeWriter does. */
import {
  isDirectory,
  isRegular,
  isSymlink,
  majorOf,
  minorOf,
  type Inode,
  type Nanoseconds,
  PERMISSION_BITS,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  type Stat,
  type Tree,
} from '../../fs/index.ts';
import { CAPABILITY } from '../capability.ts';
import {
  TYPE_BLOCK,
  TYPE_CHAR,
  TYPE_DIRECTORY,
  TYPE_FIFO,
  TYPE_LINK,
  TYPE_REGULAR,
  TYPE_SYMLINK,
} from '../tar/entry.ts';
import { encodeHeader, type HeaderFields, paddingOf } from '../tar/writer.ts';
import { WHITEOUT_PREFIX } from '../whiteout-names.ts';
import type { Change } from './changes.ts';
import { readPieces } from './read-pieces.ts';
import { capabilityOf } from './same-file.ts';

const TYPES: ReadonlyMap<number, number> = new Map([
  [S_IFREG, TYPE_REGULAR],
  [S_IFDIR, TYPE_DIRECTORY],
  [S_IFLNK, TYPE_SYMLINK],
  [S_IFCHR, TYPE_CHAR],
  [S_IFBLK, TYPE_BLOCK],
  [S_IFIFO, TYPE_FIFO],
]);

/** Something in the upper tree: its path without the leading slash, and what is there. */
interface Found {
  readonly path: string;
  readonly inode: Inode;
  readonly stat: Stat;
}

type Pieces = Generator<Uint8Array, void>;

const ZEROS = new Uint8Array(512);

export class ChangeWriter {
  readonly #upper: Tree;
  readonly #latest: Nanoseconds | undefined;
  /** Directories that have an entry. A directory precedes whatever is written below it. */
  readonly #directories = new Set<string>();
  /**
   * Of files with several names, by inode number: the name that was written first, which the others link to. By number,
   * because overlayfs has an inode object of its own for each name of a lower file, and shows the lower number on all.
   */
  readonly #written = new Map<bigint, string>();
  /** Unchanged names seen before any was written: they follow as links, if one is. */
  readonly #unchanged = new Map<bigint, string[]>();

  /** Modification times after `latest` are written as `latest`. */
  constructor(upper: Tree, latest?: Nanoseconds) {
    this.#upper = upper;
    this.#latest = latest;
  }

  /** The entries that a change makes, as pieces of tar. */
  *write(change: Change): Pieces {
    const path = change.path.slice(1);
    if (change.kind === 'delete') yield* this.#writeWhiteout(path);
    else yield* this.#writeFile({ path, inode: change.inode, stat: change.stat }, change.kind === 'unmodified');
  }

  *#writeWhiteout(path: string): Pieces {
    const cut = path.lastIndexOf('/') + 1;
    yield* this.#writeParents(path);
    yield encodeHeader({
      name: path.slice(0, cut) + WHITEOUT_PREFIX + path.slice(cut),
      linkname: '',
      type: TYPE_REGULAR,
      mode: 0,
      uid: 0,
      gid: 0,
      size: 0,
      // Since containerd 2.0; before, whiteouts had the time of the commit and no two commits the same digest.
      mtime: 0n,
      devmajor: 0,
      devminor: 0,
      xattrs: undefined,
    });
  }

  *#writeFile(found: Found, unmodified: boolean): Pieces {
    const { path, inode, stat } = found;
    const type = TYPES.get(stat.mode & S_IFMT);
    // Sockets have no place in a tar archive.
    if (type === undefined) return;
    const several = !isDirectory(stat.mode) && stat.nlink > 1;
    const first = several ? this.#written.get(stat.ino) : undefined;
    if (unmodified && first === undefined) {
      if (several) this.#unchanged.set(stat.ino, [...(this.#unchanged.get(stat.ino) ?? []), path]);
      return;
    }
    yield* this.#writeParents(path);
    const header = this.#header(found, type);
    if (first !== undefined) {
      yield encodeHeader({ ...header, type: TYPE_LINK, linkname: first, size: 0 });
      return;
    }
    if (isDirectory(stat.mode)) this.#directories.add(path);
    yield encodeHeader(header);
    if (isRegular(stat.mode)) {
      yield* readPieces(this.#upper.fs, inode, stat.size);
      yield ZEROS.subarray(0, paddingOf(stat.size));
    }
    if (!several) return;
    this.#written.set(stat.ino, path);
    for (const name of this.#unchanged.get(stat.ino) ?? []) {
      yield* this.#writeParents(name);
      yield encodeHeader({ ...header, name, type: TYPE_LINK, linkname: path, size: 0 });
    }
    this.#unchanged.delete(stat.ino);
  }

  /** The directories above a path that have no entry yet, as they are now. The root never has one. */
  *#writeParents(path: string): Pieces {
    const cut = path.lastIndexOf('/');
    if (cut < 0) return;
    const parent = path.slice(0, cut);
    if (this.#directories.has(parent)) return;
    let inode = this.#upper.root;
    for (const name of parent.split('/')) inode = this.#upper.fs.lookup(inode, name) ?? inode;
    yield* this.#writeFile({ path: parent, inode, stat: this.#upper.fs.getattr(inode) }, false);
  }

  #header({ path, inode, stat }: Found, type: number): HeaderFields {
    const capability = capabilityOf({ fs: this.#upper.fs, inode });
    const late = this.#latest !== undefined && stat.mtime > this.#latest;
    const device = type === TYPE_CHAR || type === TYPE_BLOCK;
    return {
      name: type === TYPE_DIRECTORY ? `${path}/` : path,
      linkname: isSymlink(stat.mode) ? this.#upper.fs.readlink(inode) : '',
      type,
      mode: stat.mode & PERMISSION_BITS,
      uid: stat.uid,
      gid: stat.gid,
      size: isRegular(stat.mode) ? stat.size : 0,
      mtime: late && this.#latest !== undefined ? this.#latest : stat.mtime,
      devmajor: device ? majorOf(stat.rdev) : 0,
      devminor: device ? minorOf(stat.rdev) : 0,
      xattrs: capability === undefined ? undefined : new Map([[CAPABILITY, capability]]),
    };
  }
}
