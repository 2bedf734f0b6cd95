/**
 * A `MetaStore` in memory, on a B+ tree that copies nodes lazily: a writer works on a clone (a few nodes are copied as
 * it touches them), readers keep the tree that was committed when they began, a rollback is to forget the clone.
 */
import sortedBtree from 'sorted-btree';
import { refusal } from '../errors.ts';
import type { MetaReader, MetaStore, MetaWriter } from '../meta-store.ts';

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

const readerOf = (tree: Tree): MetaReader => ({
  get: (key) => tree.get(key),
  *range(prefix) {
    for (const pair of tree.entries(prefix)) {
      if (!pair[0].startsWith(prefix)) return;
      yield pair;
    }
  },
});

/** An empty store. `close` is idempotent; using the store afterwards throws, as bolt does. */
export const createMemoryMetaStore = (): MetaStore => {
  // Plain comparison is right until a key holds a unit from the surrogates up, and agrees with the other one on what is
  // stored by then: so the order may be switched in place.
  let compare = byUnits;
  let committed: Tree = new SortedTree<string, unknown>(undefined, (a, b) => compare(a, b));
  let writing = false;
  let closed = false;
  const waiting: (() => void)[] = [];

  const requireOpen = (): void => {
    if (closed) throw refusal('store-closed');
  };

  const writerOf = (tree: Tree): MetaWriter => ({
    ...readerOf(tree),
    put(key, value) {
      if (compare !== byUtf8 && FROM_SURROGATES.test(key)) compare = byUtf8;
      tree.set(key, value);
    },
    delete: (key) => void tree.delete(key),
  });

  return {
    read(body) {
      requireOpen();
      return body(readerOf(committed));
    },
    async write(body) {
      if (writing) await new Promise<void>((resume) => waiting.push(resume));
      writing = true;
      try {
        requireOpen();
        const working = committed.clone();
        const result = body(writerOf(working));
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
