/**
 * Bytes that have arrived and are not yet taken. What is taken is a view of the chunk it came in; only what straddles
 * two chunks is put together anew.
 */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #waiting: Uint8Array[] = [];
  /** The chunk being taken from, and how much of it is gone. */
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Bytes in `#chunk` and `#waiting` that are not taken. */
  #available = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes that can be taken without waiting. */
  get available(): number {
    return this.#available;
  }

  /** Waits for one more chunk; `false` at the end of the stream. */
  async more(): Promise<boolean> {
    while (!this.#ended) {
      const { done, value } = await this.#source.next();
      if (done === true) this.#ended = true;
      else if (value.length > 0) {
        this.#waiting.push(value);
        this.#available += value.length;
        return true;
      }
    }
    return false;
  }

  /** Waits until `count` bytes are there; `false` when the stream ends before. */
  async fill(count: number): Promise<boolean> {
    while (this.#available < count) if (!(await this.more())) return false;
    return true;
  }

  /** Up to `most` (at least 1) bytes that stand in one chunk. Something must be available. */
  take(most: number): Uint8Array {
    while (this.#at === this.#chunk.length) {
      this.#chunk = this.#waiting.shift() as Uint8Array;
      this.#at = 0;
    }
    const end = Math.min(this.#chunk.length, this.#at + most);
    const bytes = this.#at === 0 && end === this.#chunk.length ? this.#chunk : this.#chunk.subarray(this.#at, end);
    this.#available -= bytes.length;
    this.#at = end;
    return bytes;
  }

  /** Exactly `count` bytes in one piece. As many must be available. */
  takeExactly(count: number): Uint8Array {
    const first = this.take(count);
    if (first.length === count) return first;
    const joined = new Uint8Array(count);
    joined.set(first);
    for (let filled = first.length; filled < count;) {
      const next = this.take(count - filled);
      joined.set(next, filled);
      filled += next.length;
    }
    return joined;
  }

  /** Drops up to `count` bytes of those available; answers how many. */
  drop(count: number): number {
    let dropped = 0;
    while (dropped < count && this.#available > 0) dropped += this.take(count - dropped).length;
    return dropped;
  }

  /** Lets the source clean up when reading stops early. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }
}
