/**
 * A bbolt file, read-only: a tree of pages, copied on write, with two roots that take turns.
 *
 *   page 0, 1  meta      magic, version, page size, root bucket, high water, transaction, checksum
 *   others     branch    (key, page)…            the children of a tree node
 *              leaf      (flags, key, value)…    a value is data, or a bucket: the page of another tree, or, when that
 *                                                is 0, a whole leaf page right inside the value
 *
 * containerd holds the lock of its file for its whole life, so what is read is a copy, and a copy may be torn: the meta
 * page with a right checksum and the later transaction counts, and no page beyond its high water is followed.
 */
import { damagedBolt } from './damaged.ts';

const PAGE_HEADER = 16;
const BRANCH = 0x01;
const LEAF = 0x02;
const META = 0x04;
const MAGIC = 0xed0cdaed;
const VERSION = 2;
const BUCKET_FLAG = 1;
/** Deeper than any tree of 2^64 rows. */
const DEPTH_MAX = 64;

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** FNV-1a, 64 bits. */
export const fnv1a = (bytes: Uint8Array): bigint =>
  bytes.reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME), FNV_OFFSET);

interface Meta {
  readonly pageSize: number;
  readonly root: bigint;
  readonly rootSequence: bigint;
  readonly highWater: bigint;
  readonly transaction: bigint;
}

interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly isBucket: boolean;
}

/** A bucket: rows in byte order of their keys, and a counter. */
export interface Bucket {
  readonly sequence: bigint;
  /** Data rows and buckets, in order. */
  entries(): Iterable<readonly [key: Uint8Array, value: Uint8Array | Bucket]>;
  bucket(key: string): Bucket | undefined;
  value(key: string): Uint8Array | undefined;
}

/** The root bucket. METADATA_DAMAGED when there is no sound meta page. */
export const readBolt = (file: Uint8Array): Bucket => {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length);
  const metas = metaPages(view);
  const meta = metas.toSorted((a, b) => Number(b.transaction - a.transaction))[0];
  if (meta === undefined) return damagedBolt('neither of its first two pages is sound');
  return new BoltFile(view, meta).root();
};

/** The sound ones. Where page 1 begins is known from page 0, or tried when page 0 is torn. */
const metaPages = (view: Buffer): readonly Meta[] => {
  const first = readMeta(view, 0);
  const sizes = first === undefined ? [4096, 8192, 16_384, 32_768, 65_536] : [first.pageSize];
  return [first, ...sizes.map((size) => readMeta(view, size))].filter((meta) => meta !== undefined);
};

const readMeta = (view: Buffer, at: number): Meta | undefined => {
  const body = at + PAGE_HEADER;
  if (body + 64 > view.length || (view.readUInt16LE(at + 8) & META) === 0) return undefined;
  if (view.readUInt32LE(body) !== MAGIC || view.readUInt32LE(body + 4) !== VERSION) return undefined;
  if (fnv1a(view.subarray(body, body + 56)) !== view.readBigUInt64LE(body + 56)) return undefined;
  return {
    pageSize: view.readUInt32LE(body + 8),
    root: view.readBigUInt64LE(body + 16),
    rootSequence: view.readBigUInt64LE(body + 24),
    highWater: view.readBigUInt64LE(body + 40),
    transaction: view.readBigUInt64LE(body + 48),
  };
};

class BoltFile {
  readonly #view: Buffer;
  readonly #meta: Meta;

  constructor(view: Buffer, meta: Meta) {
    this.#view = view;
    this.#meta = meta;
  }

  root(): Bucket {
    return this.#bucket(this.#meta.rootSequence, () => this.#rowsBelow(this.#meta.root, 0));
  }

  #bucket(sequence: bigint, rows: () => Iterable<Row>): Bucket {
    const open = ({ value }: Row): Bucket => this.#nested(value);
    const find = (key: string, isBucket: boolean): Row | undefined => {
      const wanted = Buffer.from(key);
      for (const row of rows()) if (row.isBucket === isBucket && wanted.equals(row.key)) return row;
      return undefined;
    };
    return {
      sequence,
      *entries() {
        for (const row of rows()) yield [row.key, row.isBucket ? open(row) : row.value];
      },
      bucket: (key) => {
        const row = find(key, true);
        return row === undefined ? undefined : open(row);
      },
      value: (key) => find(key, false)?.value,
    };
  }

  /** A bucket's value: root page and sequence; root 0 means that a leaf page follows. */
  #nested(value: Uint8Array): Bucket {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
    if (bytes.length < 16) return damagedBolt('a bucket is too short');
    const root = bytes.readBigUInt64LE(0);
    const sequence = bytes.readBigUInt64LE(8);
    const page = bytes.subarray(16);
    return this.#bucket(sequence, () => (root === 0n ? this.#leafRows(page) : this.#rowsBelow(root, 0)));
  }

  #page(id: bigint): Buffer {
    const begin = Number(id) * this.#meta.pageSize;
    if (id >= this.#meta.highWater || begin + PAGE_HEADER > this.#view.length)
      return damagedBolt(`page ${id} is missing`);
    const page = this.#view.subarray(begin);
    if (page.readBigUInt64LE(0) !== id) return damagedBolt(`page ${id} is torn`);
    const overflow = page.readUInt32LE(12);
    return page.subarray(0, (overflow + 1) * this.#meta.pageSize);
  }

  *#rowsBelow(id: bigint, depth: number): Iterable<Row> {
    if (depth > DEPTH_MAX) damagedBolt('its tree has no end');
    const page = this.#page(id);
    const flags = page.readUInt16LE(8);
    if ((flags & LEAF) !== 0) yield* this.#leafRows(page);
    else if ((flags & BRANCH) !== 0) {
      const count = page.readUInt16LE(10);
      for (let index = 0; index < count; index++) {
        const at = PAGE_HEADER + index * 16;
        if (at + 16 > page.length) damagedBolt('a page has more rows than room');
        yield* this.#rowsBelow(page.readBigUInt64LE(at + 8), depth + 1);
      }
    } else damagedBolt(`page ${id} is neither branch nor leaf`);
  }

  *#leafRows(page: Buffer): Iterable<Row> {
    if (page.length < PAGE_HEADER) damagedBolt('a page is too short');
    const count = page.readUInt16LE(10);
    for (let index = 0; index < count; index++) {
      const at = PAGE_HEADER + index * 16;
      if (at + 16 > page.length) damagedBolt('a page has more rows than room');
      const key = at + page.readUInt32LE(at + 4);
      const value = key + page.readUInt32LE(at + 8);
      const end = value + page.readUInt32LE(at + 12);
      if (end > page.length) damagedBolt('a row ends beyond its page');
      const isBucket = (page.readUInt32LE(at) & BUCKET_FLAG) !== 0;
      yield { key: page.subarray(key, value), value: page.subarray(value, end), isBucket };
    }
  }
}
