/**
 * One of the two files of a write-ahead log.
 *
 *   magic u32 · checksum u32 · generation u64 | record | record | … | zeros, or what an older generation left
 *   record = length u32 · checksum u32 · JSON of what one or several transactions wrote, `[key]` for a deleted row
 *
 * The generation is the seed of each record's checksum, so that the log ends where the records of this generation end.
 * The file is written full of zeros when it is made: a flush then has to write no metadata of the file system, which
 * makes it several times as fast.
 */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  write as writeLater,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

const MAGIC = 0x4c53_574c;
const HEADER = 16;
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

const headerBytes = (generation: number): Buffer => {
  const bytes = Buffer.alloc(HEADER);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeBigUInt64LE(BigInt(generation), 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return bytes;
};

/** Rows that come true together, as a record of a generation. */
export const recordBytes = (rows: Iterable<LogRow>, generation: number): Buffer => {
  const entries = Array.from(rows, ([key, value]) => (value === undefined ? [key] : [key, value]));
  const payload = Buffer.from(JSON.stringify(entries));
  const bytes = Buffer.alloc(RECORD_HEADER + payload.length);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt32LE(crc32(payload, generation), 4);
  payload.copy(bytes, RECORD_HEADER);
  return bytes;
};

/** What a file holds; `undefined` when it is missing or was never begun. */
export const readSegment = (path: string): SegmentContents | undefined => {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  if (bytes.length < HEADER) return undefined;
  const generation = Number(bytes.readBigUInt64LE(8));
  if (generation === 0 || !bytes.subarray(0, HEADER).equals(headerBytes(generation))) return undefined;
  const rows: LogRow[] = [];
  let end = HEADER;
  while (end + RECORD_HEADER <= bytes.length) {
    const length = bytes.readUInt32LE(end);
    const payload = bytes.subarray(end + RECORD_HEADER, end + RECORD_HEADER + length);
    if (length === 0 || payload.length < length || crc32(payload, generation) !== bytes.readUInt32LE(end + 4)) break;
    for (const [key, value] of JSON.parse(payload.toString()) as readonly LogRow[]) rows.push([key, value]);
    end += RECORD_HEADER + length;
  }
  return { generation, rows, end };
};

const writeAll = promisify(writeLater);

/** Above this many milliseconds a flush is left to another thread; asking one costs a tenth of that. */
const PATIENCE = 0.5;

/** The file opened for writing; whatever is written is on the disk when the call is over. Made when it is missing. */
export class LogSegment {
  readonly path: string;
  readonly #fd: number;
  #generation = 0;
  #end = HEADER;
  /** What a flush takes here, in milliseconds, smoothed. */
  #usual = 0;

  constructor(path: string) {
    this.path = path;
    if (readSegment(path) === undefined) makeFile(path);
    this.#fd = openSync(path, constants.O_WRONLY | constants.O_DSYNC);
  }

  get generation(): number {
    return this.#generation;
  }

  /** Whether so many bytes stay within the file as it was made. */
  fits(length: number): boolean {
    return this.#end + length <= SEGMENT_BYTES;
  }

  /** Goes on behind what is there. */
  resume({ generation, end }: SegmentContents): void {
    this.#generation = generation;
    this.#end = end;
  }

  /** Forgets what is there. */
  async begin(generation: number): Promise<void> {
    await this.#write(headerBytes(generation), 0);
    this.#generation = generation;
    this.#end = HEADER;
  }

  async append(records: Buffer): Promise<void> {
    await this.#write(records, this.#end);
    this.#end += records.length;
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

/** The header comes last, with the first generation: a file half made by a crash is made again. */
const makeFile = (path: string): void => {
  const fd = openSync(path, 'w', 0o600);
  try {
    writeSync(fd, Buffer.alloc(SEGMENT_BYTES));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};
