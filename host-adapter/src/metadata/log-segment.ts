/**
 * One of the two files of a write-ahead log.
 *
 *   magic u32 · checksum u32 · generation u64 | record | record | … | zeros, or what an older generation left
 *   record = length u32 · checksum u32 · JSON of what one or several transactions wrote, `[key]` for a deleted row
 *
 * The generation is the seed of each record's checksum, so that the log ends where the records of this generation end.
 * The file is written full of zeros when it is made: a flush then has to write no metadata of the file system, which
 * makes it several times as fast.
 *
 * Blanks behind its JSON let a record end where a block of the disk does: what was acknowledged is never written again,
 * and the bytes go to the disk past the page cache (O_DIRECT), which halves a flush once more.
 */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  write as writeLater,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { addressOf } from '../linux/index.ts';

const MAGIC = 0x4c53_574c;
export const HEADER = 16;
const RECORD_HEADER = 8;

/** Bytes of a fresh file. A transaction that does not fit makes its file longer. */
export const SEGMENT_BYTES: number = 1 << 20;

/** `undefined` = deleted. */
export type LogRow = readonly [key: string, value: unknown];

export interface SegmentContents {
  /** From 1; the other file has the one before or after. */
  readonly generation: number;
  readonly rows: readonly LogRow[];
  /** Where the next record goes. */
  readonly end: number;
}

/** Writes the header of a file and answers it. */
const putHeader = (bytes: Buffer, generation: number): Buffer => {
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeBigUInt64LE(BigInt(generation), 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(8, HEADER)), 4);
  return bytes.subarray(0, HEADER);
};

/** Writes a record that fills `bytes`, which are long enough for its JSON. */
const putRecord = (bytes: Buffer, json: string, generation: number): void => {
  const end = RECORD_HEADER + bytes.write(json, RECORD_HEADER);
  const payload = bytes.fill(' ', end).subarray(RECORD_HEADER);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt32LE(crc32(payload, generation), 4);
};

/** The generation in the header of a file; `undefined` when it was never begun, or its header cannot be read. */
export const generationOf = (bytes: Buffer): number | undefined => {
  if (bytes.length < HEADER) return undefined;
  const generation = Number(bytes.readBigUInt64LE(8));
  return generation !== 0 && bytes.subarray(0, HEADER).equals(putHeader(Buffer.alloc(HEADER), generation))
    ? generation
    : undefined;
};

/** The JSON of the record that begins at a byte; `undefined` when no whole record of the generation begins there. */
export const recordAt = (bytes: Buffer, at: number, generation: number): Buffer | undefined => {
  if (at + RECORD_HEADER > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const payload = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
  return length !== 0 && payload.length === length && crc32(payload, generation) === bytes.readUInt32LE(at + 4)
    ? payload
    : undefined;
};

/** Where the next record goes: the end of those that can be read one after another. `visit` is given each. */
export const readRecords = (bytes: Buffer, generation: number, visit?: (json: Buffer) => void): number => {
  let end = HEADER;
  for (;;) {
    const json = recordAt(bytes, end, generation);
    if (json === undefined) return end;
    visit?.(json);
    end += RECORD_HEADER + json.length;
  }
};

/** What a file holds; `undefined` when it is missing or was never begun. */
export const readSegment = (path: string): SegmentContents | undefined => {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const generation = generationOf(bytes);
  if (generation === undefined) return undefined;
  const rows: LogRow[] = [];
  const end = readRecords(bytes, generation, (json) => {
    for (const [key, value] of JSON.parse(json.toString()) as readonly LogRow[]) rows.push([key, value]);
  });
  return { generation, rows, end };
};

const writeAll = promisify(writeLater);

/** Above this many milliseconds a flush is left to another thread; asking one costs a tenth of that. */
const PATIENCE = 0.5;

/** What disks write at once: most of them the one, some only the other. */
const SMALL_BLOCK = 512;
const LARGE_BLOCK = 4096;

/** O_DIRECT wants memory at such an address as well. */
const alignedBuffer = (length: number): Buffer => {
  const memory = Buffer.from(new ArrayBuffer(length + LARGE_BLOCK));
  const begin = -Number(addressOf(memory)) & (LARGE_BLOCK - 1);
  return memory.subarray(begin, begin + length);
};

interface Opened {
  readonly fd: number;
  /** In bytes. */
  readonly block: number;
}

const openBlocks = (path: string): Opened => {
  const flags = constants.O_RDWR | constants.O_DSYNC;
  let fd: number;
  try {
    fd = openSync(path, flags | constants.O_DIRECT);
  } catch (error) {
    // Not on this file system: the page cache takes any length.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    return { fd: openSync(path, flags), block: SMALL_BLOCK };
  }
  try {
    readSync(fd, alignedBuffer(SMALL_BLOCK), 0, SMALL_BLOCK, SMALL_BLOCK);
    return { fd, block: SMALL_BLOCK };
  } catch {
    return { fd, block: LARGE_BLOCK };
  }
};

/** The file opened for writing; whatever is written is on the disk when the call is over. Made when it is missing. */
export class LogSegment {
  readonly path: string;
  readonly #fd: number;
  readonly #block: number;
  #generation = 0;
  #end = HEADER;
  #buffer: Buffer = alignedBuffer(16 * LARGE_BLOCK);
  /** What a flush takes here, in milliseconds, smoothed. */
  #usual = 0;

  constructor(path: string) {
    this.path = path;
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < SEGMENT_BYTES) makeFile(path);
    ({ fd: this.#fd, block: this.#block } = openBlocks(path));
  }

  get generation(): number {
    return this.#generation;
  }

  /** Goes on behind what is there. */
  resume({ generation, end }: SegmentContents): void {
    this.#generation = generation;
    this.#end = end;
  }

  /** Forgets what is there. The first block is the header and a record of nothing. */
  async begin(generation: number): Promise<void> {
    const bytes = this.#buffer.subarray(0, this.#block);
    putHeader(bytes, generation);
    putRecord(bytes.subarray(HEADER), '[]', generation);
    await this.#write(bytes, 0);
    this.#generation = generation;
    this.#end = bytes.length;
  }

  /** Rows that come true together, as a record of this file. Good until the next one is asked for. */
  record(rows: Iterable<LogRow>): Buffer {
    const json = JSON.stringify(Array.from(rows, ([key, value]) => (value === undefined ? [key] : [key, value])));
    const length = RECORD_HEADER + Buffer.byteLength(json);
    const room = Math.ceil(length / this.#block) * this.#block;
    if (room > this.#buffer.length) this.#buffer = alignedBuffer(room);
    const bytes = this.#buffer.subarray(0, room);
    putRecord(bytes, json, this.#generation);
    return bytes;
  }

  /** Whether a record stays within the file as it was made. What ends within a block was written by an older program. */
  fits(record: Buffer): boolean {
    return this.#end % this.#block === 0 && this.#end + record.length <= SEGMENT_BYTES;
  }

  async append(record: Buffer): Promise<void> {
    await this.#write(record, this.#end);
    this.#end += record.length;
  }

  close(): void {
    closeSync(this.#fd);
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    const begin = performance.now();
    for (let at = 0; at < bytes.length;) {
      at +=
        this.#usual < PATIENCE
          ? writeSync(this.#fd, bytes, at, bytes.length - at, position + at)
          : (await writeAll(this.#fd, bytes, at, bytes.length - at, position + at)).bytesWritten;
    }
    this.#usual += (performance.now() - begin - this.#usual) / 8;
  }
}

/** Under another name until it is whole: a file that is shorter was cut by somebody. */
const makeFile = (path: string): void => {
  const making = `${path}.new`;
  const fd = openSync(making, 'w', 0o600);
  try {
    const zeros = Buffer.alloc(SEGMENT_BYTES);
    // A disk that is nearly full takes a part; what is left of it then says so.
    for (let at = 0; at < zeros.length;) at += writeSync(fd, zeros, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(making, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};
