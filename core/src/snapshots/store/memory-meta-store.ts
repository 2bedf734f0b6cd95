/**
 * A `MetaStore` in memory. A writer keeps its changes beside the rows and they go in when it is done: a rollback is to
 * forget them, and readers, who are synchronous, never meet half of them. (Copy-on-write clones of a tree would do, but
 * copying a node touches all its children, which makes a commit among 10,000 snapshots four times as slow.)
 */
import sortedBtree from 'sorted-btree';
import { refusal } from '../errors.ts';
import type { MetaStore, MetaWriter } from '../meta-store.ts';

// A CommonJS package: Node imports its `exports`, whose `default` is the class; bundlers and test runners unwrap it.
const SortedTree = sortedBtree.default ?? (sortedBtree as unknown as typeof sortedBtree.default);

/** Values by key, and the keys in order: most calls ask for one key, and a hash is ten times as fast as a tree. */
interface Rows {
  readonly values: Map<string, unknown>;
  readonly keys: InstanceType<typeof SortedTree<string, undefined>>;
}

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

function* rowsFrom({ keys, values }: Rows, prefix: string): IterableIterator<Row> {
  for (const key of keys.keys(prefix)) {
    if (!key.startsWith(prefix)) return;
    yield [key, values.get(key)];
  }
}

/** The order of keys. Plain comparison is right, and faster, until a key holds a unit from the surrogates up. */
class KeyOrder {
  private utf8 = false;

  readonly compare = (a: string, b: string): number => (this.utf8 ? byUtf8(a, b) : byUnits(a, b));

  /** May be told of a key at any time: both orders agree on keys without such units, so what is stored stays in order. */
  admit(key: string): void {
    this.utf8 ||= FROM_SURROGATES.test(key);
  }
}

type Row = readonly [key: string, value: unknown];

const DELETED = Symbol('deleted');

class Transaction implements MetaWriter {
  private readonly rows: Rows;
  private readonly order: KeyOrder;
  private readonly changes = new Map<string, unknown>();

  constructor(rows: Rows, order: KeyOrder) {
    this.rows = rows;
    this.order = order;
  }

  get(key: string): unknown {
    const change = this.changes.get(key);
    if (change === undefined) return this.rows.values.get(key);
    return change === DELETED ? undefined : change;
  }

  range(prefix: string): Iterable<Row> {
    if (this.changes.size === 0) return rowsFrom(this.rows, prefix);
    const changed = [...this.changes].filter(([key]) => key.startsWith(prefix));
    const rows = new Map([...rowsFrom(this.rows, prefix), ...changed]);
    return [...rows].filter(([, value]) => value !== DELETED).toSorted(([a], [b]) => this.order.compare(a, b));
  }

  put(key: string, value: unknown): void {
    this.order.admit(key);
    this.changes.set(key, value);
  }

  delete(key: string): void {
    this.changes.set(key, DELETED);
  }

  commit(): void {
    const { keys, values } = this.rows;
    for (const [key, value] of this.changes) {
      if (value !== DELETED) {
        if (!values.has(key)) keys.set(key, undefined);
        values.set(key, value);
      } else if (values.delete(key)) keys.delete(key);
    }
  }
}

/** An empty store. `close` is idempotent; using the store afterwards throws, as bolt does. */
export const createMemoryMetaStore = (): MetaStore => {
  const order = new KeyOrder();
  const rows: Rows = { values: new Map(), keys: new SortedTree<string, undefined>(undefined, order.compare) };
  let writing = false;
  let closed = false;
  const waiting: (() => void)[] = [];

  const requireOpen = (): void => {
    if (closed) throw refusal('store-closed');
  };

  return {
    read(body) {
      requireOpen();
      return body(new Transaction(rows, order));
    },
    async write(body) {
      if (writing) await new Promise<void>((resume) => waiting.push(resume));
      writing = true;
      try {
        requireOpen();
        const transaction = new Transaction(rows, order);
        const result = body(transaction);
        const value = result instanceof Promise ? await result : result;
        transaction.commit();
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
