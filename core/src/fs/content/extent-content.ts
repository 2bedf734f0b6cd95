/** Contents made of extents: see `content.ts` for what a content is, `extent.ts` for the parts. */
import type { Content, Extent } from '../content.ts';
import { PAGE_SIZE, pageEnd, readExtents, sharedExtent, type StoredExtent } from './extent.ts';

/** An immutable list of extents. */
export class ExtentContent implements Content {
  readonly size: number;
  readonly allocated: number;
  /** In order, not overlapping, each beginning on a page boundary. Never changed once it stands here. */
  readonly stored: readonly StoredExtent[];

  constructor(size: number, allocated: number, stored: readonly StoredExtent[]) {
    this.size = size;
    this.allocated = allocated;
    this.stored = stored;
  }

  read(into: Uint8Array, position: number): number {
    return readExtents(this.stored, this.size, into, position);
  }

  *extents(): Generator<Extent> {
    for (const extent of this.stored) {
      const length = Math.min(extent.length, this.size - extent.offset);
      if (length > 0) {
        const { buffer, offset } = extent;
        yield { offset, bytes: length === buffer.length ? buffer : buffer.subarray(0, length) };
      }
    }
  }
}

/** A whole file in one buffer: what most files of a layer are, at half the memory of a list. */
class WholeContent implements Content {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  get allocated(): number {
    return pageEnd(this.#bytes.length);
  }

  read(into: Uint8Array, position: number): number {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, position + into.length);
    if (end <= position) return 0;
    into.set(position === 0 && end === bytes.length ? bytes : bytes.subarray(position, end));
    return end - position;
  }

  *extents(): Generator<Extent> {
    yield { offset: 0, bytes: this.#bytes };
  }
}

/** The content of an empty file. */
export const EMPTY_CONTENT: Content = new ExtentContent(0, 0, []);

/**
 * The given bytes as a content, **not copied**: whoever calls gives up the right to write to them.
 * A `subarray` of a blob is as good as a buffer of its own.
 */
export const contentOf = (bytes: Uint8Array): Content => (bytes.length === 0 ? EMPTY_CONTENT : new WholeContent(bytes));

/**
 * A content from consecutive chunks, as they come out of a decompressor. Chunks of whole pages are shared like those
 * of `contentOf`; only pages that straddle two chunks are put together anew.
 */
export const contentOfChunks = (chunks: Iterable<Uint8Array>): Content => {
  const stored: StoredExtent[] = [];
  let size = 0;
  let page: Uint8Array | undefined;
  let filled = 0;
  const flush = (): void => {
    if (page !== undefined && filled > 0) {
      stored.push(sharedExtent(size - filled, filled === PAGE_SIZE ? page : page.slice(0, filled)));
    }
    page = undefined;
    filled = 0;
  };
  for (let chunk of chunks) {
    if (filled > 0 && page !== undefined) {
      const taken = Math.min(chunk.length, PAGE_SIZE - filled);
      page.set(chunk.subarray(0, taken), filled);
      filled += taken;
      size += taken;
      chunk = chunk.subarray(taken);
      if (filled === PAGE_SIZE) flush();
    }
    const whole = chunk.length - (chunk.length % PAGE_SIZE);
    if (whole > 0) {
      stored.push(sharedExtent(size, whole === chunk.length ? chunk : chunk.subarray(0, whole)));
      size += whole;
    }
    if (whole < chunk.length) {
      page ??= new Uint8Array(PAGE_SIZE);
      page.set(chunk.subarray(whole), filled);
      filled += chunk.length - whole;
      size += chunk.length - whole;
    }
  }
  flush();
  if (stored.length === 0) return EMPTY_CONTENT;
  const only = stored[0] as StoredExtent;
  return stored.length === 1 ? contentOf(only.buffer) : new ExtentContent(size, pageEnd(size), stored);
};

/** All bytes in one fresh buffer, holes as zeros. For small files; a big one is better read piece by piece. */
export const bytesOf = (content: Content): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(content.size);
  content.read(bytes, 0);
  return bytes;
};
