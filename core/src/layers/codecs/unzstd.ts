/**
 * zstd by wasm (zstddec), streaming: memory is the frame's window, at most 128 MiB (zstd's own default limit; a frame
 * made with a larger `--long` is refused), plus a few buffers, whatever the length of the stream.
 */
import type { ZSTDDecoder } from 'zstddec/stream';
import { LayerError } from '../layer-error.ts';
import type { ByteStream } from './codecs.ts';

/** Input is handed over in pieces, because each is copied into wasm memory, which never shrinks. */
const PIECE = 1 << 18;
/** zstd's error codes are the topmost of a 32-bit unsigned number, which wasm shows as small negative ones. */
const LAST_ERROR_CODE = -120;

const corrupt = (cause: string): LayerError => new LayerError('corrupt-compression', { compression: 'zstd', cause });

/** What zstd says by number (zstd_errors.h), for the cases that a damaged or unusual layer leads to. */
const ERROR_TEXTS: ReadonlyMap<number, string> = new Map([
  [10, 'this is no zstd frame'],
  [14, 'the frame has a feature that is not known'],
  [16, 'the frame needs a window of more than 128 MiB'],
  [20, 'the data is corrupt'],
  [22, 'the checksum is wrong'],
  [32, 'the frame needs a dictionary'],
]);

interface Exports {
  readonly ZSTD_createDCtx: () => number;
  readonly ZSTD_freeDCtx: (context: number) => void;
  readonly ZSTD_decompressStream: (context: number, output: number, input: number) => number;
}

/** Where there are DOM types it is WebAssembly's own. */
type Instantiated = Parameters<ZSTDDecoder['_init']>[0];

/** The context of the stream that was begun last; taken up right after its beginning. */
let begun = 0;
let free: (context: number) => void = () => undefined;

/**
 * zstddec does not look at zstd's error codes and repeats a failed call for ever: here they are thrown. Its wasm is loaded
 * with the first layer that needs it, as few do. (The library, and not this file: a bundler that sees a file of ours
 * imported late would begin those it imports late, too.)
 */
const checkedDecoder = async (): Promise<ZSTDDecoder> => {
  const library = await import('zstddec/stream');
  class CheckedDecoder extends library.ZSTDDecoder {
    override _init(result: Instantiated): void {
      const exports = result.instance.exports as unknown as Exports;
      free = exports.ZSTD_freeDCtx;
      const checked: Exports = {
        ...exports,
        ZSTD_createDCtx: () => (begun = exports.ZSTD_createDCtx()),
        ZSTD_decompressStream: (context, output, input) => {
          const code = exports.ZSTD_decompressStream(context, output, input);
          if (code >= 0 || code < LAST_ERROR_CODE) return code;
          throw corrupt(ERROR_TEXTS.get(-code) ?? `zstd error ${-code}`);
        },
      };
      // oxlint-disable-next-line no-underscore-dangle -- the name is zstddec's
      super._init({ instance: { exports: checked } } as unknown as Instantiated);
    }
  }
  const decoder = new CheckedDecoder();
  await decoder.init();
  return decoder;
};

async function* inPieces(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE);
  }
}

/**
 * The decoder pulls its input synchronously, at most one piece between two of its answers. So it can be fed from an
 * asynchronous stream as long as one piece always lies ready.
 */
export async function* unzstd(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  const decoder = await checkedDecoder();
  let ready: Uint8Array | undefined;
  const input = function* (): Generator<Uint8Array> {
    for (let piece = ready; piece !== undefined; piece = ready) {
      ready = undefined;
      yield piece;
    }
  };
  const source = inPieces(stream);
  const output = decoder.decodeStreaming(input());
  let context = 0;
  try {
    for (let ended = false; ;) {
      if (ready === undefined && !ended) {
        const next = await source.next();
        if (next.done === true) ended = true;
        else ready = next.value;
      }
      const { done, value } = output.next();
      if (context === 0) context = begun;
      if (done === true) {
        context = 0;
        return;
      }
      if (value.length > 0) yield value;
    }
  } catch (error) {
    throw error instanceof Error && error.message.startsWith('Incomplete stream')
      ? corrupt('unexpected EOF: the stream ends in a frame')
      : error;
  } finally {
    // The decoder frees its context only when it reaches the end.
    if (context !== 0) free(context);
    await source.return();
  }
}
