/** Plain values and collections that tell a recorder of their changes. */
import type { Delta, Recorded, Recorder } from './restorable.ts';

/** One variable. */
export class Cell<Value> implements Recorded<Value> {
  noted: number;
  readonly #recorder: Recorder | undefined;
  #value: Value;

  constructor(recorder: Recorder | undefined, value: Value) {
    this.noted = recorder?.step ?? 0;
    this.#recorder = recorder;
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set value(value: Value) {
    this.#recorder?.touch(this);
    this.#value = value;
  }

  save(): Value {
    return this.#value;
  }

  restore(value: Value): void {
    this.#value = value;
  }

  isAt(value: Value): boolean {
    return this.#value === value;
  }
}

/** What a collection of rows by key can do; a `WeakMap` can, too. */
export interface Rows<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
  delete(key: Key): boolean;
}

class RowChange<Key, Value extends NonNullable<unknown>> implements Delta {
  readonly #rows: Rows<Key, Value>;
  readonly #key: Key;
  readonly #before: Value | undefined;
  readonly #after: Value | undefined;

  constructor(rows: Rows<Key, Value>, key: Key, before: Value | undefined, after: Value | undefined) {
    this.#rows = rows;
    this.#key = key;
    this.#before = before;
    this.#after = after;
  }

  undo(): void {
    put(this.#rows, this.#key, this.#before);
  }

  redo(): void {
    put(this.#rows, this.#key, this.#after);
  }
}

const put = <Key, Value extends NonNullable<unknown>>(
  rows: Rows<Key, Value>,
  key: Key,
  value: Value | undefined,
): void => {
  if (value === undefined) rows.delete(key);
  else rows.set(key, value);
};

/**
 * Sets the row at `key`, or removes it (`undefined`), and notes that. A row that an undo brings back comes last in the
 * order of a `Map`: not for collections whose order is seen.
 */
export const changeRow = <Key, Value extends NonNullable<unknown>>(
  recorder: Recorder | undefined,
  rows: Rows<Key, Value>,
  key: Key,
  value: Value | undefined,
): void => {
  recorder?.note(new RowChange(rows, key, rows.get(key), value));
  put(rows, key, value);
};

/** A list that only grows. */
export class Log<Item> {
  readonly #recorder: Recorder | undefined;
  readonly #items: Item[] = [];

  constructor(recorder: Recorder | undefined) {
    this.#recorder = recorder;
  }

  /** Oldest first. */
  get items(): readonly Item[] {
    return this.#items;
  }

  push(item: Item): void {
    const items = this.#items;
    this.#recorder?.note({ undo: () => void items.pop(), redo: () => void items.push(item) });
    items.push(item);
  }
}
