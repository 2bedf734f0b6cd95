/** One import on its way: what it brought into the content store, so that a failure can take it back. */
import type { Labels } from '../../snapshots/index.ts';
import type { ContentStore } from '../content/content-store.ts';
import { referenceLabels, walkDocuments } from '../content/documents.ts';
import { ImageError } from '../errors.ts';
import type { Digest } from '../oci/descriptor.ts';
import type { ImportedArchive, ImportedImage, ImportOptions } from './imported.ts';

/** A blob that is in the content store now. */
export interface StoredFile {
  readonly digest: Digest;
  readonly size: number;
}

export class ImportSession {
  readonly store: ContentStore;
  /** The archive as the user called it. */
  readonly image: string;
  readonly #options: ImportOptions;
  readonly #added = new Set<Digest>();

  constructor(store: ContentStore, options: ImportOptions) {
    this.store = store;
    this.image = options.image;
    this.#options = options;
  }

  /**
   * Puts the bytes of `entry` into the store. When `promised` (the digest its name gives) is there already, nothing is
   * read; else the bytes must have it: `digest-mismatch`, `size-mismatch`.
   */
  async add(
    entry: string,
    chunks: AsyncIterable<Uint8Array>,
    size: number,
    promised?: Digest,
    labels: Labels = {},
  ): Promise<StoredFile> {
    const { store, image } = this;
    const present = promised === undefined ? undefined : await store.find(promised);
    if (present !== undefined) return this.#stored(entry, present, true);
    const writer = await store.writer(`import ${image} ${entry}`, size);
    try {
      for await (const chunk of chunks) await writer.write(chunk);
      const committed = await writer.commit(promised === undefined ? {} : { digest: promised, size }, labels);
      if (!committed.existed) this.#added.add(committed.digest);
      return this.#stored(entry, committed, committed.existed);
    } catch (error) {
      if (error instanceof ImageError && (error.reason === 'digest-mismatch' || error.reason === 'size-mismatch'))
        throw new ImageError(error.reason, { ...error.data, image, entry }, error);
      throw error;
    } finally {
      await writer.abort();
    }
  }

  /**
   * Runs an import. When it is through, its documents are labelled with what they refer to, as a pull labels them, and
   * what none of its images leads to (the `json` and `VERSION` files of old docker archives) is removed: a real
   * containerd leaves that to its garbage collector. When it fails, all it added is removed.
   */
  async run(body: () => Promise<ImportedArchive>): Promise<ImportedArchive> {
    try {
      const archive = await body();
      await this.#sweep(await this.#label(archive.images));
      return archive;
    } catch (error) {
      await this.#sweep(new Set());
      throw error;
    }
  }

  #stored(entry: string, { digest, size }: StoredFile, existed: boolean): StoredFile {
    this.#options.onEvent?.({ type: 'blob-stored', entry, digest, size, existed });
    return { digest, size };
  }

  /** Answers every digest that the images lead to. */
  async #label(images: readonly ImportedImage[]): Promise<ReadonlySet<Digest>> {
    const reachable = new Set<Digest>();
    const { store, image } = this;
    const present = await Promise.all(images.map(({ target }) => store.find(target.digest)));
    const [first] = images;
    if (first !== undefined && present.every((info) => info === undefined))
      throw new ImageError('blob-missing', { image, what: 'manifest', digest: first.target.digest });
    for (const { target } of images)
      await walkDocuments(store, target, { image }, async ({ digest }, document) => {
        const labels = referenceLabels(document);
        await store.label(digest, labels);
        for (const child of [digest, ...Object.values(labels)]) reachable.add(child);
      });
    return reachable;
  }

  async #sweep(keep: ReadonlySet<Digest>): Promise<void> {
    for (const digest of this.#added) {
      if (keep.has(digest)) continue;
      await this.store.delete(digest);
      this.#added.delete(digest);
    }
  }
}
