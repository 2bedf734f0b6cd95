import type { Request } from './request.ts';
import { OUT_HEADER } from './structs.ts';

const HIGH = 2 ** 32;

/** The reply that is being put together. Offsets are those of its record, without the header. */
export class Reply {
  readonly buffer: Buffer;
  readonly #view: DataView;
  readonly #words: Float64Array;
  /** Bytes after the header. */
  size = 0;

  constructor(size: number) {
    const memory = new ArrayBuffer((size + 7) & ~7);
    this.buffer = Buffer.from(memory);
    this.#words = new Float64Array(memory);
    this.#view = new DataView(memory);
  }

  /** Bytes that a record or data may have. */
  get room(): number {
    return this.buffer.length - OUT_HEADER.SIZE;
  }

  /** Makes room for a record of zeros at the end; answers where it begins. */
  record(size: number): number {
    const at = this.size;
    // Records are of whole words, and begin at one; for so few of them a loop is quicker than `fill`.
    const words = this.#words;
    const end = (OUT_HEADER.SIZE + at + size + 7) >> 3;
    for (let word = (OUT_HEADER.SIZE + at) >> 3; word < end; word++) words[word] = 0;
    this.size = at + size;
    return at;
  }

  u16(offset: number, value: number): void {
    this.#view.setUint16(OUT_HEADER.SIZE + offset, value, true);
  }

  u32(offset: number, value: number): void {
    this.#view.setUint32(OUT_HEADER.SIZE + offset, value, true);
  }

  u64(offset: number, value: number): void {
    const at = OUT_HEADER.SIZE + offset;
    this.#view.setUint32(at, value, true);
    this.#view.setUint32(at + 4, value / HIGH, true);
  }

  bigint(offset: number, value: bigint): void {
    this.#view.setBigInt64(OUT_HEADER.SIZE + offset, value, true);
  }

  /** Where data of up to `size` bytes can be put; `size` of the reply tells then how many there are. */
  data(size: number): Buffer {
    const start = OUT_HEADER.SIZE + this.size;
    return this.buffer.subarray(start, Math.min(start + size, this.buffer.length));
  }

  /** Writes the header; answers the bytes to send. `error` is an errno, 0 for none. */
  finish(error: number, request: Request): number {
    const length = OUT_HEADER.SIZE + (error === 0 ? this.size : 0);
    this.#view.setUint32(OUT_HEADER.length, length, true);
    this.#view.setInt32(OUT_HEADER.error, -error, true);
    this.#view.setUint32(OUT_HEADER.unique, request.uniqueLow, true);
    this.#view.setUint32(OUT_HEADER.unique + 4, request.uniqueHigh, true);
    return length;
  }
}
