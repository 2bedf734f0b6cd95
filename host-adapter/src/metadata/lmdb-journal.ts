/**
 * The journal of a metadata store on lmdb.
 *
 *   rows      key bytes -> [key, value]           keys longer than lmdb takes stand under their hash
 *   about     'version' -> the version of what the rows mean
 *
 * Transactions that come while one is being flushed are kept together in the next: one flush for all of them (group
 * commit), in lmdb's own thread, so that nothing here waits for the disk.
 */
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import { FsError, errnoName } from '@layerscope/core/fs';
import type { Journal } from '@layerscope/core/snapshots';
import { type Database, type RootDatabase, open } from 'lmdb';
import { makeLogs, requireLogs } from './log-damage.ts';
import { MetadataError } from './metadata-error.ts';

/**
 * What the rows mean. A change that older programs would misread makes it one more. 1 had no log beside it: such a file
 * becomes one of version 2 when it is opened to be written.
 */
export const SCHEMA_VERSION = 2;
const WITHOUT_LOG = 1;

/** lmdb takes 1,978 bytes. */
const KEY_MAX = 1024;

type Row = readonly [key: string, value: unknown];

const rowKey = (key: string): Buffer => {
  const bytes = Buffer.from(key);
  return bytes.length <= KEY_MAX
    ? bytes
    : Buffer.concat([Buffer.of(0xff), createHash('sha256').update(bytes).digest()]);
};

export interface OpenJournal {
  readonly path: string;
  /** Only looks: needs no lock, and sees what was durable when it was opened. */
  readonly readOnly?: boolean;
}

/** Opens or makes the file. METADATA_VERSION when a newer program wrote it, METADATA_DAMAGED when it is none of ours. */
export const openLmdbJournal = ({ path, readOnly = false }: OpenJournal): Journal => {
  const environment = openEnvironment(path, readOnly);
  // Only root reads what images and containers there are.
  if (!readOnly) for (const file of [path, `${path}-lock`]) chmodSync(file, 0o600);
  const about: Database<number, string> | undefined = environment.openDB('about', { encoding: 'json' });
  const version = about?.get('version');
  const isOlder = version === undefined || version === WITHOUT_LOG;
  if (isOlder && !readOnly) {
    makeLogs(path);
    about?.putSync('version', SCHEMA_VERSION);
  } else if (version === SCHEMA_VERSION) {
    try {
      requireLogs(path);
    } catch (error) {
      void environment.close();
      throw error;
    }
  } else if (version !== WITHOUT_LOG) {
    void environment.close();
    throw new MetadataError(
      'METADATA_VERSION',
      `${path} has version ${version ?? 'none'}, this program knows version ${SCHEMA_VERSION}`,
      'Use the version of layerscope that wrote it; `layerscope metadata export` there and `import` here moves it.',
    );
  }
  const rows = environment.openDB<Row, Buffer>('rows', { encoding: 'json', keyEncoding: 'binary' });
  return new LmdbJournal(environment, rows);
};

const damaged = (path: string, why: string): MetadataError =>
  new MetadataError(
    'METADATA_DAMAGED',
    `${path} cannot be opened as metadata: ${why}`,
    'Is this the root of a layerscope snapshotter? If it is damaged: stop the service, move every metadata.mdb* away, and `layerscope metadata import` an export.',
  );

const PAGE = 4096;
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;

/** Pages 0 and 1 begin an lmdb file. Looked at first, because lmdb ends the whole process when they do not. */
const requireLmdbFile = (path: string): void => {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(2 * PAGE);
    const length = readSync(fd, head, 0, head.length, 0);
    const isOne = length === head.length && [0, PAGE].every((page) => head.readUInt32LE(page + MAGIC_AT) === MAGIC);
    if (length !== 0 && !isOne) throw damaged(path, 'it is no lmdb file');
  } finally {
    closeSync(fd);
  }
};

const openEnvironment = (path: string, readOnly: boolean): RootDatabase => {
  // Throws where it cannot be looked for: that is not the same as nothing being there.
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) requireLmdbFile(path);
  else if (readOnly) {
    const advice = 'Nothing was ever stored under this root: pass the --root that `layerscope serve` has.';
    throw new MetadataError('METADATA_MISSING', `there is no ${path}`, advice);
  }
  try {
    return open({
      path,
      readOnly,
      noSubdir: true,
      maxDbs: 2,
      // A commit is resolved when it is on disk, and begins at once.
      overlappingSync: false,
      eventTurnBatching: false,
    });
  } catch (error) {
    throw damaged(path, (error as Error).message);
  }
};

/** Transactions that will be durable together. */
class Group {
  readonly written = new Map<string, unknown>();
  readonly durable: Promise<void>;
  succeed!: () => void;
  fail!: (error: unknown) => void;

  constructor() {
    this.durable = new Promise((resolve, reject) => {
      this.succeed = resolve;
      this.fail = reject;
    });
  }
}

class LmdbJournal implements Journal {
  readonly #environment: RootDatabase;
  readonly #rows: Database<Row, Buffer>;
  #waiting: Group | undefined;
  #flushing: Promise<void> | undefined;
  #failure: unknown;

  constructor(environment: RootDatabase, rows: Database<Row, Buffer>) {
    this.#environment = environment;
    this.#rows = rows;
  }

  *rows(): Iterable<Row> {
    this.#failure = undefined;
    for (const { value } of this.#rows.getRange({})) yield value;
  }

  append(written: Iterable<Row>): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const group = (this.#waiting ??= new Group());
    for (const [key, value] of written) group.written.set(key, value);
    this.#flushing ??= this.#flush();
    return group.durable;
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#environment.close();
  }

  async #flush(): Promise<void> {
    // Those who are about to append in this very turn come along.
    await Promise.resolve();
    for (let group = this.#take(); group !== undefined; group = this.#take()) {
      try {
        await this.#commit(group.written);
        group.succeed();
      } catch (error) {
        this.#failure = error;
        group.fail(error);
        this.#take()?.fail(error);
      }
    }
    this.#flushing = undefined;
  }

  #take(): Group | undefined {
    const group = this.#waiting;
    this.#waiting = undefined;
    return group;
  }

  async #commit(written: ReadonlyMap<string, unknown>): Promise<void> {
    try {
      await this.#rows.batch(() => {
        for (const [key, value] of written) {
          if (value === undefined) void this.#rows.remove(rowKey(key));
          else void this.#rows.put(rowKey(key), [key, value]);
        }
      });
    } catch (error) {
      throw await reasonOf(error);
    }
  }
}

/** lmdb tells the reason of a failed commit in a promise of its own, and Linux's errors by their number. */
const reasonOf = async (error: unknown): Promise<unknown> => {
  const { commitError } = error as { readonly commitError?: Promise<unknown> };
  let reason: unknown = error;
  try {
    await commitError;
  } catch (deeper) {
    reason = deeper;
  }
  const { code } = reason as { readonly code?: unknown };
  const name = typeof code === 'number' ? errnoName(code) : undefined;
  return name === undefined ? reason : new FsError(name, `writing metadata: ${(reason as Error).message}`);
};
