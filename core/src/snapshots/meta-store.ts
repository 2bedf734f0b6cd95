/**
 * The `MetaStore` port: the transactional key-value store under the snapshot metadata, after bbolt's guarantees.
 *
 * Keys are strings ordered by their UTF-8 bytes; values are plain JSON data and belong to the store (never change one
 * you got). Readers see the one state that was committed when they began; there is one writer at a time, later ones
 * wait; a writer that fails leaves nothing behind.
 */
export interface MetaReader {
  get(key: string): unknown;
  /** Rows whose key starts with `prefix`, in key order. */
  range(prefix: string): Iterable<readonly [key: string, value: unknown]>;
}

export interface MetaWriter extends MetaReader {
  put(key: string, value: unknown): void;
  delete(key: string): void;
}

export interface MetaStore {
  read<T>(body: (tx: MetaReader) => T): T;
  /** Runs `body` as the only writer and resolves when the result is durable. A throw rolls back. */
  write<T>(body: (tx: MetaWriter) => Promise<T> | T): Promise<T>;
  close(): Promise<void>;
}
