import type { OpenFile } from '../../fs/index.ts';
import { O_ACCMODE, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../../fs/index.ts';
import type { Recorded } from '../../timeline/index.ts';
import type { Superblock } from '../superblock.ts';
import { bytesOf } from '../tree/lower-data.ts';
import { changeLowerFile, hold, type OverlayInode, reachedAt } from '../tree/overlay-inode.ts';
import { type Cause, copyUp } from './copy-up/copy-up.ts';

/**
 * Opens a regular file. Opening for writing copies up, whether or not anything is written; O_TRUNC copies up an empty
 * file with any access mode. Access mode 3 (neither reading nor writing) does not.
 */
export const openFile = (superblock: Superblock, inode: OverlayInode, flags: number): OpenFile => {
  const file = openReal(superblock, inode, flags);
  if (superblock.indexed !== 'none') {
    const { parent, name } = inode;
    file.reached = (): void => reachedAt(superblock, inode, parent, name);
    const close = file.close.bind(file);
    hold(superblock, inode, 1);
    file.close = (): void => {
      close();
      hold(superblock, inode, -1);
    };
  }
  return file;
};

const openReal = (superblock: Superblock, inode: OverlayInode, flags: number): OpenFile => {
  const cause = causeOf(flags);
  if (cause !== undefined) copyUp(superblock, inode, cause);
  const realFlags = flags & ~(O_CREAT | O_EXCL);
  if (inode.lowerData !== undefined) {
    const bytes = bytesOf(superblock, inode);
    return new LowerFile(superblock, inode, bytes.fs.open(bytes.inode, realFlags, superblock.mounter), realFlags);
  }
  const file = inode.fs.open(inode.real, realFlags, superblock.mounter);
  if (inode.upper === undefined) return new LowerFile(superblock, inode, file, realFlags);
  return superblock.volatile ? new UnsyncedFile(file) : file;
};

const causeOf = (flags: number): Cause | undefined => {
  const access = flags & O_ACCMODE;
  const writes = access === O_WRONLY || access === O_RDWR;
  if ((flags & O_TRUNC) !== 0) return { call: 'open(O_TRUNC)', rule: 'open-truncating', writes: true, truncate: true };
  if (!writes) return undefined;
  return { call: access === O_WRONLY ? 'open(O_WRONLY)' : 'open(O_RDWR)', rule: 'open-for-writing', writes: true };
};

/** A lower file opened for reading (for writing it would have been copied up). When its bytes are copied up, the same descriptor goes on in the copy. */
interface SavedLowerFile {
  readonly file: OpenFile;
  readonly isUpper: boolean;
  readonly held: OpenFile | undefined;
}

class LowerFile implements OpenFile, Recorded<SavedLowerFile> {
  noted: number;
  readonly #openedIn: number;
  readonly #superblock: Superblock;
  readonly #inode: OverlayInode;
  readonly #flags: number;
  #file: OpenFile;
  #isUpper = false;
  #held: OpenFile | undefined;

  constructor(superblock: Superblock, inode: OverlayInode, file: OpenFile, flags: number) {
    this.#superblock = superblock;
    this.#inode = inode;
    this.#file = file;
    this.#flags = flags;
    this.noted = superblock.recorder?.step ?? 0;
    this.#openedIn = this.noted;
    changeLowerFile(superblock, inode, this, true, this.#openedIn);
  }

  /** Before the last name of the copy goes: this descriptor goes on in it. */
  holdUpper(): void {
    const { upper, fs } = this.#inode;
    this.#superblock.recorder?.touch(this);
    if (upper !== undefined && !this.#isUpper) this.#held ??= fs.open(upper, O_RDONLY, this.#superblock.mounter);
  }

  get #current(): OpenFile {
    const { upper, lowerData } = this.#inode;
    if (!this.#isUpper && upper !== undefined && lowerData === undefined) {
      const copy = this.#inode.fs.open(upper, this.#flags, this.#superblock.mounter);
      this.#superblock.recorder?.touch(this);
      this.#file.close();
      this.#file = copy;
      this.#isUpper = true;
    }
    return this.#file;
  }

  read(into: Uint8Array, position: number): number {
    return this.#current.read(into, position);
  }

  write(from: Uint8Array, position: number): number {
    return this.#current.write(from, position);
  }

  allocate(mode: number, offset: number, length: number): void {
    this.#current.allocate(mode, offset, length);
  }

  seek(offset: number, whence: 'data' | 'hole'): number {
    return this.#current.seek(offset, whence);
  }

  sync(): void {
    if (this.#inode.upper !== undefined && !this.#superblock.volatile) this.#current.sync();
  }

  save(): SavedLowerFile {
    return { file: this.#file, isUpper: this.#isUpper, held: this.#held };
  }

  restore({ file, isUpper, held }: SavedLowerFile): void {
    this.#file = file;
    this.#isUpper = isUpper;
    this.#held = held;
  }

  close(): void {
    changeLowerFile(this.#superblock, this.#inode, this, false, this.#openedIn);
    this.#held?.close();
    this.#file.close();
  }
}

/** An upper file of a volatile mount: it does not wait for the disk. */
class UnsyncedFile implements OpenFile {
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  read(into: Uint8Array, position: number): number {
    return this.#file.read(into, position);
  }

  write(from: Uint8Array, position: number): number {
    return this.#file.write(from, position);
  }

  allocate(mode: number, offset: number, length: number): void {
    this.#file.allocate(mode, offset, length);
  }

  seek(offset: number, whence: 'data' | 'hole'): number {
    return this.#file.seek(offset, whence);
  }

  sync(): void {
    // volatile: what is written may be lost.
  }

  close(): void {
    this.#file.close();
  }
}
