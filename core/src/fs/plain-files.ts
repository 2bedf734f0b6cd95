/**
 * The `PlainFiles` port: the part of `node:fs/promises` that the plain-file folders of a node need (content store, OCI
 * layout directories).
 *
 * Both `node:fs/promises` and the `promises` of a memfs `Volume` satisfy it as they are: a simulated node keeps its
 * blobs in memory and a real one on disk with the same code. Hence what is *not* here: `FileHandle.sync` (memfs's types
 * lack it; `datasync` also makes the size durable, fdatasync(2)) and whole-file reads (memfs copies, and a layer is
 * larger than a string of it should be): read in chunks through a handle.
 *
 * Paths are absolute with `/`. Failures carry Node's string `code` (`'ENOENT'`, …); see `isMissing`.
 */
export interface PlainFiles {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  /** `flags` as fopen(3): `'r'`, `'w'` (truncates), `'wx'` (must be new). */
  open(path: string, flags: string): Promise<PlainFile>;
  /** Atomic; replaces a file at `to`. */
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { recursive?: boolean; force?: boolean }): Promise<void>;
  stat(path: string): Promise<PlainStat>;
  /** Strings, whatever memfs's types say; `listNames` has them as such. In no promised order. */
  readdir(path: string): Promise<readonly (string | object)[]>;
}

/** An open file. Offsets, lengths and positions are bytes. */
export interface PlainFile {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  /** May write less than asked, as write(2); `writeAll` goes on until all is written. */
  write(from: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  /** Sets the size; a known size given first saves an in-memory file its growing by copies. */
  truncate(size: number): Promise<void>;
  datasync(): Promise<void>;
  stat(): Promise<PlainStat>;
  close(): Promise<void>;
}

export interface PlainStat {
  readonly size: number | bigint;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** Bytes per read of `readChunks`: a few tar blocks short of what fits a processor's cache. */
const CHUNK = 256 * 1024;

/** Whether an error of a `PlainFiles` call says that the path is not there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The names in a directory, in code-unit order; none when it is missing. */
export const listNames = async (files: PlainFiles, path: string): Promise<readonly string[]> => {
  try {
    return (await files.readdir(path)).map(String).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

/** The size of a file in bytes; `undefined` when it is missing. */
export const sizeOf = async (files: PlainFiles, path: string): Promise<number | undefined> => {
  try {
    return Number((await files.stat(path)).size);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Writes all of `bytes` at `position`. */
export const writeAll = async (file: PlainFile, bytes: Uint8Array, position: number): Promise<void> => {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

/**
 * The bytes of a file from `position` on, each chunk in a buffer of its own, so that a reader may keep (parts of) it.
 * The file is opened at the first read and closed when the reader stops, whatever the reason.
 */
export async function* readChunks(files: PlainFiles, path: string, position = 0): AsyncGenerator<Uint8Array, void> {
  const file = await files.open(path, 'r');
  try {
    const size = Number((await file.stat()).size);
    let at = position;
    while (at < size) {
      const chunk = new Uint8Array(Math.min(CHUNK, size - at));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield bytesRead === chunk.length ? chunk : chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** All bytes of a small file; `undefined` when it is missing. */
export const readPlainFile = async (files: PlainFiles, path: string): Promise<Uint8Array | undefined> => {
  const size = await sizeOf(files, path);
  if (size === undefined) return undefined;
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of readChunks(files, path)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};

/** Makes or replaces the file at `path`. Not atomic: write elsewhere and rename where a reader could look. */
export const writePlainFile = async (files: PlainFiles, path: string, bytes: Uint8Array): Promise<void> => {
  const file = await files.open(path, 'w');
  try {
    await writeAll(file, bytes, 0);
  } finally {
    await file.close();
  }
};
