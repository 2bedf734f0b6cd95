/** Tar archives made byte by byte, so that tests can say things that no tool would write. */

export interface EntrySpec {
  readonly name: string;
  /** Type flag, default `0`. */
  readonly type?: string;
  readonly linkname?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds. */
  readonly mtime?: number;
  readonly data?: string | Uint8Array;
  /** What the size field says, when that is not the length of the data. */
  readonly size?: number;
  readonly devmajor?: number;
  readonly devminor?: number;
  /** Magic and version, default POSIX. */
  readonly magic?: string;
  readonly prefix?: string;
  /** Raw bytes at offsets of the block, written last (the checksum is right all the same). */
  readonly raw?: { readonly [offset: number]: string | Uint8Array };
  /** A checksum to write instead of the right one. */
  readonly checksum?: number;
  /** PAX records in front. */
  readonly pax?: { readonly [key: string]: string | Uint8Array };
}

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value, 'utf8') : value;

export const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** One header block. */
export const header = (spec: EntrySpec): Buffer => {
  const block = Buffer.alloc(512);
  const put = (at: number, value: string | Uint8Array): void => void block.set(bytesOf(value), at);
  put(0, spec.name);
  put(100, octal(spec.mode ?? 0o644, 8));
  put(108, octal(spec.uid ?? 0, 8));
  put(116, octal(spec.gid ?? 0, 8));
  put(124, octal(spec.size ?? bytesOf(spec.data ?? '').length, 12));
  put(136, octal(spec.mtime ?? 0, 12));
  put(156, spec.type ?? '0');
  put(157, spec.linkname ?? '');
  put(257, spec.magic ?? 'ustar\x0000');
  put(329, octal(spec.devmajor ?? 0, 8));
  put(337, octal(spec.devminor ?? 0, 8));
  if (spec.prefix !== undefined) put(345, spec.prefix);
  for (const [at, value] of Object.entries(spec.raw ?? {})) put(Number(at), value);
  block.fill(0x20, 148, 156);
  const sum = spec.checksum ?? block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
};

export const paxBody = (records: { readonly [key: string]: string | Uint8Array }): Buffer =>
  Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`), bytesOf(value), Buffer.from('\n')]);
      let length = rest.length;
      while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );

/** Entries without an end marker. */
export const entries = (...specs: readonly EntrySpec[]): Buffer =>
  Buffer.concat(
    specs.flatMap((spec) => {
      const parts = [header(spec), padded(bytesOf(spec.data ?? ''))];
      if (spec.pax === undefined) return parts;
      const body = paxBody(spec.pax);
      return [header({ name: 'PaxHeaders.0/x', type: 'x', data: body }), padded(body), ...parts];
    }),
  );

export const archive = (...specs: readonly EntrySpec[]): Buffer =>
  Buffer.concat([entries(...specs), Buffer.alloc(1024)]);

export const directory = (name: string, mode = 0o755): EntrySpec => ({ name, type: '5', mode });
export const file = (name: string, data = '', mode = 0o644): EntrySpec => ({ name, data, mode });
export const symlink = (target: string, name: string): EntrySpec => ({
  name,
  type: '2',
  linkname: target,
  mode: 0o777,
});
export const link = (target: string, name: string): EntrySpec => ({ name, type: '1', linkname: target });

/** As a stream of chunks of `size` bytes. */
export async function* stream(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
};
