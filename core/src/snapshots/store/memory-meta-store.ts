/**
 * A `MetaStore` in memory, on a B+ tree that copies nodes lazily: a writer works on a clone (a few nodes are copied as
 * it touches them), readers keep the tree that was committed when they began, a rollback is to forget the clone.
 */
import sortedBtree from 'sorted-btree';
import { refusal } from '../errors.ts';
import type { MetaStore, MetaWriter } from '../meta-store.ts';

// A CommonJS package: Node imports its `exports`, whose `default` is the class; bundlers and test runners unwrap it.
const SortedTree = sortedBtree.default ?? (sortedBtree as unknown as typeof sortedBtree.default);
type Tree = InstanceType<typeof SortedTree<string, unknown>>;

/** UTF-16 puts the surrogates (U+10000 and up) before U+E000 to U+FFFF, UTF-8 behind them. */
const FROM_SURROGATES = /[\ud800-\uffff]/;

const surrogatesLast = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x2000 : unit >= 0xd800 ? unit + 0x800 : unit;

const byUtf8 = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = surrogatesLast(a.charCodeAt(at)) - surrogatesLast(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of keys. Plain comparison is right, and faster, until a key holds a unit from the surrogates up. */
class KeyOrder {
  private utf8 = false;

  readonly compare = (a: string, b: string): number => (this.utf8 ? byUtf8(a, b) : byUnits(a, b));

  /** May be told of a key at any time: both orders agree on keys without such units, so what is stored stays in order. */
  admit(key: string): void {
    this.utf8 ||= FROM_SURROGATES.test(key);
  }
}

class Transaction implements MetaWriter {
  private readonly tree: Tree;
  private readonly order: KeyOrder;

  constructor(tree: Tree, order: KeyOrder) {
    this.tree = tree;
    this.order = order;
  }

  get(key: string): unknown {
    return this.tree.get(key);
  }

  *range(prefix: string): IterableIterator<readonly [string, unknown]> {
    for (const pair of this.tree.entries(prefix)) {
      if (!pair[0].startsWith(prefix)) return;
      yield pair;
    }
  }

  put(key: string, value: unknown): void {
    this.order.admit(key);
    this.tree.set(key, value);
  }

  delete(key: string): void {
    this.tree.delete(key);
  }
}

/** An empty store. `close` is idempotent; using the store afterwards throws, as bolt does. */
export const createMemoryMetaStore = (): MetaStore => {
  const order = new KeyOrder();
  let committed: Tree = new SortedTree<string, unknown>(undefined, order.compare);
  let writing = false;
  let closed = false;
  const waiting: (() => void)[] = [];

  const requireOpen = (): void => {
    if (closed) throw refusal('store-closed');
  };

  return {
    read(body) {
      requireOpen();
      return body(new Transaction(committed, order));
    },
    async write(body) {
      if (writing) await new Promise<void>((resume) => waiting.push(resume));
      writing = true;
      try {
        requireOpen();
        const working = committed.clone();
        const result = body(new Transaction(working, order));
        const value = result instanceof Promise ? await result : result;
        committed = working;
        return value;
      } finally {
        const next = waiting.shift();
        if (next === undefined) writing = false;
        else next();
      }
    },
    async close() {
      closed = true;
    },
  };
};
