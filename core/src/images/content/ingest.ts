/** A blob on its way in: bytes that nobody can see yet, hashed while they are written. */
import { writeAll, writePlainFile, type PlainFiles } from '../../fs/index.ts';
import type { LayerCodecs } from '../../layers/index.ts';
import { ImageError } from '../errors.ts';
import type { Digest } from '../oci/descriptor.ts';

/** What the writer of a blob was told about it. */
export interface Expected {
  readonly digest?: Digest;
  readonly size?: number;
}

export interface Ingest {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the bytes durable and checks them. */
  finish(expected: Expected): Promise<{ readonly digest: Digest; readonly size: number }>;
  /** Moves the finished bytes to `path` in `folder`, in one step. */
  publish(folder: string, path: string): Promise<void>;
  /** Removes the ingest's folder. Idempotent. */
  discard(): Promise<void>;
}

/** Starts an ingest under `<root>/ingest`, in place of one that a crash left under the same ref. */
export const openIngest = async (
  files: PlainFiles,
  root: string,
  codecs: Pick<LayerCodecs, 'sha256'>,
  ref: string,
  size: number,
): Promise<Ingest> => {
  // Any text may be a ref, slashes included: containerd, too, names the folder by its digest.
  const refHash = await codecs.sha256();
  refHash.update(new TextEncoder().encode(ref));
  const folder = `${root}/ingest/${refHash.hex()}`;
  const data = `${folder}/data`;
  await files.rm(folder, { recursive: true, force: true });
  await files.mkdir(folder, { recursive: true });
  await writePlainFile(files, `${folder}/ref`, new TextEncoder().encode(ref));
  const hash = await codecs.sha256();
  const file = await files.open(data, 'w');
  if (size > 0) await file.truncate(size);
  let written = 0;
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await file.close();
  };
  return {
    write: async (bytes) => {
      hash.update(bytes);
      await writeAll(file, bytes, written);
      written += bytes.length;
    },
    finish: async (expected) => {
      if (written !== size) await file.truncate(written);
      await file.datasync();
      await close();
      if (expected.size !== undefined && expected.size !== written)
        throw new ImageError('size-mismatch', { actual: written, expected: expected.size });
      const digest = `sha256:${hash.hex()}`;
      if (expected.digest !== undefined && expected.digest !== digest)
        throw new ImageError('digest-mismatch', { actual: digest, expected: expected.digest });
      return { digest, size: written };
    },
    publish: async (blobs, path) => {
      await files.mkdir(blobs, { recursive: true });
      await files.rename(data, path);
    },
    discard: async () => {
      await close();
      await files.rm(folder, { recursive: true, force: true });
    },
  };
};
