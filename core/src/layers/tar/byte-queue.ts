/**
 * Bytes that have arrived and are not yet taken. What is taken is a view of the chunk it came in; only what straddles
 * two chunks is put together anew.
 */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #waiting: Uint8Array[] = [];
  /** The chunk that is taken from next, and how much of it is gone: what `gather` is for. */
  chunk: Uint8Array = new Uint8Array(0);
  at = 0;
  /** Bytes that can be taken without waiting. */
  available = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Waits for one more chunk; `false` at the end of the stream. */
  async more(): Promise<boolean> {
    while (!this.#ended) {
      const { done, value } = await this.#source.next();
      if (done === true) this.#ended = true;
      else if (value.length > 0) {
        // Views of Node's Buffer cost several times those of a plain array.
        const plain = value.constructor === Uint8Array;
        this.#waiting.push(plain ? value : new Uint8Array(value.buffer, value.byteOffset, value.length));
        this.available += value.length;
        return true;
      }
    }
    return false;
  }

  /** Waits until `count` bytes are there; `false` when the stream ends before. */
  async fill(count: number): Promise<boolean> {
    while (this.available < count) if (!(await this.more())) return false;
    return true;
  }

  /** Makes `count` available bytes stand in one piece, at `at` of `chunk`. They are not taken yet. */
  gather(count: number): void {
    this.#advance();
    if (this.chunk.length - this.at >= count) return;
    const joined = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      this.#advance();
      const piece = this.chunk.subarray(this.at, this.at + count - filled);
      joined.set(piece, filled);
      filled += piece.length;
      this.at += piece.length;
    }
    this.#waiting.unshift(this.chunk.subarray(this.at));
    this.chunk = joined;
    this.at = 0;
  }

  /** Up to `most` (at least 1) bytes that stand in one chunk. Something must be available. */
  take(most: number): Uint8Array {
    this.#advance();
    const end = Math.min(this.chunk.length, this.at + most);
    const bytes = this.at === 0 && end === this.chunk.length ? this.chunk : this.chunk.subarray(this.at, end);
    this.available -= end - this.at;
    this.at = end;
    return bytes;
  }

  /** Exactly `count` (at least 1) bytes in one piece. As many must be available. */
  takeExactly(count: number): Uint8Array {
    this.gather(count);
    return this.take(count);
  }

  /** Drops up to `count` bytes of those available; answers how many. */
  drop(count: number): number {
    let left = Math.min(count, this.available);
    const dropped = left;
    this.available -= dropped;
    while (left > 0) {
      this.#advance();
      const step = Math.min(left, this.chunk.length - this.at);
      this.at += step;
      left -= step;
    }
    return dropped;
  }

  /** Lets the source clean up when reading stops early. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }

  #advance(): void {
    while (this.at === this.chunk.length) {
      this.chunk = this.#waiting.shift() as Uint8Array;
      this.at = 0;
    }
  }
}
