import { decodeName } from '@layerscope/core/fs';
import { IN_HEADER } from './structs.ts';

const HIGH = 2 ** 32;
const REPLACEMENT = '\ufffd';
const ASCII = 0x7f;
/** What it is when it is not told; told, it costs to look it up. */
const UTF8 = undefined;

/** The request that was read last. Offsets are those of its record, without the header. */
export class Request {
  readonly buffer: Buffer;
  readonly #view: DataView;
  /** Bytes, header included. */
  length = 0;
  /** Where the name ended that was read last: the offset of what follows it. */
  afterName = 0;

  constructor(size: number) {
    this.buffer = Buffer.alloc(size);
    this.#view = new DataView(this.buffer.buffer, this.buffer.byteOffset, size);
  }

  get opcode(): number {
    return this.#view.getUint32(IN_HEADER.opcode, true);
  }

  get nodeId(): number {
    return this.u64(IN_HEADER.nodeId - IN_HEADER.SIZE);
  }

  /** The number that the reply repeats, in halves. */
  get uniqueLow(): number {
    return this.#view.getUint32(IN_HEADER.unique, true);
  }

  get uniqueHigh(): number {
    return this.#view.getUint32(IN_HEADER.unique + 4, true);
  }

  get uid(): number {
    return this.#view.getUint32(IN_HEADER.uid, true);
  }

  get gid(): number {
    return this.#view.getUint32(IN_HEADER.gid, true);
  }

  get pid(): number {
    return this.#view.getUint32(IN_HEADER.pid, true);
  }

  u32(offset: number): number {
    return this.#view.getUint32(IN_HEADER.SIZE + offset, true);
  }

  /** Exact up to 2^53; what is larger stays larger. */
  u64(offset: number): number {
    const at = IN_HEADER.SIZE + offset;
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * HIGH;
  }

  s64(offset: number): bigint {
    return this.#view.getBigInt64(IN_HEADER.SIZE + offset, true);
  }

  /** A name that ends with a 0 byte. */
  name(offset: number): string {
    const { buffer } = this;
    const start = IN_HEADER.SIZE + offset;
    let end = start;
    let units = 0;
    for (let byte = buffer[end]!; byte !== 0; byte = buffer[++end]!) units |= byte;
    this.afterName = end + 1 - IN_HEADER.SIZE;
    const name = buffer.toString(UTF8, start, end);
    return units > ASCII && name.includes(REPLACEMENT) ? decodeName(this.buffer.subarray(start, end)) : name;
  }

  /** Bytes that are only good until the next request. */
  data(offset: number, size: number): Buffer {
    const start = IN_HEADER.SIZE + offset;
    return this.buffer.subarray(start, start + size);
  }
}
