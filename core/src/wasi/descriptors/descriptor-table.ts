import { refuse } from '../abi/errno.ts';
import type { Descriptor } from './descriptor.ts';

/** As many as the process below can hold open. */
const LIMIT = 1024;

/** The program's descriptors by number. */
export class DescriptorTable {
  readonly #rows: (Descriptor | undefined)[] = [];

  get(fd: number): Descriptor {
    return this.#rows[fd] ?? refuse('EBADF');
  }

  /** EMFILE when the table is full. */
  requireRoom(): number {
    let fd = 0;
    while (this.#rows[fd] !== undefined) fd += 1;
    return fd < LIMIT ? fd : refuse('EMFILE');
  }

  /** Puts it at the lowest free number. */
  add(descriptor: Descriptor): number {
    const fd = this.requireRoom();
    this.#rows[fd] = descriptor;
    return fd;
  }

  /** Takes a row out, and answers it. */
  remove(fd: number): Descriptor {
    const descriptor = this.get(fd);
    this.#rows[fd] = undefined;
    return descriptor;
  }

  /** Moves `from` to `to`, which must be open, and answers what was there; `undefined` when they are the same. */
  renumber(from: number, to: number): Descriptor | undefined {
    const descriptor = this.get(from);
    const replaced = this.get(to);
    if (from === to) return undefined;
    this.#rows[to] = descriptor;
    this.#rows[from] = undefined;
    return replaced;
  }
}
