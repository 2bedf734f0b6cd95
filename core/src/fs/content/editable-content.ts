import type { Content } from '../content.ts';

/** A content that changes in place. Positions and ends are bytes; nothing here checks limits. */
export interface EditableContent extends Content {
  /** lseek(2) SEEK_DATA / SEEK_HOLE; `undefined` = ENXIO. */
  seek(offset: number, whence: 'data' | 'hole'): number | undefined;
  /** Bytes, in whole pages, that must be allocated before `[position, end)` can be written; or the size be `end`, if the range is empty. */
  missing(position: number, end: number): number;
  write(from: Uint8Array, position: number): void;
  /** Sets the size. What lies beyond a smaller or equal one is given back, and reads as zeros should the file grow again. */
  truncate(size: number): void;
  /** fallocate(2) PUNCH_HOLE: whole pages are given back, the rest is overwritten with zeros. The size stays. */
  punch(position: number, end: number): void;
  /** fallocate(2) mode 0 or KEEP_SIZE: every hole in the range becomes reserved pages. */
  reserve(position: number, end: number, keepSize: boolean): void;
}
