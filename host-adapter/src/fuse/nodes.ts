import { fail, type Inode } from '@layerscope/core/fs';

/** An inode that the kernel knows by number. */
export interface Node {
  readonly id: number;
  readonly inode: Inode;
  /** How often the kernel was told of it, and has not said that it forgets. */
  lookups: number;
  /** No `security.capability` on it, as far as is known: writing need not take it away. */
  hasNoCapability: boolean;
  /** Opens for writing. */
  writers: number;
  /** Opens by execve(2): while such a one lasts, the bytes must stay. */
  executions: number;
  /** Opens through the page cache, and opens that go straight to a file of the host: the kernel refuses a mixture. */
  cachedOpens: number;
  backingOpens: number;
  backingId: number;
}

export const ROOT_ID = 1;

/** A node id is a place in a table, and how often that place was taken: places are 32 bits, an id has 53. */
const PLACES = 2 ** 32;
const LAST_TURN = 2 ** 21 - 1;

/** Node ids are never used again, so that no answer can be taken for that of a former inode. */
export class Nodes {
  readonly #rows: (Node | undefined)[] = [undefined];
  /** Ids for the next nodes, at places that are free again. */
  readonly #free: number[] = [];
  readonly #byInode = new Map<Inode, Node>();

  constructor(root: Inode) {
    this.#add(root).lookups = 1;
  }

  /** Throws ESTALE for a number that was forgotten. */
  get(id: number): Node {
    const node = this.#rows[id >>> 0];
    return node?.id === id ? node : fail('ESTALE');
  }

  /** The node of an inode that the kernel knows. */
  find(inode: Inode): Node | undefined {
    return this.#byInode.get(inode);
  }

  /** The node of an inode, of which the kernel is told once more. */
  told(inode: Inode): Node {
    const node = this.#byInode.get(inode) ?? this.#add(inode);
    node.lookups += 1;
    return node;
  }

  forget(id: number, lookups: number): void {
    const place = id >>> 0;
    const node = this.#rows[place];
    if (node?.id !== id) return;
    node.lookups -= lookups;
    if (node.lookups > 0) return;
    this.#rows[place] = undefined;
    if (id < LAST_TURN * PLACES) this.#free.push(id + PLACES);
    this.#byInode.delete(node.inode);
  }

  #add(inode: Inode): Node {
    const id = this.#free.pop() ?? this.#rows.length;
    const node: Node = {
      id,
      inode,
      lookups: 0,
      hasNoCapability: false,
      writers: 0,
      executions: 0,
      cachedOpens: 0,
      backingOpens: 0,
      backingId: 0,
    };
    this.#rows[id >>> 0] = node;
    this.#byInode.set(inode, node);
    return node;
  }
}
