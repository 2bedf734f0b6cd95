/**
 * Reads a layer tar as containerd (Go's archive/tar) and GNU tar read it, in constant memory.
 *
 * Why not tar-stream's `extract`, which reads the archives around the layers: it decodes PAX values as UTF-8 and so
 * destroys binary extended attributes (security.capability), folds global PAX headers into every entry (containerd
 * ignores them), answers `null` for a type flag it does not know, takes the extension blocks of a GNU sparse file for
 * headers, and its stream per entry costs several times the parse.
 */
import { decodeName } from '../../fs/index.ts';
import { LayerError } from '../layer-error.ts';
import { ByteQueue } from './byte-queue.ts';
import {
  isHeaderOnly,
  type SparsePiece,
  type TarEntry,
  type TarHeader,
  TYPE_DIRECTORY,
  TYPE_GNU_LONG_LINK,
  TYPE_GNU_LONG_NAME,
  TYPE_GNU_SPARSE,
  TYPE_PAX,
  TYPE_PAX_GLOBAL,
  TYPE_REGULAR,
} from './entry.ts';
import { applyPax, sparseFormat } from './extended.ts';
import { BLOCK, fromSeconds, isGnuHeader, isZeroBlock, parseHeader } from './header.ts';
import { parsePax, type PaxRecords } from './pax.ts';
import { readOldSparseFile, readPaxSparseFile } from './sparse-reader.ts';
import { oldSparseSize, readOldSparse } from './sparse.ts';

/** An extended header is kept in memory, so it has a limit: archive/tar's, 1 MiB. */
const EXTENDED_LIMIT = 1 << 20;

const bad = (problem: string): never => {
  throw new LayerError('invalid-header', { problem });
};

const truncated = (what: string): never => {
  throw new LayerError('truncated', { what });
};

const paddingAfter = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

const untilZero = (bytes: Uint8Array): string => {
  const zero = bytes.indexOf(0);
  return decodeName(zero < 0 ? bytes : bytes.subarray(0, zero));
};

/** What a step of parsing ends with, besides an entry. */
const MORE = 'more bytes are needed';
const END = 'the end of the archive';

export class TarReader {
  readonly #queue: ByteQueue;
  /** Data of the current entry that is not read yet, and the zeros that fill its last block. */
  #remaining = 0;
  #padding = 0;
  /** Extended headers read so far for the next entry, and the one whose body comes next. */
  #pax: PaxRecords | undefined;
  #longName = '';
  #longLink = '';
  #extended: TarHeader | undefined;
  #zeroBlockSeen = false;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#queue = new ByteQueue(stream);
  }

  /**
   * The next entry, at once when it has arrived; what was left of the data of the one before is skipped. `undefined`
   * after the end marker, or where a stream ends that has none. Throws `LayerError` `invalid-header` and `truncated`.
   */
  next(): TarEntry | undefined | Promise<TarEntry | undefined> {
    const step = this.#step();
    if (step === MORE) return this.#nextAfterMore();
    return step === END ? undefined : step;
  }

  async #nextAfterMore(): Promise<TarEntry | undefined> {
    for (;;) {
      if (!(await this.#queue.more())) return this.#endOfStream();
      const step = this.#step();
      if (step !== MORE) return step === END ? undefined : step;
    }
  }

  /** Up to `most` bytes of the current entry's stored data that stand in one chunk; `undefined` when all is read. */
  async read(most: number = Infinity): Promise<Uint8Array | undefined> {
    if (this.#remaining === 0) return undefined;
    if (this.#queue.available === 0 && !(await this.#queue.more())) return truncated('the data of a file');
    const piece = this.#queue.take(Math.min(most, this.#remaining));
    this.#remaining -= piece.length;
    return piece;
  }

  /** All of the current entry's stored data, when it has arrived and stands in one chunk or has at most `joined` bytes. */
  readWhole(joined: number): Uint8Array | undefined {
    const size = this.#remaining;
    const queue = this.#queue;
    if (size === 0 || size > queue.available) return undefined;
    if (size > joined && size > queue.chunk.length - queue.at) return undefined;
    this.#remaining = 0;
    return queue.takeExactly(size);
  }

  /** Reads the stream to its end: what follows the end marker belongs to the layer's digest and size. */
  async drain(): Promise<void> {
    do this.#queue.drop(this.#queue.available);
    while (await this.#queue.more());
  }

  /** Lets the stream clean up when reading stops early. */
  async close(): Promise<void> {
    await this.#queue.close();
  }

  /** As far as the bytes that have arrived lead. */
  #step(): TarEntry | Promise<TarEntry> | typeof MORE | typeof END {
    const queue = this.#queue;
    for (;;) {
      if (this.#remaining > 0) {
        this.#remaining -= queue.drop(this.#remaining);
        if (this.#remaining > 0) return MORE;
      }
      if (this.#extended !== undefined) {
        if (queue.available < this.#extended.size) return MORE;
        const global = this.#readExtended(this.#extended);
        this.#extended = undefined;
        if (global !== undefined) return global;
      }
      if (this.#padding > 0) {
        this.#padding -= queue.drop(this.#padding);
        if (this.#padding > 0) return MORE;
      }
      if (queue.available < BLOCK) return MORE;
      queue.gather(BLOCK);
      const { chunk, at } = queue;
      if (chunk[at] === 0 && isZeroBlock(chunk, at)) {
        queue.drop(BLOCK);
        if (this.#zeroBlockSeen) return END;
        this.#zeroBlockSeen = true;
        continue;
      }
      if (this.#zeroBlockSeen) bad('a zero block stands between headers');
      const header = parseHeader(chunk, at);
      if (header.size < 0) bad('a negative size');
      const { type } = header;
      if (type !== TYPE_PAX && type !== TYPE_PAX_GLOBAL && type !== TYPE_GNU_LONG_NAME && type !== TYPE_GNU_LONG_LINK) {
        return this.#entry(header);
      }
      if (header.size > EXTENDED_LIMIT) bad(`an extended header of ${header.size} bytes`);
      queue.drop(BLOCK);
      this.#extended = header;
    }
  }

  /** The body of an extended header. Only a global one is an entry of its own. */
  #readExtended(header: TarHeader): TarEntry | undefined {
    const body = header.size === 0 ? new Uint8Array(0) : this.#queue.takeExactly(header.size);
    this.#padding = paddingAfter(header.size);
    if (header.type === TYPE_GNU_LONG_NAME) this.#longName = untilZero(body);
    else if (header.type === TYPE_GNU_LONG_LINK) this.#longLink = untilZero(body);
    else if (header.type === TYPE_PAX) this.#pax = parsePax(body);
    else {
      parsePax(body);
      return { ...header, linkname: '', mode: 0, uid: 0, gid: 0, size: 0, stored: 0, mtime: fromSeconds(0) };
    }
    return undefined;
  }

  /** The header block is still the next in the queue. */
  #entry(header: TarHeader): TarEntry | Promise<TarEntry> {
    const queue = this.#queue;
    const pax = this.#pax;
    if (pax !== undefined) applyPax(header, pax);
    if (this.#longName !== '') header.name = this.#longName;
    if (this.#longLink !== '') header.linkname = this.#longLink;
    this.#pax = undefined;
    this.#longName = '';
    this.#longLink = '';
    // v7 knows no directory type: a trailing slash says so.
    if (header.type === 0) header.type = header.name.endsWith('/') ? TYPE_DIRECTORY : TYPE_REGULAR;
    if (header.size < 0) bad('a negative size');
    const stored = isHeaderOnly(header.type) ? 0 : header.size;
    header.stored = stored;
    this.#remaining = stored;
    this.#padding = paddingAfter(stored);
    if (header.type === TYPE_GNU_SPARSE) {
      if (!isGnuHeader(queue.chunk, queue.at)) bad('a sparse file of another format than GNU');
      const block = queue.takeExactly(BLOCK);
      // containerd refuses type 'S'; GNU tar, which alone writes it, means a regular file.
      header.type = TYPE_REGULAR;
      header.size = oldSparseSize(block);
      const pieces: SparsePiece[] = [];
      const more = readOldSparse(block, false, pieces);
      return this.#sparse(header, readOldSparseFile(queue, header, pieces, more));
    }
    queue.drop(BLOCK);
    if (pax === undefined || sparseFormat(pax) === undefined) return header;
    if (isHeaderOnly(header.type)) bad('a sparse file without data');
    return this.#sparse(header, readPaxSparseFile(queue, header, pax));
  }

  async #sparse(header: TarHeader, map: Promise<void>): Promise<TarEntry> {
    await map;
    this.#remaining = header.stored;
    return header;
  }

  /** Whether the stream may end here: between entries, end marker or not; or without the zeros after the last file. */
  #endOfStream(): undefined {
    if (this.#remaining > 0) return truncated('the data of a file');
    if (this.#extended !== undefined) return truncated('an extended header');
    if (this.#padding === 0 && this.#queue.available > 0) return truncated('a header');
    if (this.#pax !== undefined || this.#longName !== '' || this.#longLink !== '') return truncated('an entry');
    return undefined;
  }
}
