/**
 * gunzip by the platform's `DecompressionStream`, with fflate behind it.
 *
 * A gzip stream may have several members (`pigz -i`, eStargz, `cat a.gz b.gz`). Chromium, and Node from 24.19 on, call
 * whatever follows the first an error, without saying where it began. So what went in is remembered (by reference:
 * a layer in memory costs nothing more), and after an error fflate starts again at the front and leaves out what was
 * delivered already. If the stream is really corrupt, fflate meets the same spot.
 */
import { Gunzip } from 'fflate';
import { createCRC32 } from 'hash-wasm';
import { LayerError } from '../layer-error.ts';
import type { ByteStream } from './codecs.ts';

/** Compressed bytes per step of fflate: deflate expands by 1032 at most, so a step yields under 34 MiB. */
const PIECE = 1 << 15;
/** CRC-32 and size of a member, both little-endian. */
const TRAILER = 8;
/** Bytes kept from the pieces before: a member's header (extra field and name included) may straddle many of them. */
const RECENT = 80 * 1024;

const corrupt = (cause: string, error?: unknown): LayerError =>
  new LayerError('corrupt-compression', { compression: 'gzip', cause }, error);

export async function* gunzip(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  const source = stream[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let sourceFailed = false;
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      const { done, value } = await source.next();
      return done === true ? undefined : value;
    } catch (error) {
      sourceFailed = true;
      throw error;
    }
  };
  let delivered = 0;
  try {
    try {
      const remembered = async (): Promise<Uint8Array | undefined> => {
        const chunk = await next();
        if (chunk !== undefined) seen.push(chunk);
        return chunk;
      };
      for await (const chunk of inflateNatively(remembered)) {
        delivered += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      if (sourceFailed) throw error;
    }
    const again = async (): Promise<Uint8Array | undefined> => seen.shift() ?? (await next());
    for await (const chunk of inflateMembers(again)) {
      const skipped = Math.min(delivered, chunk.length);
      delivered -= skipped;
      if (skipped < chunk.length) yield chunk.subarray(skipped);
    }
  } finally {
    await source.return?.();
  }
}

/** Answers the next chunk of a stream, `undefined` at its end. */
type Next = () => Promise<Uint8Array | undefined>;

async function* inflateNatively(next: Next): AsyncGenerator<Uint8Array, void> {
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const feed = async (): Promise<void> => {
    try {
      for (let chunk = await next(); chunk !== undefined; chunk = await next())
        await writer.write(chunk as Uint8Array<ArrayBuffer>);
      await writer.close();
    } catch (error) {
      // The reader is told; and so is a reader that is waiting because the source failed.
      await writer.abort(error).catch(() => undefined);
    }
  };
  const fed = feed();
  try {
    for (let read = await reader.read(); read.done === false; read = await reader.read()) {
      if (read.value !== undefined) yield read.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    // Nobody else may ask the source before this is over.
    await fed;
  }
}

/** All members by fflate, which neither checks the checksums nor misses a trailer: both are done here. */
async function* inflateMembers(next: Next): AsyncGenerator<Uint8Array, void> {
  const crc = await createCRC32();
  crc.init();
  let size = 0;
  let out: Uint8Array[] = [];
  /** The last bytes that went in, and their position in the stream. */
  let recent: Uint8Array = new Uint8Array(0);
  let recentAt = 0;
  const checkMember = (end: number): void => {
    const trailer = recent.subarray(Math.max(0, end - TRAILER - recentAt), end - recentAt);
    const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.length);
    if (trailer.length < TRAILER) throw corrupt('unexpected EOF');
    if (view.getUint32(0, true) !== Number.parseInt(crc.digest('hex'), 16)) throw corrupt('invalid checksum');
    if (view.getUint32(4, true) !== size % 2 ** 32) throw corrupt('invalid length');
    crc.init();
    size = 0;
  };
  const inflater = new Gunzip((chunk) => {
    if (chunk.length === 0) return;
    crc.update(chunk);
    size += chunk.length;
    out.push(chunk);
  });
  inflater.onmember = checkMember;
  const push = (piece: Uint8Array, last: boolean): void => {
    const tail = recent.subarray(Math.max(0, recent.length - RECENT));
    recentAt += recent.length - tail.length;
    recent = new Uint8Array(tail.length + piece.length);
    recent.set(tail);
    recent.set(piece, tail.length);
    try {
      inflater.push(piece, last);
    } catch (error) {
      throw error instanceof LayerError
        ? error
        : corrupt(error instanceof Error ? error.message : String(error), error);
    }
  };
  for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      push(chunk.subarray(at, at + PIECE), false);
      yield* out;
      out = [];
    }
  }
  push(new Uint8Array(0), true);
  yield* out;
  checkMember(recentAt + recent.length);
}
