/**
 * A journal in front of another one: a transaction is durable when it is in a log, which takes one flush of one block
 * where a database takes two of several, and goes into the database later, with thousands of others.
 *
 *   append ─▶ log 0 │ log 1      one is written, the other one's rows are on their way into the database
 *                └────▶ database
 *
 * Rows are whole values, so reading the logs again, older generation first, over whatever part of them the database has
 * already got ends with the same rows. Transactions that come while one is being flushed share the next flush.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Journal } from '@layerscope/core/snapshots';
import { errnoName, FsError } from '@layerscope/core/fs';
import { LogSegment, readSegment, type LogRow, type SegmentContents } from './log-segment.ts';

/** Where the logs of a metadata file are. */
export const logPaths = (path: string): readonly [string, string] => [`${path}-log.0`, `${path}-log.1`];

/** What the logs hold, oldest first. */
const readLogs = (path: string): readonly (SegmentContents & { readonly path: string })[] =>
  logPaths(path)
    .flatMap((file) => {
      const contents = readSegment(file);
      return contents === undefined ? [] : [{ ...contents, path: file }];
    })
    .toSorted((a, b) => a.generation - b.generation);

/** The rows of the database with those of its logs over them, while another process may be writing. */
export const readBehindLog = (base: Journal, path: string): Journal => ({
  *rows() {
    for (;;) {
      const logs = readLogs(path);
      const rows = [...base.rows(), ...logs.flatMap((log) => log.rows)];
      // A generation that went into the database meanwhile may have been read from neither.
      const now = readLogs(path);
      if (now.every((log, index) => log.generation === logs[index]?.generation)) {
        yield* rows;
        return;
      }
    }
  },
  append: () => Promise.reject(new Error('opened to be read only')),
  close: () => base.close(),
});

/** Transactions that will be durable together. */
interface Group {
  readonly rows: Map<string, unknown>;
  readonly done: Promise<void>;
  readonly settle: (error?: unknown) => void;
}

const createGroup = (): Group => {
  let settle!: (error?: unknown) => void;
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  return { rows: new Map(), done, settle };
};

export class WriteAheadLog implements Journal {
  readonly #base: Journal;
  readonly #path: string;
  #current: LogSegment;
  #other: LogSegment;
  /** What the current log holds, by key, for the database. */
  #fresh = new Map<string, unknown>();
  /** The other log's way into the database. */
  #moving: Promise<void> = Promise.resolve();
  /** What could not be brought into the database; the other log still has it. */
  #left: ReadonlyMap<string, unknown> | undefined;
  #waiting: Group | undefined;
  #flushing: Promise<void> | undefined;
  #failure: unknown;

  constructor(base: Journal, path: string) {
    this.#base = base;
    this.#path = path;
    const [first, second] = logPaths(path).map((file) => new LogSegment(file)) as [LogSegment, LogSegment];
    this.#current = second;
    this.#other = first;
  }

  /** Reads everything again: what a failed append left behind is what the files say. */
  *rows(): Iterable<LogRow> {
    this.#failure = undefined;
    yield* this.#base.rows();
    const logs = readLogs(this.#path);
    for (const { rows } of logs) yield* rows;
    const latest = logs.at(-1);
    if (latest === undefined) return;
    if (this.#current.path !== latest.path) [this.#current, this.#other] = [this.#other, this.#current];
    this.#current.resume(latest);
    this.#fresh = new Map(latest.rows);
    this.#left = new Map(logs.slice(0, -1).flatMap(({ rows }) => rows));
  }

  append(written: Iterable<LogRow>): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const group = (this.#waiting ??= createGroup());
    for (const [key, value] of written) group.rows.set(key, value);
    this.#flushing ??= this.#flush();
    return group.done;
  }

  /** The database holds everything afterwards. */
  async close(): Promise<void> {
    await this.#flushing;
    try {
      await this.#moveOther();
      if (this.#fresh.size > 0) await this.#rotate();
      await this.#moving;
    } finally {
      this.#current.close();
      this.#other.close();
      await this.#base.close();
    }
  }

  async #flush(): Promise<void> {
    // Those whose calls have arrived already come along.
    await turn();
    for (let group = this.#take(); group !== undefined; group = this.#take()) {
      try {
        await this.#write(group.rows);
        group.settle();
      } catch (error) {
        this.#failure = reasonOf(error);
        group.settle(this.#failure);
        this.#take()?.settle(this.#failure);
      }
    }
    this.#flushing = undefined;
  }

  #take(): Group | undefined {
    const group = this.#waiting;
    this.#waiting = undefined;
    return group;
  }

  /** As one record: what was refused is never half there. */
  async #write(rows: ReadonlyMap<string, unknown>): Promise<void> {
    let record = this.#current.record(rows);
    if (this.#current.generation === 0 || !this.#current.fits(record)) {
      await this.#rotate();
      record = this.#current.record(rows);
    }
    await this.#current.append(record);
    for (const [key, value] of rows) this.#fresh.set(key, value);
  }

  /** Sends the current log on its way and begins the other one, when that one has arrived. */
  async #rotate(): Promise<void> {
    await this.#moveOther();
    await this.#other.begin(this.#current.generation + 1);
    [this.#current, this.#other] = [this.#other, this.#current];
    this.#left = this.#fresh;
    this.#fresh = new Map();
    this.#moving = this.#move();
    // Whoever needs the log next hears of a failure; nobody waits now.
    this.#moving.catch(() => undefined);
  }

  async #moveOther(): Promise<void> {
    await this.#moving.catch(() => undefined);
    if (this.#left !== undefined) await this.#move();
  }

  async #move(): Promise<void> {
    const rows = this.#left;
    if (rows !== undefined && rows.size > 0) {
      try {
        await this.#base.append(rows);
      } catch (error) {
        // It takes no more until it is asked what it has.
        for (const row of this.#base.rows()) void row;
        throw error;
      }
    }
    if (this.#left === rows) this.#left = undefined;
  }
}

/** Node's errors of the disk as ours. */
const reasonOf = (error: unknown): unknown => {
  const { errno } = error as { readonly errno?: unknown };
  if (error instanceof FsError || typeof errno !== 'number') return error;
  const name = errnoName(-errno);
  return name === undefined ? error : new FsError(name, `writing metadata: ${(error as Error).message}`);
};
