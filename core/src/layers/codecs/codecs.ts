/**
 * The `LayerCodecs` port: hashing and compression. `portableCodecs` runs everywhere; a host hands in its faster ones.
 *
 * Streams are `AsyncIterable`s of chunks of any size. A chunk that was handed on is never written to again, so that a
 * reader may keep (parts of) it.
 */

/** A running digest. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The digest in lower-case hex; ends the hasher's life. */
  hex(): string;
}

/** A digest that is computed in another thread while this one goes on. */
export interface BackgroundHasher {
  /** `bytes` are not changed afterwards. A promise says that the other thread has fallen behind, and until when. */
  update(bytes: Uint8Array): undefined | Promise<void>;
  hex(): Promise<string>;
  /** Ends it without a digest: exactly one of `hex` and `discard` is called. */
  discard(): void;
}

export type ByteStream = AsyncIterable<Uint8Array>;

export interface LayerCodecs {
  sha256(): Promise<Hasher>;
  /** As `sha256`, for long streams. Absent where no thread can be had. */
  backgroundSha256?(): BackgroundHasher;
  /** All members of a gzip stream (RFC 1952), checksums verified. Throws `LayerError` `corrupt-compression`. */
  gunzip(stream: ByteStream): ByteStream;
  /** All frames of a zstd stream (RFC 8878), skippable ones skipped. Throws `LayerError` `corrupt-compression`. */
  unzstd(stream: ByteStream): ByteStream;
  /** One member, no name, time 0: the same input gives the same bytes on every platform and with every codecs. */
  gzip(stream: ByteStream): ByteStream;
}

/** `sha256:` and the hex digest of `bytes`, as OCI writes digests. */
export const sha256Digest = async (bytes: Uint8Array, codecs: Pick<LayerCodecs, 'sha256'>): Promise<string> => {
  const hasher = await codecs.sha256();
  hasher.update(bytes);
  return `sha256:${hasher.hex()}`;
};
