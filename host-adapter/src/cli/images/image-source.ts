import { createReadStream } from 'node:fs';
import * as files from 'node:fs/promises';
import { resolve } from 'node:path';
import type { NamedSource } from './run-image.ts';

/** Bytes per read: large chunks, because each one travels through several async stages. */
const CHUNK = 1024 * 1024;

/** A wrong path, said so that a beginner can mend it. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

const unreadable = (path: string, error: unknown): SourceError => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return new SourceError(
      `${path}: no such file or directory. Give the path of an archive (docker save, skopeo copy … docker-archive:) or of an OCI layout directory.`,
    );
  if (code === 'EACCES') return new SourceError(`${path}: permission denied. Make the file readable, or copy it.`);
  return new SourceError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
};

async function* readArchive(path: string, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>) {
    read += chunk.length;
    onRead(read);
    yield chunk;
  }
}

/** The archive or OCI layout directory at `path`. Throws `SourceError`. */
export const openImage = async (path: string): Promise<NamedSource> => {
  let stat: Awaited<ReturnType<typeof files.stat>>;
  try {
    stat = await files.stat(path);
    await files.access(path, files.constants.R_OK);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (stat.isDirectory()) return { name: path, total: 0, open: () => ({ files, folder: resolve(path) }) };
  return { name: path, total: stat.size, open: (onRead) => ({ archive: readArchive(path, onRead) }) };
};
