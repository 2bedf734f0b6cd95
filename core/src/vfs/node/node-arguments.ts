/** What Node's `fs` takes as arguments: paths, flag words, times, data and encodings. */
import {
  FsError,
  type Nanoseconds,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  decodeName,
} from '../../fs/index.ts';

/** A string, the bytes of one, or a `file:` URL. */
export type PathLike = string | Uint8Array | { readonly pathname: string };

export const pathOf = (path: PathLike): string => {
  if (typeof path === 'string') return path;
  return path instanceof Uint8Array ? decodeName(path) : decodeURIComponent(path.pathname);
};

const FLAGS: { readonly [word: string]: number } = {
  r: O_RDONLY,
  'r+': O_RDWR,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  wx: O_WRONLY | O_CREAT | O_TRUNC | O_EXCL,
  'w+': O_RDWR | O_CREAT | O_TRUNC,
  'wx+': O_RDWR | O_CREAT | O_TRUNC | O_EXCL,
  a: O_WRONLY | O_CREAT | O_APPEND,
  ax: O_WRONLY | O_CREAT | O_APPEND | O_EXCL,
  'a+': O_RDWR | O_CREAT | O_APPEND,
  'ax+': O_RDWR | O_CREAT | O_APPEND | O_EXCL,
};

/** open(2) flags, or a word of fopen(3) in any order of its letters (`s` for O_SYNC changes nothing here). */
export const flagsOf = (flags: string | number): number => {
  if (typeof flags === 'number') return flags;
  const letters = flags.replace('s', '');
  const word = letters.startsWith('x') ? `${letters[1] ?? ''}x${letters.slice(2)}` : letters;
  const known = FLAGS[word];
  if (known === undefined) throw new TypeError(`The argument 'flags' is invalid. Received '${flags}'`);
  return known;
};

/** Seconds (with a fraction), a numeric string of them, or a Date. */
export type TimeLike = number | string | Date;

export const timeOf = (time: TimeLike): Nanoseconds =>
  time instanceof Date ? BigInt(time.getTime()) * 1_000_000n : BigInt(Math.round(Number(time) * 1e6)) * 1000n;

/** Options that are an object or just the encoding. */
export type EncodingOption = string | null | undefined | { readonly encoding?: string | null | undefined };

export const encodingOf = (options: EncodingOption): string | undefined =>
  (typeof options === 'object' ? options?.encoding : options) ?? undefined;

/** The part of Node's Buffer that is used where it exists. */
interface BufferLike extends Uint8Array<ArrayBuffer> {
  toString(encoding?: string): string;
}
interface BufferConstructor {
  from(text: string, encoding?: string): BufferLike;
  from(bytes: ArrayBuffer, offset: number, length: number): BufferLike;
}

const bufferOf = (): BufferConstructor | undefined => (globalThis as { readonly Buffer?: BufferConstructor }).Buffer;

/** The same memory as a Buffer where there are Buffers, because code for Node calls their methods. */
export const asBuffer = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  bufferOf()?.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) ?? bytes;

const isUtf8 = (encoding: string): boolean => encoding === 'utf8' || encoding === 'utf-8';

const needBuffer = (encoding: string): BufferConstructor => {
  const Buffer = bufferOf();
  if (Buffer === undefined)
    throw new FsError('EINVAL', `encoding '${encoding}' needs Buffer; without it only 'utf8' is known`);
  return Buffer;
};

export const decode = (
  bytes: Uint8Array<ArrayBuffer>,
  encoding: string | undefined,
): string | Uint8Array<ArrayBuffer> => {
  if (encoding === undefined || encoding === 'buffer') return asBuffer(bytes);
  if (isUtf8(encoding)) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return needBuffer(encoding).from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
};

/** What can be written: text, or the bytes of any view. */
export type Data = string | ArrayBufferView;

export const encode = (data: Data, encoding: string | undefined): Uint8Array => {
  if (typeof data === 'string') {
    const name = encoding ?? 'utf8';
    return isUtf8(name) ? new TextEncoder().encode(data) : needBuffer(name).from(data, name);
  }
  return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
};
