import { type DirectoryEntry, fail, type OpenFile } from '@layerscope/core/fs';
import type { Node } from './nodes.ts';

/** An open file of the kernel's. */
export interface FileHandle {
  readonly node: Node;
  readonly file: OpenFile;
  /** Opened past the page cache, straight to a file of the host. */
  readonly isBacked: boolean;
  readonly isWriter: boolean;
  readonly isExecution: boolean;
  wasRead: boolean;
}

/** An open directory, and its rows as they were at the last rewind. */
export interface DirectoryHandle {
  readonly node: Node;
  listing: readonly DirectoryEntry[] | undefined;
}

/** What a `fh` of the protocol stands for. */
export class Handles<Handle> {
  readonly #rows: (Handle | undefined)[] = [undefined];
  readonly #free: number[] = [];

  add(handle: Handle): number {
    const number = this.#free.pop() ?? this.#rows.length;
    this.#rows[number] = handle;
    return number;
  }

  get(number: number): Handle {
    return this.#rows[number] ?? fail('EBADF');
  }

  remove(number: number): Handle {
    const handle = this.get(number);
    this.#rows[number] = undefined;
    this.#free.push(number);
    return handle;
  }

  *all(): Iterable<Handle> {
    for (const row of this.#rows) if (row !== undefined) yield row;
  }
}
