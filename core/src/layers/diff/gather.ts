/** Small pieces are put together up to this size. */
const BUFFER = 1 << 17;
/** Pieces from this size on go out as they are, without a copy. */
const LARGE = 1 << 15;

/** The same bytes in chunks worth their while: a consumer pays for each chunk, however small. */
export function* gather(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  let buffer = new Uint8Array(BUFFER);
  let filled = 0;
  for (const piece of pieces) {
    if (piece.length >= LARGE || filled + piece.length > buffer.length) {
      if (filled > 0) yield buffer.subarray(0, filled);
      // What was handed out belongs to the reader; the rest of the buffer is still ours.
      buffer = buffer.length - filled >= LARGE ? buffer.subarray(filled) : new Uint8Array(BUFFER);
      filled = 0;
    }
    if (piece.length >= LARGE) yield piece;
    else {
      buffer.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
