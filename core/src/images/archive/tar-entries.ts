/** Reads the outer tar of an image archive, entry by entry, in one pass. */
import { extract, type Header } from 'tar-stream';
import { ImageError } from '../errors.ts';

export interface ArchiveEntry {
  /** Without `./` in front and without a slash at the end. */
  readonly name: string;
  readonly type: Header['type'];
  /** As stored: what a link points to. */
  readonly linkname: string;
  readonly size: number;
  /** The content, to be read before the next entry is asked for; what is left unread is skipped. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** `a/./b/../c` → `a/c`; a leading `/` and `..` above the top are dropped. */
export const cleanPath = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
};

type Extract = ReturnType<typeof extract>;

/** Pushes `source` into the reader at the reader's pace. A failing source fails the reader with the same error. */
const feed = async (source: AsyncIterable<Uint8Array>, into: Extract): Promise<void> => {
  let resume: (() => void) | undefined;
  into.on('drain', () => resume?.());
  into.on('close', () => resume?.());
  try {
    for await (const chunk of source) {
      if (into.destroying) return;
      if (!into.write(chunk) && !into.destroying) await new Promise<void>((resolve) => (resume = resolve));
    }
    into.end(null);
  } catch (error) {
    into.destroy(error instanceof Error ? error : new Error(String(error)));
  }
};

/**
 * The entries of a tar archive in their order. `archive-truncated`, `archive-corrupt` and `archive-empty` name `image`
 * and the entry; an `ImageError` of `source` passes as it is.
 */
export async function* archiveEntries(
  source: AsyncIterable<Uint8Array>,
  image: string,
): AsyncGenerator<ArchiveEntry, void> {
  const reader = extract();
  let entry: string | undefined;
  /** What the reader failed of; an entry that was being read only hears that its stream was destroyed. */
  const failure = new Promise<Error | undefined>((resolve) => {
    let first: Error | undefined;
    reader.on('error', (error: Error) => (first ??= error));
    reader.on('close', () => resolve(first));
  });
  const named = async (heard: unknown): Promise<unknown> => {
    const error = (reader.destroying ? await failure : undefined) ?? heard;
    if (error instanceof ImageError) return error;
    const cause = error instanceof Error ? error.message : String(error);
    const place = entry === undefined ? { image } : { image, entry };
    return cause === 'Unexpected end of data'
      ? new ImageError('archive-truncated', place, error)
      : new ImageError('archive-corrupt', { ...place, cause }, error);
  };
  async function* content(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      yield* chunks;
    } catch (error) {
      throw await named(error);
    }
  }
  const feeding = feed(source, reader);
  const entries = reader[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: Awaited<ReturnType<typeof entries.next>>;
      try {
        next = await entries.next();
      } catch (error) {
        throw await named(error);
      }
      if (next.done === true) break;
      const { header } = next.value;
      entry = cleanPath(header.name);
      yield {
        name: entry,
        type: header.type,
        linkname: header.linkname ?? '',
        size: header.size,
        chunks: content(next.value as AsyncIterable<Uint8Array>),
      };
      next.value.resume();
    }
    if (entry === undefined) throw new ImageError('archive-empty', { image });
  } finally {
    reader.destroy();
    await feeding;
  }
}
