/** What a file system may hold, and what it holds: the figures of statfs(2) and the reason for ENOSPC. */
import type { Recorded, Recorder } from '../../timeline/index.ts';
import { fail } from '../errno.ts';
import { PAGE_SIZE } from '../content/extent.ts';
import type { StatFs } from '../file-system.ts';
import { NAME_MAX } from '../names.ts';
import { FileInode, type MemoryInode, SymlinkInode } from './inode.ts';

/** f_type of tmpfs (linux/magic.h). */
export const TMPFS_MAGIC = 0x01021994;

export interface SpaceOptions {
  /** Bytes of file data, whole pages; default 1 TiB. More is ENOSPC. */
  readonly capacity?: number;
  /** Inodes, hard links counting too, as on tmpfs; default 2^31. More is ENOSPC. */
  readonly inodes?: number;
}

/** What is in use. */
interface SpaceState {
  readonly bytes: number;
  readonly inodes: number;
}

export class Space implements Recorded<SpaceState> {
  noted: number;
  readonly #capacity: number;
  readonly #inodes: number;
  readonly #recorder: Recorder | undefined;
  #usedBytes = 0;
  #usedInodes = 0;

  constructor(options: SpaceOptions, recorder?: Recorder) {
    this.#recorder = recorder;
    this.noted = recorder?.step ?? 0;
    const capacity = options.capacity ?? 2 ** 40;
    this.#capacity = capacity - (capacity % PAGE_SIZE);
    this.#inodes = options.inodes ?? 2 ** 31;
  }

  fits(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#capacity;
  }

  /** ENOSPC unless one more inode or link fits. */
  checkInode(): void {
    if (this.#usedInodes >= this.#inodes) fail('ENOSPC');
  }

  addBytes(bytes: number): void {
    this.#recorder?.touch(this);
    this.#usedBytes += bytes;
  }

  addInodes(count: number): void {
    this.#recorder?.touch(this);
    this.#usedInodes += count;
  }

  save(): SpaceState {
    return { bytes: this.#usedBytes, inodes: this.#usedInodes };
  }

  restore({ bytes, inodes }: SpaceState): void {
    this.#usedBytes = bytes;
    this.#usedInodes = inodes;
  }

  statfs(): StatFs {
    const free = (this.#capacity - this.#usedBytes) / PAGE_SIZE;
    return {
      type: TMPFS_MAGIC,
      bsize: PAGE_SIZE,
      blocks: this.#capacity / PAGE_SIZE,
      bfree: free,
      bavail: free,
      files: this.#inodes,
      ffree: this.#inodes - this.#usedInodes,
      namelen: NAME_MAX,
    };
  }
}

/** A symlink target up to this many bytes lies in the inode; a longer one takes a page (tmpfs, measured). */
const INLINE_TARGET = 127;

/** Bytes that a symlink with a target of `length` bytes occupies. */
export const targetBytes = (length: number): number => (length > INLINE_TARGET ? PAGE_SIZE : 0);

/** Gives a file back that has neither name nor open. */
export const releaseIfUnused = (file: FileInode, space: Space): void => {
  if (file.links > 0 || file.opens > 0) return;
  space.addBytes(-file.data.allocated);
  space.addInodes(-1);
};

/** Gives back what a name held that was just removed; an open file stays until its last close. */
export const releaseName = (inode: MemoryInode, space: Space): void => {
  if (inode instanceof FileInode && inode.links === 0) return releaseIfUnused(inode, space);
  space.addInodes(-1);
  if (inode instanceof SymlinkInode && inode.links === 0) space.addBytes(-targetBytes(inode.length));
};
