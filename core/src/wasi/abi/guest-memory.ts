/** The memory of a running program, as calls read and write it. All numbers are little-endian. */
import { decodeName } from '../../fs/index.ts';
import { refuse } from './errno.ts';

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

const SLOTS = 256;
const ASCII_END = 0x80;
const HIGH_WORD = 2 ** 32;

/**
 * Views of the memory are kept until it grows, which detaches them. Strings that a program hands in are kept as well,
 * by a place computed from their bytes: a program names the same few paths again and again, and making a string costs
 * more than looking up what it names.
 */
export class GuestMemory {
  readonly #memory: WasmMemory;
  readonly #strings: string[] = Array.from({ length: SLOTS }, () => '');
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: WasmMemory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#view;
  }

  /** Growing detaches the buffer, and its views are empty from then on: cheaper to see than to ask for the buffer. */
  #refresh(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** A stretch of the memory itself. EFAULT when it does not lie inside. */
  slice(pointer: number, length: number): Uint8Array {
    const start = pointer >>> 0;
    const end = start + (length >>> 0);
    const { bytes } = this;
    if (end > bytes.length) refuse('EFAULT');
    return bytes.subarray(start, end);
  }

  u32(pointer: number): number {
    return this.view.getUint32(pointer >>> 0, true);
  }

  setU32(pointer: number, value: number): void {
    this.view.setUint32(pointer >>> 0, value, true);
  }

  /** A whole number up to 2^53, without the detour over a bigint. */
  setSize(pointer: number, value: number): void {
    const at = pointer >>> 0;
    const { view } = this;
    view.setUint32(at, value >>> 0, true);
    view.setUint32(at + 4, value / HIGH_WORD, true);
  }

  setU64(pointer: number, value: bigint): void {
    this.view.setBigUint64(pointer >>> 0, value, true);
  }

  /** A string by the convention of `names.ts`: any bytes have one. */
  string(pointer: number, length: number): string {
    const bytes = this.slice(pointer, length);
    const { length: count } = bytes;
    let hash = count;
    for (let at = 0; at < count; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= ASCII_END) return decodeName(bytes.slice());
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const slot = (hash ^ (hash >>> 8)) & (SLOTS - 1);
    const kept = this.#strings[slot] ?? '';
    if (kept.length === count && equals(kept, bytes)) return kept;
    const text = String.fromCharCode(...bytes);
    this.#strings[slot] = text;
    return text;
  }
}

const equals = (text: string, bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length; at++) if (text.charCodeAt(at) !== bytes[at]) return false;
  return true;
};
