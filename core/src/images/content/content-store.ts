/**
 * The content store: immutable blobs by digest, laid out as containerd's local store lays them out.
 *
 *   <root>/ingest/<sha256 of the ref>/{ref,data}     being written, of no use to anyone but the writer
 *                     │ rename(2), once size and digest were found right
 *                     ▼
 *   <root>/blobs/sha256/<hex>                        complete and verified, never changed
 *
 * A crash therefore leaves an ingest behind, never half a blob. Bytes live in plain files, what is known about them
 * (labels, times) in the metadata store: a blob without a row is whole and has no labels.
 */
import {
  listNames,
  readChunks,
  readPlainFile,
  sizeOf,
  type Clock,
  type Nanoseconds,
  type PlainFiles,
} from '../../fs/index.ts';
import { portableCodecs, type LayerCodecs } from '../../layers/index.ts';
import type { Labels, MetaStore } from '../../snapshots/index.ts';
import { ImageError } from '../errors.ts';
import type { Digest } from '../oci/descriptor.ts';
import { openIngest, type Expected, type Ingest } from './ingest.ts';
import { changedLabels, readRow, rowKey, type ContentRow } from './content-rows.ts';

/** What the store knows of a blob. `size` is bytes. */
export interface ContentInfo {
  readonly digest: Digest;
  readonly size: number;
  readonly created: Nanoseconds;
  readonly updated: Nanoseconds;
  readonly labels: Labels;
}

/** What a content store stands on. */
export interface ContentStoreOptions {
  readonly files: PlainFiles;
  /** The folder for the bytes, made when missing. */
  readonly root: string;
  readonly meta: MetaStore;
  readonly clock: Clock;
  /** The host's faster hashing and compression; portable ones otherwise. */
  readonly codecs?: LayerCodecs;
}

/** What `commit` of an ingest answers. `existed`: the store had these bytes already (containerd's AlreadyExists). */
export interface Committed {
  readonly digest: Digest;
  readonly size: number;
  readonly existed: boolean;
}

/** A writer of one blob. After `commit` or `abort` it is done. */
export interface ContentWriter {
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Checks size and digest and makes the bytes a blob, with `labels` when it is new. `digest-mismatch`,
   * `size-mismatch`: the ingest is removed and nothing else has changed. Writing what is there already is no error.
   */
  commit(expected?: Expected, labels?: Labels): Promise<Committed>;
  /** Removes what was written. Does nothing once committed, so that a `finally` may always call it. */
  abort(): Promise<void>;
}

/**
 * The content store port: immutable blobs by digest, with labels. Two have it: `LocalContentStore`, which keeps the
 * bytes, and a node's view of it for one namespace.
 */
export interface ContentStore {
  /** What hashes and decompresses the blobs, here and for whoever reads them. */
  readonly codecs: LayerCodecs;
  /**
   * Opens a writer. `ref` names the ingest for as long as it is being written: `ingest-locked` when another writer has
   * it. What a crash left under the same ref is thrown away: an import reads its source from the start anyway.
   * `size`, when known, is only a hint.
   */
  writer(ref: string, size?: number): Promise<ContentWriter>;
  /** Stores bytes that are in memory already, e.g. a manifest. */
  put(ref: string, bytes: Uint8Array, expected?: Expected, labels?: Labels): Promise<Committed>;
  /** `undefined` when there is no such blob. */
  find(digest: Digest): Promise<ContentInfo | undefined>;
  /** `content-missing` when there is no such blob. */
  info(digest: Digest): Promise<ContentInfo>;
  /** The bytes in chunks the reader may keep. `content-missing`. */
  read(digest: Digest): AsyncGenerator<Uint8Array, void>;
  /** All bytes of a small blob. `content-missing`. */
  readAll(digest: Digest): Promise<Uint8Array>;
  /** Sets labels; the value `''` removes one, labels not named stay. `content-missing`. */
  label(digest: Digest, labels: Labels): Promise<ContentInfo>;
  /** Every blob, in the order of the digests. */
  walk(): AsyncGenerator<ContentInfo, void>;
  /** The refs of ingests that are being written, or that a crash left. */
  ingests(): Promise<readonly string[]>;
  /** Removes a blob and what is known of it. `content-missing`. */
  delete(digest: Digest): Promise<void>;
}

/** The port over plain files. */
export class LocalContentStore implements ContentStore {
  readonly codecs: LayerCodecs;
  readonly #files: PlainFiles;
  readonly #root: string;
  readonly #meta: MetaStore;
  readonly #clock: Clock;
  /** Refs that have a writer now. */
  readonly #open = new Set<string>();

  constructor(options: ContentStoreOptions) {
    this.#files = options.files;
    this.#root = options.root;
    this.#meta = options.meta;
    this.#clock = options.clock;
    this.codecs = options.codecs ?? portableCodecs;
  }

  async writer(ref: string, size = 0): Promise<ContentWriter> {
    if (this.#open.has(ref)) throw new ImageError('ingest-locked', { ref });
    this.#open.add(ref);
    let ingest: Ingest;
    try {
      ingest = await openIngest(this.#files, this.#root, this.codecs, ref, size);
    } catch (error) {
      this.#open.delete(ref);
      throw error;
    }
    const release = async (): Promise<void> => {
      try {
        await ingest.discard();
      } finally {
        this.#open.delete(ref);
      }
    };
    return {
      write: (bytes) => ingest.write(bytes),
      commit: async (expected = {}, labels = {}) => {
        try {
          const { digest, size: written } = await ingest.finish(expected);
          const existed = (await sizeOf(this.#files, this.#path(digest))) !== undefined;
          if (!existed) await ingest.publish(this.#folder(), this.#path(digest));
          await this.#meta.write((tx) => {
            if (readRow(tx, digest) !== undefined) return;
            const now = this.#clock.now();
            tx.put(rowKey(digest), { created: now.toString(), updated: now.toString(), labels } satisfies ContentRow);
          });
          return { digest, size: written, existed };
        } finally {
          await release();
        }
      },
      abort: release,
    };
  }

  async put(ref: string, bytes: Uint8Array, expected: Expected = {}, labels: Labels = {}): Promise<Committed> {
    const writer = await this.writer(ref, bytes.length);
    try {
      await writer.write(bytes);
      return await writer.commit(expected, labels);
    } finally {
      await writer.abort();
    }
  }

  async find(digest: Digest): Promise<ContentInfo | undefined> {
    const size = await sizeOf(this.#files, this.#path(digest));
    if (size === undefined) return undefined;
    const row = this.#meta.read((tx) => readRow(tx, digest));
    return {
      digest,
      size,
      created: BigInt(row?.created ?? 0),
      updated: BigInt(row?.updated ?? 0),
      labels: row?.labels ?? {},
    };
  }

  async info(digest: Digest): Promise<ContentInfo> {
    return (await this.find(digest)) ?? this.#missing(digest);
  }

  async *read(digest: Digest): AsyncGenerator<Uint8Array, void> {
    await this.info(digest);
    yield* readChunks(this.#files, this.#path(digest));
  }

  async readAll(digest: Digest): Promise<Uint8Array> {
    const { size } = await this.info(digest);
    const bytes = new Uint8Array(size);
    let at = 0;
    for await (const chunk of this.read(digest)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  async label(digest: Digest, labels: Labels): Promise<ContentInfo> {
    const { created } = await this.info(digest);
    await this.#meta.write((tx) => {
      const row = readRow(tx, digest);
      tx.put(rowKey(digest), {
        created: row?.created ?? created.toString(),
        updated: this.#clock.now().toString(),
        labels: changedLabels(row?.labels ?? {}, labels),
      } satisfies ContentRow);
    });
    return this.info(digest);
  }

  async *walk(): AsyncGenerator<ContentInfo, void> {
    for (const name of await listNames(this.#files, this.#folder())) {
      const info = await this.find(`sha256:${name}`);
      if (info !== undefined) yield info;
    }
  }

  async ingests(): Promise<readonly string[]> {
    const folder = `${this.#root}/ingest`;
    const refs: string[] = [];
    for (const name of await listNames(this.#files, folder)) {
      const ref = await readPlainFile(this.#files, `${folder}/${name}/ref`);
      if (ref !== undefined) refs.push(new TextDecoder().decode(ref));
    }
    return refs.toSorted();
  }

  async delete(digest: Digest): Promise<void> {
    await this.info(digest);
    await this.#meta.write((tx) => tx.delete(rowKey(digest)));
    await this.#files.rm(this.#path(digest), { force: true });
  }

  #folder(): string {
    return `${this.#root}/blobs/sha256`;
  }

  #path(digest: Digest): string {
    return `${this.#folder()}/${digest.slice('sha256:'.length)}`;
  }

  #missing(digest: Digest): never {
    throw new ImageError('content-missing', { digest });
  }
}
