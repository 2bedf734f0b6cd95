/**
 * A stored stretch of a file, the unit that contents share.
 *
 *      offset, on a page boundary                                     limit, on a page boundary
 *        │◀───── length: bytes of `buffer` that count ─────▶│             │
 *   ─────┼───────────────────────────────────────────────────┼─────────────┼─────────
 *        │                    buffer                         │    zeros    │  the next extent, or a hole
 *   ─────┼───────────────────────────────────────────────────┼─────────────┼─────────
 *        │◀────────────────────── pages that are allocated ──────────────▶│
 *
 * What `fallocate` reserves is an extent of length 0. Past `length` a buffer may have slack, which holds zeros and is
 * what appending grows into.
 */
export const PAGE_SIZE = 4096;

export const pageStart = (position: number): number => position - (position % PAGE_SIZE);
export const pageEnd = (position: number): number => pageStart(position + PAGE_SIZE - 1);

export class StoredExtent {
  readonly offset: number;
  length: number;
  limit: number;
  buffer: Uint8Array;
  /**
   * The editor that alone may change this extent and its buffer; everybody else holds it as a constant.
   * An owned extent ends with the page of its last byte.
   */
  readonly owner: object | undefined;

  constructor(offset: number, length: number, limit: number, buffer: Uint8Array, owner: object | undefined) {
    this.offset = offset;
    this.length = length;
    this.limit = limit;
    this.buffer = buffer;
    this.owner = owner;
  }

  /** End of the pages that were written, as opposed to reserved. */
  get dataLimit(): number {
    return pageEnd(this.offset + this.length);
  }

  /** The part between two page boundaries, as a view of the same buffer. */
  part(from: number, to: number): StoredExtent {
    const start = Math.min(from - this.offset, this.length);
    const end = Math.min(to - this.offset, this.length);
    return new StoredExtent(from, end - start, to, this.buffer.subarray(start, end), this.owner);
  }
}

/** A shared extent over bytes that nobody writes to any more. */
export const sharedExtent = (offset: number, bytes: Uint8Array): StoredExtent =>
  new StoredExtent(offset, bytes.length, pageEnd(offset + bytes.length), bytes, undefined);

/** Index of the first extent that ends after `position`; the number of extents when there is none. */
export const findExtent = (extents: readonly StoredExtent[], position: number): number => {
  let low = 0;
  let high = extents.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((extents[middle] as StoredExtent).limit > position) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Copies from the extents of a file of `size` bytes; holes and slack read as zeros. Answers the bytes copied. */
export const readExtents = (
  extents: readonly StoredExtent[],
  size: number,
  into: Uint8Array,
  position: number,
): number => {
  const end = Math.min(size, position + into.length);
  if (end <= position) return 0;
  let done = position;
  for (let index = findExtent(extents, position); index < extents.length && done < end; index++) {
    const extent = extents[index] as StoredExtent;
    const start = Math.max(done, extent.offset);
    const stop = Math.min(end, extent.offset + extent.length);
    if (stop <= start) continue;
    if (start > done) into.fill(0, done - position, start - position);
    copyBytes(extent.buffer, start - extent.offset, stop - extent.offset, into, start - position);
    done = stop;
  }
  if (done < end) into.fill(0, done - position, end - position);
  return end - position;
};

/** `into.set(from.subarray(start, end), at)`, without the view when the whole buffer goes. */
export const copyBytes = (from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void => {
  into.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
};

/**
 * lseek(2) SEEK_DATA and SEEK_HOLE at page granularity, as tmpfs answers: reserved pages that were never written are
 * a hole, and so is the end of the file. `undefined` = ENXIO. (tmpfs turns pages that are reserved a second time into
 * data; lseek(2) allows either, and here they stay a hole.)
 */
export const seekExtents = (
  extents: readonly StoredExtent[],
  size: number,
  offset: number,
  whence: 'data' | 'hole',
): number | undefined => {
  if (offset >= size) return undefined;
  let position = offset;
  for (let index = findExtent(extents, offset); index < extents.length; index++) {
    const extent = extents[index] as StoredExtent;
    if (extent.length === 0 || extent.dataLimit <= position) continue;
    if (whence === 'data') {
      const found = Math.max(position, extent.offset);
      return found < size ? found : undefined;
    }
    if (extent.offset > position) break;
    position = extent.dataLimit;
  }
  return whence === 'data' ? undefined : Math.min(position, size);
};
