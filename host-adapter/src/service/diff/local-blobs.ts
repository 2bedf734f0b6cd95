/**
 * The files of a containerd's content store, for a differ on the same machine: a layer read as a file does not cross a
 * socket in messages, which takes both sides longer than reading it.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes a read. */
const PIECE = 1 << 20;
const DIGEST = /^(sha256|sha512):([0-9a-f]{64,128})$/;

/**
 * Opens the blob `digest` in the content store at `root`; `undefined` when there is no such file of `size` bytes, e.g.
 * because the root is another mount namespace's. Whether its bytes are those of the digest is for the caller to say.
 */
export const openLocalBlob = async (root: string, digest: string, size: number): Promise<FileHandle | undefined> => {
  const [, algorithm, hex] = DIGEST.exec(digest) ?? [];
  if (algorithm === undefined || hex === undefined) return undefined;
  let file: FileHandle;
  try {
    file = await open(join(root, 'blobs', algorithm, hex));
  } catch {
    return undefined;
  }
  const stat = await file.stat();
  if (stat.isFile() && stat.size === size) return file;
  await file.close();
  return undefined;
};

/** The bytes of `file`, which is closed at the end. */
export async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array, void> {
  try {
    for (;;) {
      // Not one buffer used again: who gets a piece may keep it.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(PIECE), 0, PIECE);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
