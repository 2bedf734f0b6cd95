import { type FileSystem, type Inode, O_RDONLY, ROOT } from '../../fs/index.ts';

/** Bytes per read of a file that cannot share its content, and of zeros for a hole. */
const PIECE = 1 << 18;

const ZEROS = new Uint8Array(PIECE);

function* zeros(length: number): Generator<Uint8Array, void> {
  for (let left = length; left > 0; left -= PIECE) yield left >= PIECE ? ZEROS : ZEROS.subarray(0, left);
}

/** The `size` bytes of a regular file, holes as zeros, shared rather than copied where the file system can. */
export function* readPieces(fs: FileSystem, inode: Inode, size: number): Generator<Uint8Array, void> {
  const content = fs.content?.(inode);
  if (content !== undefined) {
    let position = 0;
    for (const { offset, bytes } of content.extents()) {
      yield* zeros(offset - position);
      yield bytes;
      position = offset + bytes.length;
    }
    yield* zeros(size - position);
    return;
  }
  const file = fs.open(inode, O_RDONLY, ROOT);
  try {
    for (let position = 0; position < size;) {
      const piece = new Uint8Array(Math.min(PIECE, size - position));
      const count = file.read(piece, position);
      if (count === 0) return;
      yield count === piece.length ? piece : piece.subarray(0, count);
      position += count;
    }
  } finally {
    file.close();
  }
}
