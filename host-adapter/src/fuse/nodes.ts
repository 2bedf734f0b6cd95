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

/** Node ids are never used again, so that no answer can be taken for that of a former inode. */
export class Nodes {
  readonly #byId = new Map<number, Node>();
  readonly #byInode = new Map<Inode, Node>();
  #last = ROOT_ID;

  constructor(root: Inode) {
    this.#add(ROOT_ID, root).lookups = 1;
  }

  /** Throws ESTALE for a number that was forgotten. */
  get(id: number): Node {
    return this.#byId.get(id) ?? fail('ESTALE');
  }

  /** The node of an inode that the kernel knows. */
  find(inode: Inode): Node | undefined {
    return this.#byInode.get(inode);
  }

  /** The node of an inode, of which the kernel is told once more. */
  told(inode: Inode): Node {
    const node = this.#byInode.get(inode) ?? this.#add((this.#last += 1), inode);
    node.lookups += 1;
    return node;
  }

  forget(id: number, lookups: number): void {
    const node = this.#byId.get(id);
    if (node === undefined) return;
    node.lookups -= lookups;
    if (node.lookups > 0) return;
    this.#byId.delete(id);
    this.#byInode.delete(node.inode);
  }

  #add(id: number, inode: Inode): Node {
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
    this.#byId.set(id, node);
    this.#byInode.set(inode, node);
    return node;
  }
}
