/**
 * A content under change. `edit` begins with the extents of an immutable content and `finish` ends in one; in between
 * each write splits off only the pages it touches, and pages that this editor made itself are written in place.
 *
 *   before   │  shared  ─────────────────────────────────────────────  │     one extent: 100 MiB of a blob
 *   write    │  shared ──────────── │ own page │ ── shared ─────────── │     one byte changed: two views and 4 KiB
 *
 * Appending grows the last own extent geometrically up to `LARGEST_OWNED`, so that neither a long file's buffers are
 * copied over and over, nor each page is an object of its own.
 */
import type { Content, Extent } from '../content.ts';
import type { EditableContent } from './editable-content.ts';
import { EMPTY_CONTENT, ExtentContent } from './extent-content.ts';
import {
  copyBytes,
  findExtent,
  PAGE_SIZE,
  pageEnd,
  pageStart,
  readExtents,
  seekExtents,
  sharedExtent,
  StoredExtent,
} from './extent.ts';

/** Bytes of the largest buffer that an editor makes: a bound on what one growth copies. */
const LARGEST_OWNED = 1 << 20;

export class ContentEditor implements EditableContent {
  size: number;
  allocated: number;
  #stored: StoredExtent[];
  /** Where the last write ended: the next one is most often there. */
  #recent = 0;

  constructor(content: Content) {
    this.size = content.size;
    this.allocated = content.allocated;
    if (content instanceof ExtentContent) this.#stored = content.stored.slice();
    else {
      this.#stored = [];
      this.#adopt(content);
    }
  }

  /** Ends the edit; the editor must not be used after it. */
  finish(): Content {
    if (this.size === 0 && this.allocated === 0) return EMPTY_CONTENT;
    return new ExtentContent(this.size, this.allocated, this.#stored);
  }

  read(into: Uint8Array, position: number): number {
    return readExtents(this.#stored, this.size, into, position);
  }

  extents(): Iterable<Extent> {
    return new ExtentContent(this.size, this.allocated, this.#stored.slice()).extents();
  }

  seek(offset: number, whence: 'data' | 'hole'): number | undefined {
    return seekExtents(this.#stored, this.size, offset, whence);
  }

  missing(position: number, end: number): number {
    if (end <= position) return 0;
    const stop = pageEnd(end);
    let absent = stop - pageStart(position);
    for (let index = findExtent(this.#stored, position); index < this.#stored.length; index++) {
      const extent = this.#stored[index] as StoredExtent;
      if (extent.offset >= stop) break;
      absent -= Math.min(stop, extent.limit) - Math.max(pageStart(position), extent.offset);
    }
    return absent;
  }

  write(from: Uint8Array, position: number): void {
    const end = position + from.length;
    const recent = this.#stored[this.#recent];
    if (
      recent !== undefined &&
      recent.owner === this &&
      position >= recent.offset &&
      position <= recent.limit &&
      end <= recent.offset + recent.buffer.length &&
      end <= this.#offsetAfter(this.#recent)
    ) {
      recent.buffer.set(from, position - recent.offset);
      this.#lengthen(recent, end);
    } else {
      for (let done = position; done < end;) done = this.#writeStretch(from, position, done, end);
    }
    if (end > this.size) this.size = end;
  }

  truncate(size: number): void {
    // Growing keeps what fallocate reserved beyond the end; the same size again gives it back (measured on tmpfs).
    if (size > this.size) {
      this.size = size;
      return;
    }
    const index = findExtent(this.#stored, size);
    const last = this.#stored[index];
    if (last !== undefined) {
      const keeps = last.offset < size;
      if (keeps) this.#shorten(index, size);
      for (let gone = index + (keeps ? 1 : 0); gone < this.#stored.length; gone++) {
        const extent = this.#stored[gone] as StoredExtent;
        this.allocated -= extent.limit - extent.offset;
      }
      this.#stored.length = index + (keeps ? 1 : 0);
    }
    this.size = size;
  }

  punch(position: number, end: number): void {
    const from = pageEnd(position);
    const to = pageStart(end);
    if (from > to) return this.#zero(position, end);
    this.#zero(position, from);
    this.#zero(to, end);
    let index = findExtent(this.#stored, from);
    let extent = this.#stored[index];
    while (extent !== undefined && extent.offset < to) {
      index = this.#carve(index, Math.max(from, extent.offset), Math.min(to, extent.limit));
      extent = this.#stored[index];
    }
  }

  reserve(position: number, end: number, keepSize: boolean): void {
    let from = pageStart(position);
    const stop = pageEnd(end);
    for (let index = findExtent(this.#stored, from); from < stop; index++) {
      const next = this.#stored[index];
      const to = Math.min(stop, next?.offset ?? stop);
      if (to > from) {
        this.#stored.splice(index, 0, new StoredExtent(from, 0, to, new Uint8Array(0), undefined));
        this.allocated += to - from;
        index++;
      }
      from = next === undefined ? stop : next.limit;
    }
    if (!keepSize && end > this.size) this.size = end;
  }

  /** Takes over the extents of a content of another kind: shared where they lie on page boundaries, else copied. */
  #adopt(content: Content): void {
    this.allocated = 0;
    for (const { offset, bytes } of content.extents()) {
      const last = this.#stored[this.#stored.length - 1];
      if (offset % PAGE_SIZE === 0 && (last === undefined || last.limit <= offset)) {
        const extent = sharedExtent(offset, bytes);
        this.#stored.push(extent);
        this.allocated += extent.limit - offset;
      } else this.write(bytes, offset);
    }
    this.size = content.size;
  }

  #offsetAfter(index: number): number {
    return this.#stored[index + 1]?.offset ?? Infinity;
  }

  /** Writes as much of `from` (which begins at `base`) as falls into one extent; answers where that ended. */
  #writeStretch(from: Uint8Array, base: number, done: number, end: number): number {
    const index = findExtent(this.#stored, done);
    const extent = this.#stored[index];
    const start = pageStart(done);
    let target: StoredExtent;
    let stop: number;
    if (extent === undefined || extent.offset > done) {
      stop = Math.min(end, extent?.offset ?? end, start + LARGEST_OWNED);
      target = this.#place(index, start, stop);
    } else if (extent.owner === this) {
      stop = Math.min(end, this.#offsetAfter(index), extent.offset + Math.max(LARGEST_OWNED, extent.buffer.length));
      target = this.#grown(index, stop);
      this.#recent = index;
    } else {
      stop = Math.min(end, extent.limit, start + LARGEST_OWNED);
      const kept = Math.min(extent.offset + extent.length, pageEnd(stop));
      target = this.#own(index, start, Math.max(stop, kept));
      if (start < done) keep(extent, start, Math.min(done, kept), target);
      if (stop < kept) keep(extent, stop, kept, target);
    }
    copyBytes(from, done - base, stop - base, target.buffer, done - target.offset);
    return stop;
  }

  /** An own extent that covers `[start, stop)`, where there is a hole now: the one before it grown, or a new one. */
  #place(index: number, start: number, stop: number): StoredExtent {
    if (this.#canGrow(index - 1, start, stop)) return this.#grown(index - 1, stop);
    const extent = this.#newOwn(index, start, stop);
    this.allocated += extent.limit - start;
    if (this.#stored.length === 0) this.#stored = [extent];
    else this.#stored.splice(index, 0, extent);
    return extent;
  }

  /** The same where the extent at `index`, which is shared, has these pages now. */
  #own(index: number, start: number, stop: number): StoredExtent {
    const limit = pageEnd(stop);
    const shared = this.#stored[index] as StoredExtent;
    if (start === shared.offset && this.#canGrow(index - 1, start, stop)) {
      this.#carve(index, start, limit);
      this.#recent = index - 1;
      return this.#grown(index - 1, stop);
    }
    const own = this.#newOwn(index, start, stop);
    const parts = [own];
    if (start > shared.offset) {
      parts.unshift(shared.part(shared.offset, start));
      this.#recent++;
    }
    if (limit < shared.limit) parts.push(shared.part(limit, shared.limit));
    this.#stored.splice(index, 1, ...parts);
    return own;
  }

  /** Whether the extent at `index` ends at `start`, is our own, and may become as long as `stop` asks. */
  #canGrow(index: number, start: number, stop: number): boolean {
    const before = this.#stored[index];
    if (before === undefined || before.owner !== this || before.limit !== start) return false;
    this.#recent = index;
    return stop - before.offset <= LARGEST_OWNED;
  }

  /** A new own extent to stand at `index`. The one after a full one is as large at once: the file is long by then. */
  #newOwn(index: number, start: number, stop: number): StoredExtent {
    const before = this.#stored[index - 1];
    const goesOn = before !== undefined && before.owner === this && before.limit === start;
    this.#recent = index;
    return new StoredExtent(
      start,
      stop - start,
      pageEnd(stop),
      new Uint8Array(goesOn ? LARGEST_OWNED : stop - start),
      this,
    );
  }

  /** The own extent at `index`, its buffer and length reaching at least to `stop`. */
  #grown(index: number, stop: number): StoredExtent {
    const extent = this.#stored[index] as StoredExtent;
    const needed = stop - extent.offset;
    if (needed > extent.buffer.length) {
      const buffer = new Uint8Array(Math.max(needed, Math.min(extent.buffer.length * 2, LARGEST_OWNED)));
      buffer.set(extent.buffer);
      extent.buffer = buffer;
    }
    this.#lengthen(extent, stop);
    return extent;
  }

  #lengthen(extent: StoredExtent, stop: number): void {
    if (stop - extent.offset <= extent.length) return;
    extent.length = stop - extent.offset;
    const limit = pageEnd(stop);
    this.allocated += limit - extent.limit;
    extent.limit = limit;
  }

  /** Makes a hole of `[from, to)`, page boundaries within the extent at `index`; answers the index after the hole. */
  #carve(index: number, from: number, to: number): number {
    const extent = this.#stored[index] as StoredExtent;
    this.allocated -= to - from;
    this.#recent = 0;
    const left = from > extent.offset;
    const right = to < extent.limit;
    if (left && right) this.#stored.splice(index, 1, extent.part(extent.offset, from), extent.part(to, extent.limit));
    else if (left) this.#stored[index] = extent.part(extent.offset, from);
    else if (right) this.#stored[index] = extent.part(to, extent.limit);
    else this.#stored.splice(index, 1);
    return left ? index + 1 : index;
  }

  #shorten(index: number, size: number): void {
    const extent = this.#stored[index] as StoredExtent;
    const limit = pageEnd(size);
    const length = Math.min(extent.length, size - extent.offset);
    this.allocated -= extent.limit - limit;
    if (extent.owner !== this || extent.buffer.length > 4 * length) {
      const buffer = extent.owner === this ? extent.buffer.slice(0, length) : extent.buffer.subarray(0, length);
      this.#stored[index] = new StoredExtent(extent.offset, length, limit, buffer, extent.owner);
    } else {
      extent.buffer.fill(0, length, extent.length);
      extent.length = length;
      extent.limit = limit;
    }
  }

  /** Overwrites with zeros what is stored of a range within one page. */
  #zero(position: number, end: number): void {
    const extent = this.#stored[findExtent(this.#stored, position)];
    if (extent === undefined) return;
    const stop = Math.min(end, extent.offset + extent.length);
    if (extent.offset <= position && stop > position) {
      const size = this.size;
      this.write(new Uint8Array(stop - position), position);
      this.size = size;
    }
  }
}

/** Copies `[from, to)` of the file out of the extent that held it into the one that holds it now. */
const keep = (extent: StoredExtent, from: number, to: number, target: StoredExtent): void => {
  if (to > from)
    copyBytes(extent.buffer, from - extent.offset, to - extent.offset, target.buffer, from - target.offset);
};
