/** `fs.Stats`, `fs.BigIntStats` and `fs.Dirent` as Node shapes them. */
import {
  type FileMode,
  type Nanoseconds,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
} from '../../fs/index.ts';

/** The questions that Stats and Dirent have in common. */
abstract class FileType {
  readonly #type: FileMode;

  constructor(mode: FileMode) {
    this.#type = mode & S_IFMT;
  }

  isFile(): boolean {
    return this.#type === S_IFREG;
  }
  isDirectory(): boolean {
    return this.#type === S_IFDIR;
  }
  isSymbolicLink(): boolean {
    return this.#type === S_IFLNK;
  }
  isBlockDevice(): boolean {
    return this.#type === S_IFBLK;
  }
  isCharacterDevice(): boolean {
    return this.#type === S_IFCHR;
  }
  isFIFO(): boolean {
    return this.#type === S_IFIFO;
  }
  isSocket(): boolean {
    return this.#type === S_IFSOCK;
  }
}

const NS_PER_MS = 1_000_000n;

/** Milliseconds with a fraction. */
const msOf = (time: Nanoseconds): number => Number(time / NS_PER_MS) + Number(time % NS_PER_MS) / 1e6;

const dateOf = (time: Nanoseconds): Date => new Date(Number(time / NS_PER_MS));

/** What `fs.stat` answers: times in milliseconds with a fraction, and as `Date`. */
export class NodeStats extends FileType {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
  readonly birthtime: Date;

  constructor(stat: Stat) {
    super(stat.mode);
    this.dev = stat.dev;
    this.ino = Number(stat.ino);
    this.mode = stat.mode;
    this.nlink = stat.nlink;
    this.uid = stat.uid;
    this.gid = stat.gid;
    this.rdev = stat.rdev;
    this.size = stat.size;
    this.blksize = stat.blksize;
    this.blocks = stat.blocks;
    this.atimeMs = msOf(stat.atime);
    this.mtimeMs = msOf(stat.mtime);
    this.ctimeMs = msOf(stat.ctime);
    this.birthtimeMs = msOf(stat.btime);
    this.atime = dateOf(stat.atime);
    this.mtime = dateOf(stat.mtime);
    this.ctime = dateOf(stat.ctime);
    this.birthtime = dateOf(stat.btime);
  }
}

/** With `{ bigint: true }`: every number a bigint, and times in nanoseconds as well. */
export class NodeBigIntStats extends FileType {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
  readonly nlink: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly rdev: bigint;
  readonly size: bigint;
  readonly blksize: bigint;
  readonly blocks: bigint;
  readonly atimeMs: bigint;
  readonly mtimeMs: bigint;
  readonly ctimeMs: bigint;
  readonly birthtimeMs: bigint;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly birthtimeNs: bigint;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
  readonly birthtime: Date;

  constructor(stat: Stat) {
    super(stat.mode);
    this.dev = BigInt(stat.dev);
    this.ino = stat.ino;
    this.mode = BigInt(stat.mode);
    this.nlink = BigInt(stat.nlink);
    this.uid = BigInt(stat.uid);
    this.gid = BigInt(stat.gid);
    this.rdev = BigInt(stat.rdev);
    this.size = BigInt(stat.size);
    this.blksize = BigInt(stat.blksize);
    this.blocks = BigInt(stat.blocks);
    this.atimeNs = stat.atime;
    this.mtimeNs = stat.mtime;
    this.ctimeNs = stat.ctime;
    this.birthtimeNs = stat.btime;
    this.atimeMs = stat.atime / NS_PER_MS;
    this.mtimeMs = stat.mtime / NS_PER_MS;
    this.ctimeMs = stat.ctime / NS_PER_MS;
    this.birthtimeMs = stat.btime / NS_PER_MS;
    this.atime = dateOf(stat.atime);
    this.mtime = dateOf(stat.mtime);
    this.ctime = dateOf(stat.ctime);
    this.birthtime = dateOf(stat.btime);
  }
}

/** An entry of `fs.readdir` with `withFileTypes`. */
export class NodeDirent extends FileType {
  readonly name: string;
  /** The directory it is in, as it was named by the caller. */
  readonly parentPath: string;

  constructor(name: string, parentPath: string, type: FileMode) {
    super(type);
    this.name = name;
    this.parentPath = parentPath;
  }

  /** `parentPath` by its older name. */
  get path(): string {
    return this.parentPath;
  }
}
