/** Rows of an inode table whose names and bytes are a memfs volume's. */
import type { Nanoseconds } from '../clock.ts';
import type { Content } from '../content.ts';
import type { EditableContent } from '../content/editable-content.ts';
import { contentOf } from '../content/extent-content.ts';
import type { DirectoryEntry } from '../file-system.ts';
import { DirectoryInode, FileInode, type MemoryInode } from '../memory/inode.ts';
import type { FileMode } from '../mode.ts';
import { VolumeContent } from './volume-content.ts';
import type { VolumeLink, VolumeNode } from './volume.ts';

/** Which row belongs to which node. */
export interface Rows {
  rowOf(link: VolumeLink, parent: VolumeDirectory): MemoryInode;
  nodeOf(row: MemoryInode): VolumeNode;
}

export class VolumeFile extends FileInode {
  readonly #bytes: VolumeContent;

  constructor(
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    links: number,
    now: Nanoseconds,
    bytes: VolumeContent,
  ) {
    super(number, mode, uid, gid, links, now, bytes);
    this.#bytes = bytes;
  }

  override edit(): EditableContent {
    return this.#bytes;
  }

  /** A copy: memfs writes in place, so that its buffer cannot be anybody else's constant. */
  override freeze(): Content {
    return contentOf(this.#bytes.copy());
  }

  override replace(content: Content): void {
    this.#bytes.replace(content);
  }

  override seek(offset: number, whence: 'data' | 'hole'): number | undefined {
    return this.#bytes.seek(offset, whence);
  }
}

export class VolumeDirectory extends DirectoryInode {
  readonly #rows: Rows;
  /** Its place in the volume; a new directory has none until it is attached. */
  link: VolumeLink | undefined;

  constructor(
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    now: Nanoseconds,
    parent: DirectoryInode | undefined,
    rows: Rows,
    link?: VolumeLink,
  ) {
    super(number, mode, uid, gid, now, parent);
    this.#rows = rows;
    this.link = link;
  }

  override get(name: string): MemoryInode | undefined {
    if (name === '.' || name === '..') return undefined;
    const child = this.link?.children.get(name);
    return child === undefined ? undefined : this.#rows.rowOf(child, this);
  }

  override get count(): number {
    let count = 0;
    this.#forEach(() => count++);
    return count;
  }

  /** Made anew each time, because the volume may have been changed behind our back. */
  override list(): readonly DirectoryEntry[] {
    const listing: DirectoryEntry[] = [];
    this.#forEach((child, name) => {
      const row = this.#rows.rowOf(child, this);
      listing.push({ name, ino: row.ino, type: row.type });
    });
    return Object.freeze(listing);
  }

  override attach(name: string, child: MemoryInode): void {
    const link = this.link;
    if (link === undefined) return;
    if (child instanceof VolumeDirectory && child.link !== undefined) {
      child.link.name = name;
      link.setChild(name, child.link);
      child.link.syncSteps();
      return;
    }
    const node = this.#rows.nodeOf(child);
    const made = link.createChild(name, node);
    if (child instanceof VolumeDirectory) child.link = made;
    else node.nlink++;
  }

  override detach(name: string): void {
    const child = this.link?.children.get(name);
    if (child === undefined) return;
    const node = child.getNode();
    this.link?.deleteChild(child);
    if (!node.isDirectory()) node.nlink--;
  }

  /** Calls `visit` for every child, `.` and `..` left out. */
  #forEach(visit: (child: VolumeLink, name: string) => void): void {
    this.link?.children.forEach((child, name) => {
      if (child !== undefined && name !== '.' && name !== '..') visit(child, name);
    });
  }
}
