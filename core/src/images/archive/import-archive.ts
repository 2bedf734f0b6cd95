/**
 * Imports an image archive: what `docker save` and skopeo's `docker-archive:` write, an OCI layout as a tar, or both at
 * once (Docker 25+; the layout then counts, as for containerd). An outer gzip or zstd is taken off.
 *
 *   tar ──▶ entry ──▶ content store        one pass: manifest.json or index.json may well be the last entry, so every
 *             │                            file becomes a blob under the digest of its bytes, and what the image
 *             └──▶ documents kept aside    turns out not to need is removed at the end
 */
import { decompress, DEFAULT_LIMITS } from '../../layers/index.ts';
import type { ContentStore } from '../content/content-store.ts';
import { ImageError } from '../errors.ts';
import { isDigest, type Digest } from '../oci/descriptor.ts';
import { DOCUMENT_LIMIT } from '../oci/document.ts';
import { dockerImages } from './docker-manifest.ts';
import { ImportSession, type StoredFile } from './import-session.ts';
import type { ImportedArchive, ImportOptions } from './imported.ts';
import { layoutImages } from './layout-documents.ts';
import { archiveEntries, cleanPath, type ArchiveEntry } from './tar-entries.ts';

/** Entries that describe the archive; everything else is a blob or of no meaning. */
const DOCUMENTS = new Set(['manifest.json', 'index.json', 'oci-layout']);

/** Names that an error shows to tell what the archive is instead of an image. */
const SHOWN_NAMES = 5;

/** The digest that the name of an OCI layout's blob promises. */
const promisedDigest = (name: string): Digest | undefined => {
  const digest = name.replace(/^blobs\/sha256\//, 'sha256:');
  return isDigest(digest) ? digest : undefined;
};

const readWhole = async ({ name, size, chunks }: ArchiveEntry, image: string): Promise<Uint8Array> => {
  if (size > DOCUMENT_LIMIT)
    throw new ImageError('document-too-large', { image, document: name, size, limit: DOCUMENT_LIMIT });
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};

/** The name that a link of the archive points to. */
const linkTarget = ({ name, type, linkname }: ArchiveEntry): string =>
  // A symlink starts in its own folder, a hard link at the top of the archive.
  cleanPath(type === 'symlink' ? `${name.slice(0, name.lastIndexOf('/') + 1)}${linkname}` : linkname);

/**
 * The archive without its outer compression, which may expand it by as much as a layer's may. What a codec complains of
 * becomes `archive-corrupt`.
 */
async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  { image, store }: ImportSession,
): AsyncGenerator<Uint8Array, void> {
  const { ratio, ratioFrom } = DEFAULT_LIMITS;
  const compressed = { size: 0 };
  let size = 0;
  try {
    for await (const chunk of decompress(counted(source, compressed), store.codecs)) {
      size += chunk.length;
      if (size > ratioFrom && size > ratio * compressed.size)
        throw new ImageError('archive-expands', { image, ratio, compressed: compressed.size });
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ImageError) throw error;
    // The codec's error ends in the text of its class, as this one will.
    const cause = (error instanceof Error ? error.message : String(error)).replace(/: invalid argument$/, '');
    throw new ImageError('archive-corrupt', { image, cause }, error);
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, total: { size: number }): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of source) {
    total.size += chunk.length;
    yield chunk;
  }
}

const readArchive = async (source: AsyncIterable<Uint8Array>, session: ImportSession): Promise<ImportedArchive> => {
  const { image } = session;
  const documents = new Map<string, Uint8Array>();
  const files = new Map<string, StoredFile>();
  const links = new Map<string, string>();
  for await (const entry of archiveEntries(decompressed(source, session), image)) {
    const { name, type } = entry;
    if (type === 'symlink' || type === 'link') links.set(name, linkTarget(entry));
    else if (type !== 'file' && type !== 'contiguous-file') continue;
    else if (DOCUMENTS.has(name)) documents.set(name, await readWhole(entry, image));
    else files.set(name, await session.add(name, entry.chunks, entry.size, promisedDigest(name)));
  }
  const layout = documents.get('oci-layout');
  if (layout !== undefined) return layoutImages(layout, documents.get('index.json'), image);
  const saved = documents.get('manifest.json');
  if (saved === undefined)
    throw new ImageError('not-an-image', { image, found: [...files.keys()].slice(0, SHOWN_NAMES) });
  return { format: 'docker', images: await dockerImages(saved, { files, links }, session) };
};

/**
 * Reads the archive `source` into `store` and answers its images. Every blob is verified; a second import writes nothing.
 * Throws an `ImageError` that names `options.image` and the entry; the store is then as it was before.
 */
export const importArchive = (
  source: AsyncIterable<Uint8Array>,
  store: ContentStore,
  options: ImportOptions,
): Promise<ImportedArchive> => {
  const session = new ImportSession(store, options);
  return session.run(() => readArchive(source, session));
};
