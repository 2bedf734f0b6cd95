/** Reading and writing the bytes of one inode, within the space of its file system. */
import type { Clock, Nanoseconds } from '../clock.ts';
import { fail } from '../errno.ts';
import type { OpenFile } from '../file-system.ts';
import type { Content } from '../content.ts';
import { pageEnd } from '../content/extent.ts';
import type { FileInode } from './inode.ts';
import { editData, setData, setOpens, setTimes } from './mutations.ts';
import { releaseIfUnused, type Space } from './space.ts';

const KEEP_SIZE = 1;
const PUNCH_HOLE = 2;

/** Bytes changed: mtime and ctime. */
export const stampBytes = (file: FileInode, now: Nanoseconds): void => setTimes(file, file.atime, now, now);

/** ENOSPC when what `[position, end)` still lacks does not fit. The exact count is made only when it might matter. */
const checkSpace = (file: FileInode, space: Space, position: number, end: number): void => {
  if (space.fits(pageEnd(end))) return;
  if (!space.fits(editData(file).missing(position, end))) fail('ENOSPC');
};

/**
 * Sets the size. Answers whether truncate(2) stamps mtime and ctime, measured on tmpfs: the same size again counts as
 * a change only for a file that has pages.
 */
export const truncateFile = (file: FileInode, size: number, space: Space, largest: number): boolean => {
  if (size < 0) fail('EINVAL');
  if (size > largest) fail('EFBIG');
  if (size > file.data.size) checkSpace(file, space, size, size);
  const before = file.data.allocated;
  if (size === file.data.size && before === 0) return false;
  editData(file).truncate(size);
  space.addBytes(file.data.allocated - before);
  return true;
};

export class MemoryFile implements OpenFile {
  readonly #file: FileInode;
  readonly #space: Space;
  readonly #clock: Clock;
  readonly #largest: number;

  constructor(file: FileInode, space: Space, clock: Clock, largest: number) {
    this.#largest = largest;
    this.#file = file;
    this.#space = space;
    this.#clock = clock;
    setOpens(file, file.opens + 1);
  }

  read(into: Uint8Array, position: number): number {
    return this.#file.data.read(into, position);
  }

  write(from: Uint8Array, position: number): number {
    if (from.length === 0) return 0;
    const end = position + from.length;
    if (end > this.#largest) fail('EFBIG');
    const file = this.#file;
    // Linux stamps first, so that a write that finds no space is one in the times.
    stampBytes(file, this.#clock.now());
    checkSpace(file, this.#space, position, end);
    const before = file.data.allocated;
    const editor = editData(file);
    editor.write(from, position);
    this.#space.addBytes(editor.allocated - before);
    return from.length;
  }

  allocate(mode: number, offset: number, length: number): void {
    if (offset < 0 || length <= 0) fail('EINVAL');
    if (mode !== 0 && mode !== KEEP_SIZE && mode !== (KEEP_SIZE | PUNCH_HOLE)) fail('EOPNOTSUPP');
    const end = offset + length;
    if (end > this.#largest) fail('EFBIG');
    const file = this.#file;
    if (mode <= KEEP_SIZE) checkSpace(file, this.#space, offset, end);
    const before = file.data.allocated;
    const editor = editData(file);
    if (mode <= KEEP_SIZE) editor.reserve(offset, end, mode === KEEP_SIZE);
    else editor.punch(offset, end);
    this.#space.addBytes(editor.allocated - before);
    stampBytes(file, this.#clock.now());
  }

  seek(offset: number, whence: 'data' | 'hole'): number {
    if (offset < 0) fail('ENXIO');
    return this.#file.seek(offset, whence) ?? fail('ENXIO');
  }

  sync(): void {
    // Memory is as durable as it gets.
  }

  close(): void {
    setOpens(this.#file, this.#file.opens - 1);
    releaseIfUnused(this.#file, this.#space);
  }
}

/** Replaces the bytes of a file; ENOSPC leaves it as it was. */
export const replaceContent = (
  file: FileInode,
  content: Content,
  space: Space,
  clock: Clock,
  largest: number,
): void => {
  if (content.size > largest) fail('EFBIG');
  const added = content.allocated - file.data.allocated;
  if (added > 0 && !space.fits(added)) fail('ENOSPC');
  const before = file.data.allocated;
  setData(file, content);
  space.addBytes(file.data.allocated - before);
  stampBytes(file, clock.now());
};
