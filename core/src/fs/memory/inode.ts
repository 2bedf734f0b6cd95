/**
 * The inode table's rows. One class for each kind of body, all with the same leading fields, so that the engine
 * reads a mode or an owner at one offset whatever the kind.
 *
 *   DirectoryInode ── entries: name → inode (in order of creation) ──▶ FileInode ── data ──▶ Content
 *        ▲  └─ parent                                                  SymlinkInode ── target
 *        └───────────────────────────────────────────────────────────  NodeInode ── rdev
 *
 * A row is small on purpose: a layer has tens of thousands of them. What most objects lack (extended attributes,
 * the entries of an empty directory, a listing nobody asked for) is allocated when it is first needed, the times of
 * one event are one shared bigint, and the bigint inode number is made from a small integer when it is asked for.
 */
import type { Nanoseconds } from '../clock.ts';
import type { Content } from '../content.ts';
import { ContentEditor } from '../content/content-editor.ts';
import type { EditableContent } from '../content/editable-content.ts';
import { EMPTY_CONTENT } from '../content/extent-content.ts';
import { fail } from '../errno.ts';
import type { DirectoryEntry, Inode } from '../file-system.ts';
import { S_IFMT, type FileMode } from '../mode.ts';

export type Xattrs = Map<string, Uint8Array>;

export abstract class MemoryInode implements Inode {
  readonly number: number;
  mode: FileMode;
  uid: number;
  gid: number;
  links: number;
  atime: Nanoseconds;
  mtime: Nanoseconds;
  ctime: Nanoseconds;
  readonly btime: Nanoseconds;
  xattrs: Xattrs | undefined;
  /** FS_*_FL. */
  flags: number;

  constructor(number: number, mode: FileMode, uid: number, gid: number, links: number, now: Nanoseconds) {
    this.number = number;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.links = links;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
    this.btime = now;
    this.xattrs = undefined;
    this.flags = 0;
  }

  /** To be called before a field changes. A row whose file system has a history notes what it was. */
  changing(): void {}

  get type(): FileMode {
    return this.mode & S_IFMT;
  }

  get ino(): bigint {
    return BigInt(this.number);
  }
}

export class FileInode extends MemoryInode {
  data: Content;
  /** Opens that keep the bytes alive after the last name is gone. */
  opens: number;
  /** Made by O_TMPFILE and not linked yet: the one kind of inode without a name that link(2) takes. */
  linkable: boolean;

  constructor(
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    links: number,
    now: Nanoseconds,
    data: Content = EMPTY_CONTENT,
  ) {
    super(number, mode, uid, gid, links, now);
    this.data = data;
    this.opens = 0;
    this.linkable = links === 0;
  }

  /** The bytes, ready to be written to: whoever holds them as a content keeps what they were. */
  edit(): EditableContent {
    const data = this.data;
    if (data instanceof ContentEditor) return data;
    const editor = new ContentEditor(data);
    this.data = editor;
    return editor;
  }

  /** The bytes as a value that no later write changes. */
  freeze(): Content {
    if (this.data instanceof ContentEditor) this.data = this.data.finish();
    return this.data;
  }

  replace(content: Content): void {
    this.data = content;
  }

  /** lseek(2) SEEK_DATA / SEEK_HOLE; `undefined` = ENXIO. */
  seek(offset: number, whence: 'data' | 'hole'): number | undefined {
    const { data } = this;
    return (data instanceof ContentEditor ? data : new ContentEditor(data)).seek(offset, whence);
  }
}

export class DirectoryInode extends MemoryInode {
  parent: DirectoryInode;
  entries: Map<string, MemoryInode> | undefined;
  /** What `list` answered last; dropped at every change. */
  listing: readonly DirectoryEntry[] | undefined;

  constructor(number: number, mode: FileMode, uid: number, gid: number, now: Nanoseconds, parent?: DirectoryInode) {
    super(number, mode, uid, gid, 2, now);
    this.parent = parent ?? this;
    this.entries = undefined;
    this.listing = undefined;
  }

  get(name: string): MemoryInode | undefined {
    return this.entries === undefined ? undefined : this.entries.get(name);
  }

  get count(): number {
    return this.entries === undefined ? 0 : this.entries.size;
  }

  list(): readonly DirectoryEntry[] {
    if (this.listing !== undefined) return this.listing;
    const listing: DirectoryEntry[] = [];
    this.entries?.forEach((child, name) => listing.push({ name, ino: child.ino, type: child.type }));
    this.listing = Object.freeze(listing);
    return listing;
  }

  /** Adds a name that is not there. */
  attach(name: string, child: MemoryInode): void {
    (this.entries ??= new Map()).set(name, child);
    this.listing = undefined;
  }

  /** Removes a name that is there. */
  detach(name: string): void {
    if (this.entries?.size === 1) this.entries = undefined;
    else this.entries?.delete(name);
    this.listing = undefined;
  }
}

export class SymlinkInode extends MemoryInode {
  readonly target: string;
  /** Bytes of the target. */
  readonly length: number;

  constructor(
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    now: Nanoseconds,
    target: string,
    length: number,
  ) {
    super(number, mode, uid, gid, 1, now);
    this.target = target;
    this.length = length;
  }
}

/** A device, fifo or socket. */
export class NodeInode extends MemoryInode {
  readonly rdev: number;

  constructor(number: number, mode: FileMode, uid: number, gid: number, now: Nanoseconds, rdev: number) {
    super(number, mode, uid, gid, 1, now);
    this.rdev = rdev;
  }
}

export const asInode = (inode: Inode): MemoryInode =>
  inode instanceof MemoryInode ? inode : fail('ESTALE', `inode ${inode.ino} belongs to another file system`);

export const asDirectory = (inode: Inode): DirectoryInode =>
  inode instanceof DirectoryInode ? inode : fail('ENOTDIR');

/** A regular file, for what only those can do: EISDIR for a directory, EINVAL for everything else. */
export const asFile = (inode: Inode): FileInode =>
  inode instanceof FileInode ? inode : fail(inode instanceof DirectoryInode ? 'EISDIR' : 'EINVAL');

/** Makes the rows. The table in memory and the one over a memfs volume differ in nothing else. */
export interface InodeTable {
  readonly root: DirectoryInode;
  /** Bytes; beyond it: EFBIG. */
  readonly largestFile: number;
  file(mode: FileMode, uid: number, gid: number, links: number, now: Nanoseconds): FileInode;
  directory(mode: FileMode, uid: number, gid: number, now: Nanoseconds, parent: DirectoryInode): DirectoryInode;
  symlink(mode: FileMode, uid: number, gid: number, now: Nanoseconds, target: string, length: number): SymlinkInode;
  node(mode: FileMode, uid: number, gid: number, now: Nanoseconds, rdev: number): NodeInode;
}
