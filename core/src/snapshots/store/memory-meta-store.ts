/**
 * A `MetaStore` in memory, with a journal behind it when it shall outlive the process. A writer keeps its changes beside the rows and they go in when it is done: a rollback is to
 * forget them, and readers, who are synchronous, never meet half of them. (Copy-on-write clones of a tree would do, but
 * copying a node touches all its children, which makes a commit among 10,000 snapshots four times as slow.)
 */
import sortedBtree from 'sorted-btree';
import type { Delta, Recorder } from '../../timeline/index.ts';
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

  /** What was written, `undefined` for what was deleted. */
  *written(): IterableIterator<Row> {
    for (const [key, value] of this.changes) yield [key, value === DELETED ? undefined : value];
  }

  get isEmpty(): boolean {
    return this.changes.size === 0;
  }

  commit(recorder: Recorder | undefined): void {
    if (recorder !== undefined) recorder.note(new CommittedRows(this.rows, [...this.written()]));
    for (const [key, value] of this.written()) change(this.rows, key, value);
  }
}

/** What one transaction changed. */
class CommittedRows implements Delta {
  private readonly rows: Rows;
  private readonly before: readonly Row[];
  private readonly after: readonly Row[];

  constructor(rows: Rows, after: readonly Row[]) {
    this.rows = rows;
    this.before = after.map(([key]) => [key, rows.values.get(key)]);
    this.after = after;
  }

  undo(): void {
    for (const [key, value] of this.before) change(this.rows, key, value);
  }

  redo(): void {
    for (const [key, value] of this.after) change(this.rows, key, value);
  }
}

/** `undefined` deletes. */
const change = ({ keys, values }: Rows, key: string, value: unknown): void => {
  if (value !== undefined) {
    if (!values.has(key)) keys.set(key, undefined);
    values.set(key, value);
  } else if (values.delete(key)) keys.delete(key);
};

/** Where a store keeps its rows beyond the life of the process. */
export interface Journal {
  /** Every row that is kept. Asked at the beginning, and again after an `append` failed. */
  rows(): Iterable<Row>;
  /**
   * Keeps what one transaction wrote (`undefined` = deleted), all or nothing, and resolves when that is durable.
   * Transactions come one after another but may wait together: when one fails, it and all that came after it are
   * refused, until `rows` was asked.
   */
  append(written: Iterable<Row>): Promise<void>;
  close(): Promise<void>;
}

/**
 * An empty store, or one with the rows of a journal. `close` is idempotent; using the store afterwards throws, as bolt
 * does.
 *
 * With a journal a writer's changes are there for everyone as soon as its turn is over, and its `write` resolves when
 * they are durable: the next writer need not wait for the disk, so that writers who come together share one flush. What
 * could not be kept is forgotten again.
 *
 * A `recorder` hears of what is committed, so that a store without a journal can be taken back to an earlier state.
 */
export const createMemoryMetaStore = (journal?: Journal, recorder?: Recorder): MetaStore => {
  let order = new KeyOrder();
  let rows: Rows;
  let doubtful = false;
  const load = (): void => {
    order = new KeyOrder();
    rows = { values: new Map(), keys: new SortedTree<string, undefined>(undefined, order.compare) };
    for (const [key, value] of journal?.rows() ?? []) {
      order.admit(key);
      change(rows, key, value);
    }
    doubtful = false;
  };
  load();
  let writing = false;
  let closed = false;
  const waiting: (() => void)[] = [];

  const begin = (): Transaction => {
    if (closed) throw refusal('store-closed');
    return new Transaction(rows, order);
  };

  return {
    read(body) {
      if (doubtful && !writing) load();
      return body(begin());
    },
    async write<T>(body: (tx: MetaWriter) => Promise<T> | T): Promise<T> {
      if (writing) await new Promise<void>((resume) => waiting.push(resume));
      writing = true;
      let value: T;
      let durable: Promise<void> | undefined;
      try {
        if (doubtful && !closed) load();
        const transaction = begin();
        const result = body(transaction);
        value = result instanceof Promise ? await result : result;
        if (!transaction.isEmpty) {
          durable = journal?.append(transaction.written());
          transaction.commit(recorder);
        }
      } finally {
        const next = waiting.shift();
        if (next === undefined) writing = false;
        else next();
      }
      if (durable === undefined) return value;
      try {
        await durable;
      } catch (error) {
        doubtful = true;
        throw error;
      }
      return value;
    },
    async close() {
      if (closed) return;
      closed = true;
      await journal?.close();
    },
  };
};
