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
  TYPE_DIRECTORY,
  TYPE_GNU_LONG_LINK,
  TYPE_GNU_LONG_NAME,
  TYPE_GNU_SPARSE,
  TYPE_PAX,
  TYPE_PAX_GLOBAL,
  TYPE_REGULAR,
} from './entry.ts';
import { BLOCK, isZeroBlock, parseHeader, type TarHeader } from './header.ts';
import { parseDecimal } from './numeric.ts';
import { parsePax, parsePaxTime, PAX_XATTR, type PaxRecords, SPARSE_MAP } from './pax.ts';
import { checkSparse, oldSparseSize, pairs, parseSparseMap, readOldSparse, SPARSE_MAP_LIMIT } from './sparse.ts';

/** An extended header is kept in memory, so it has a limit: archive/tar's, 1 MiB. */
const EXTENDED_HEADER_LIMIT = 1 << 20;

const NO_XATTRS: ReadonlyMap<string, Uint8Array> = new Map();

const bad = (problem: string): never => {
  throw new LayerError('invalid-header', { problem });
};

const truncated = (what: string): never => {
  throw new LayerError('truncated', { what });
};

const text = (pax: PaxRecords, key: string): string | undefined => {
  const value = pax.get(key);
  // An empty value takes the record back: the header's own field counts.
  return value === undefined || value.length === 0 ? undefined : decodeName(value);
};

const number = (pax: PaxRecords, key: string): number | undefined => {
  const value = text(pax, key);
  return value === undefined ? undefined : parseDecimal(value);
};

const seconds = (value: number): bigint => BigInt(value) * 1_000_000_000n;

export class TarReader {
  readonly #queue: ByteQueue;
  /** Data of the current entry that is not read yet, and the zeros that fill its last block. */
  #remaining = 0;
  #padding = 0;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#queue = new ByteQueue(stream);
  }

  /**
   * The next entry; what was left of the data of the one before is skipped. `undefined` after the end marker, or where
   * a stream ends that has none. Throws `LayerError` `invalid-header` and `truncated`.
   */
  async next(): Promise<TarEntry | undefined> {
    let pax: PaxRecords | undefined;
    let longName = '';
    let longLink = '';
    for (;;) {
      await this.#skip();
      const block = await this.#block();
      if (block === undefined) return undefined;
      const header = parseHeader(block);
      switch (header.type) {
        case TYPE_PAX:
          pax = parsePax(await this.#extended(header.size));
          break;
        case TYPE_PAX_GLOBAL:
          parsePax(await this.#extended(header.size));
          return entryOf({ ...header, size: 0, linkname: '', uid: 0, gid: 0, mode: 0, mtime: 0 }, undefined, 0);
        case TYPE_GNU_LONG_NAME:
          longName = untilZero(await this.#extended(header.size));
          break;
        case TYPE_GNU_LONG_LINK:
          longLink = untilZero(await this.#extended(header.size));
          break;
        default:
          if (pax !== undefined) applyPax(header, pax);
          if (longName !== '') header.name = longName;
          if (longLink !== '') header.linkname = longLink;
          // v7 knows no directory type: a trailing slash says so.
          if (header.type === 0) header.type = header.name.endsWith('/') ? TYPE_DIRECTORY : TYPE_REGULAR;
          return await this.#entry(header, pax, block);
      }
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

  /** All of the current entry's stored data in one view, when it has arrived in one chunk or is small enough to join. */
  readWhole(limit: number): Uint8Array | undefined {
    const size = this.#remaining;
    if (size > this.#queue.available || size > limit || size === 0) return undefined;
    this.#remaining = 0;
    return this.#queue.takeExactly(size);
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

  async #skip(): Promise<void> {
    for (let left = this.#remaining + this.#padding; left > 0;) {
      if (this.#queue.available === 0 && !(await this.#queue.more())) {
        // Some writers leave out the zeros after the last file.
        if (left > this.#padding) truncated('the data of a file');
        break;
      }
      left -= this.#queue.drop(left);
      this.#remaining = Math.max(0, left - this.#padding);
      this.#padding = Math.min(left, this.#padding);
    }
    this.#remaining = 0;
    this.#padding = 0;
  }

  /** The next header block; `undefined` at the end of the archive: two zero blocks, one, or just the end. */
  async #block(): Promise<Uint8Array | undefined> {
    const queue = this.#queue;
    if (queue.available < BLOCK && !(await queue.fill(BLOCK))) {
      return queue.available === 0 ? undefined : truncated('a header');
    }
    const block = queue.takeExactly(BLOCK);
    if (block[0] !== 0 || !isZeroBlock(block)) return block;
    if (!(await queue.fill(BLOCK))) return queue.available === 0 ? undefined : truncated('a header');
    return isZeroBlock(queue.takeExactly(BLOCK)) ? undefined : bad('a zero block stands between headers');
  }

  async #extended(size: number): Promise<Uint8Array> {
    if (size < 0 || size > EXTENDED_HEADER_LIMIT) return bad(`an extended header of ${size} bytes`);
    if (!(await this.#queue.fill(size))) return truncated('an extended header');
    this.#padding = padding(size);
    return size === 0 ? new Uint8Array(0) : this.#queue.takeExactly(size);
  }

  async #entry(header: TarHeader, pax: PaxRecords | undefined, block: Uint8Array): Promise<TarEntry> {
    if (header.size < 0) bad('a negative size');
    const stored = isHeaderOnly(header.type) ? 0 : header.size;
    let sparse: readonly SparsePiece[] | undefined;
    let mapped = 0;
    if (header.type === TYPE_GNU_SPARSE) {
      if (!header.gnu) bad('a sparse file of another format than GNU');
      // containerd refuses type 'S'; GNU tar, which alone writes it, means a regular file.
      header.type = TYPE_REGULAR;
      sparse = await this.#oldSparse(block);
      header.size = oldSparseSize(block);
      this.#begin(stored);
    } else {
      this.#begin(stored);
      const format = pax === undefined ? undefined : sparseFormat(pax);
      if (format !== undefined && pax !== undefined) {
        header.name = text(pax, 'GNU.sparse.name') ?? header.name;
        if (format === '1.0') {
          sparse = await this.#sparseLines();
          mapped = stored - this.#remaining;
        } else sparse = parseSparseMap(text(pax, SPARSE_MAP) ?? '', text(pax, 'GNU.sparse.numblocks') ?? '');
        header.size = number(pax, 'GNU.sparse.size') ?? number(pax, 'GNU.sparse.realsize') ?? header.size;
      }
    }
    if (sparse !== undefined) checkSparse(sparse, header.size, stored - mapped);
    return entryOf(header, pax, stored - mapped, sparse);
  }

  #begin(stored: number): void {
    this.#remaining = stored;
    this.#padding = padding(stored);
  }

  async #oldSparse(block: Uint8Array): Promise<readonly SparsePiece[]> {
    const pieces: SparsePiece[] = [];
    let read = BLOCK;
    for (let more = readOldSparse(block, false, pieces); more; read += BLOCK) {
      if (read > SPARSE_MAP_LIMIT) bad('a sparse map is too long');
      if (!(await this.#queue.fill(BLOCK))) truncated('a sparse map');
      more = readOldSparse(this.#queue.takeExactly(BLOCK), true, pieces);
    }
    return pieces;
  }

  /** The map of sparse format 1.0: decimal lines in front of the data, in whole blocks. */
  async #sparseLines(): Promise<readonly SparsePiece[]> {
    const numbers: number[] = [];
    let line = '';
    let wanted = 1;
    for (let read = 0; numbers.length < wanted; read += BLOCK) {
      if (read > SPARSE_MAP_LIMIT) bad('a sparse map is too long');
      if (this.#remaining < BLOCK) bad('a sparse map does not end');
      if (!(await this.#queue.fill(BLOCK))) truncated('a sparse map');
      this.#remaining -= BLOCK;
      for (const byte of this.#queue.takeExactly(BLOCK)) {
        if (byte !== 0x0a) line += String.fromCharCode(byte);
        else {
          numbers.push(parseDecimal(line));
          line = '';
          if (numbers.length === 1) wanted = 1 + 2 * (numbers[0] as number);
          if (numbers.length === wanted) break;
        }
      }
    }
    return pairs(numbers.slice(1));
  }
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

const untilZero = (bytes: Uint8Array): string => {
  const zero = bytes.indexOf(0);
  return decodeName(zero < 0 ? bytes : bytes.subarray(0, zero));
};

/** Which sparse format the records describe, `undefined` for none or one that is not known. */
const sparseFormat = (pax: PaxRecords): '0.x' | '1.0' | undefined => {
  const major = text(pax, 'GNU.sparse.major') ?? '';
  const minor = text(pax, 'GNU.sparse.minor') ?? '';
  if (major === '0' && (minor === '0' || minor === '1')) return '0.x';
  if (major === '1' && minor === '0') return '1.0';
  return major === '' && minor === '' && text(pax, SPARSE_MAP) !== undefined ? '0.x' : undefined;
};

/** Numbers that the header has no room for, and names in UTF-8. */
const applyPax = (header: TarHeader, pax: PaxRecords): void => {
  header.name = text(pax, 'path') ?? header.name;
  header.linkname = text(pax, 'linkpath') ?? header.linkname;
  header.uid = number(pax, 'uid') ?? header.uid;
  header.gid = number(pax, 'gid') ?? header.gid;
  header.size = number(pax, 'size') ?? header.size;
};

const xattrsOf = (pax: PaxRecords): ReadonlyMap<string, Uint8Array> => {
  let found: Map<string, Uint8Array> | undefined;
  for (const [key, value] of pax) {
    // The value must not keep the whole chunk alive for as long as the file lives.
    if (key.startsWith(PAX_XATTR)) (found ??= new Map()).set(key.slice(PAX_XATTR.length), value.slice());
  }
  return found ?? NO_XATTRS;
};

const entryOf = (
  header: TarHeader,
  pax: PaxRecords | undefined,
  stored: number,
  sparse?: readonly SparsePiece[],
): TarEntry => {
  const mtime = pax && text(pax, 'mtime');
  const atime = pax && text(pax, 'atime');
  return {
    name: header.name,
    linkname: header.linkname,
    type: header.type,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    size: header.size,
    stored,
    mtime: mtime === undefined ? seconds(header.mtime) : parsePaxTime(mtime),
    atime: atime !== undefined ? parsePaxTime(atime) : header.atime === undefined ? undefined : seconds(header.atime),
    devmajor: header.devmajor,
    devminor: header.devminor,
    xattrs: pax === undefined ? NO_XATTRS : xattrsOf(pax),
    sparse,
  };
};
