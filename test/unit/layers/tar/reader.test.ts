import { TarReader, type TarEntry } from '@layerscope/core/layers';
import { pack } from 'tar-stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archive, collect, type EntrySpec, file, header, padded, stream } from '../archive.ts';

const read = async (bytes: Uint8Array, chunk?: number): Promise<readonly (TarEntry & { data: string })[]> => {
  const reader = new TarReader(stream(bytes, chunk));
  const found = [];
  for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
    const parts: Uint8Array[] = [];
    for (let part = await reader.read(); part !== undefined; part = await reader.read()) parts.push(part);
    found.push({ ...entry, data: Buffer.concat(parts).toString('latin1') });
  }
  return found;
};

const first = async (...specs: readonly EntrySpec[]): Promise<TarEntry> => {
  const [entry] = await read(archive(...specs));
  if (entry === undefined) throw new Error('no entry');
  return entry;
};

const base256 = (value: bigint, length: number): Uint8Array => {
  const bytes = Buffer.alloc(length);
  for (let at = length - 1, rest = value; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
};

const piece = (offset: number, length: number): string =>
  `${offset.toString(8).padStart(11, '0')}\0${length.toString(8).padStart(11, '0')}\0`;

describe('TarReader', () => {
  it('reads numbers in octal with blanks or zero bytes around, and in base 256', async () => {
    expect((await first({ ...file('f'), raw: { 108: '  17 \0  ' } })).uid).toBe(0o17);
    expect((await first({ ...file('f'), raw: { 108: base256(3_000_000n, 8), 116: '77777777' } })).gid).toBe(0o77777777);
    expect((await first({ ...file('f'), raw: { 108: base256(3_000_000n, 8) } })).uid).toBe(3_000_000);
    expect((await first({ ...file('f'), raw: { 136: base256(-5n, 12) } })).mtime).toBe(-5_000_000_000n);
    expect((await first({ ...file('f'), raw: { 136: base256(9_000_000_000n, 12) } })).mtime).toBe(
      9_000_000_000n * 10n ** 9n,
    );
  });

  it('joins the prefix of ustar and star, and takes GNU times in its place', async () => {
    expect((await first({ ...file('name'), prefix: 'some/prefix' })).name).toBe('some/prefix/name');
    const star = await first({ ...file('n'), prefix: 'p', raw: { 476: '00000000012\0', 508: 'tar\0' } });
    expect([star.name, star.atime]).toEqual(['p/n', 10_000_000_000n]);
    const gnu = await first({ ...file('name'), magic: 'ustar  \0', prefix: '00000000007\0' });
    expect([gnu.name, gnu.atime]).toEqual(['name', 7_000_000_000n]);
    expect((await first({ ...file('name'), magic: '', prefix: 'ignored' })).name).toBe('name');
  });

  it('tells a v7 directory by its slash', async () => {
    expect((await first({ ...file('d/'), type: '\0', magic: '' })).type).toBe(0x35);
    expect((await first({ ...file('f'), type: '\0', magic: '' })).type).toBe(0x30);
  });

  it('keeps bytes that are not UTF-8', async () => {
    const raw = Uint8Array.from([0x66, 0xff, 0xfe]);
    expect((await first({ ...file(''), raw: { 0: raw } })).name).toBe('f\udcff\udcfe');
    expect((await first({ ...file('x'), pax: { path: raw } })).name).toBe('f\udcff\udcfe');
    expect((await first({ ...file('x'), pax: { 'SCHILY.xattr.user.b': raw } })).xattrs?.get('user.b')).toEqual(raw);
  });

  it('lets a PAX record replace a field, and an empty one not', async () => {
    const pax = { path: 'long', linkpath: '', uid: '4000000', gid: '5', mtime: '1.25', size: '3' };
    const [entry] = await read(archive({ ...file('short', 'abc'), linkname: 'target', pax }));
    expect(entry).toMatchObject({
      name: 'long',
      linkname: 'target',
      uid: 4_000_000,
      gid: 5,
      mtime: 1_250_000_000n,
      size: 3,
    });
    expect(entry?.data).toBe('abc');
  });

  it('reads GNU long names, which win over PAX', async () => {
    const long = 'n'.repeat(300);
    const parts = ['L', 'K'].flatMap((type) => [
      header({ name: '././@LongLink', type, data: `${long}${type}\0` }),
      padded(Buffer.from(`${long}${type}\0`)),
    ]);
    const bytes = Buffer.concat([
      ...parts,
      archive({ name: 'short', type: '2', linkname: 'short', pax: { path: 'pax' } }),
    ]);
    expect((await read(bytes, 100))[0]).toMatchObject({ name: `${long}L`, linkname: `${long}K` });
  });

  it('ends at two zero blocks, at one, and where the stream ends', async () => {
    const whole = archive(file('a', 'data'));
    for (const end of [1024, 1536, 2048]) expect(await read(whole.subarray(0, end))).toHaveLength(1);
    // Some writers leave out the zeros after the last file.
    expect((await read(whole.subarray(0, 516)))[0]?.data).toBe('data');
    expect(await read(new Uint8Array(0))).toHaveLength(0);
  });

  it('accepts checksums of signed bytes', async () => {
    const block = header({ ...file('é'), checksum: 0 });
    const signed = [...block].reduce(
      (sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte >= 128 ? byte - 256 : byte),
      0,
    );
    expect((await read(header({ ...file('é'), checksum: signed })))[0]?.name).toBe('é');
  });

  it('reads old GNU sparse files with extension blocks', async () => {
    const inHeader = [0, 1, 2, 3].map((at) => piece(at * 1000, 10)).join('');
    const extension = Buffer.alloc(512);
    extension.write(piece(4000, 5) + piece(9000, 0));
    const main = header({
      ...file('sparse'),
      type: 'S',
      magic: 'ustar  \0',
      size: 45,
      raw: { 386: inHeader, 482: '\x01', 483: '00000021450\0' },
    });
    const data = Buffer.from('a'.repeat(45));
    const bytes = Buffer.concat([main, extension, padded(data), archive(file('next'))]);
    const [entry, next] = await read(bytes, 200);
    expect(entry).toMatchObject({ type: 0x30, size: 0o21450, stored: 45, data: data.toString() });
    expect(entry?.sparse?.at(-2)).toEqual({ offset: 4000, length: 5 });
    expect(next?.name).toBe('next');
  });

  it.each([
    ['a count that is wrong', { 'GNU.sparse.map': '0,1', 'GNU.sparse.numblocks': '2', 'GNU.sparse.size': '9' }],
    ['pieces out of order', { 'GNU.sparse.map': '5,1,0,1', 'GNU.sparse.numblocks': '2', 'GNU.sparse.size': '9' }],
    ['pieces behind the end', { 'GNU.sparse.map': '8,2', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '9' }],
    ['more pieces than data', { 'GNU.sparse.map': '0,3', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '9' }],
    ['no numbers', { 'GNU.sparse.map': 'a,b', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '9' }],
  ])('refuses a sparse map with %s', async (_, pax) => {
    await expect(read(archive({ ...file('s', 'ab'), pax }))).rejects.toThrow('invalid tar header');
  });

  it('reads what tar-stream writes', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 120, unit: 'grapheme' })
      .filter((text) => !/[\0=\n]|\/$/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, fc.string()), { maxLength: 6 }),
        fc.integer({ min: 100, max: 3000 }),
        async (files, chunk) => {
          const written = pack();
          for (const [path, data] of files) written.entry({ name: path, uid: 9, mtime: new Date(5000) }, data);
          written.finalize();
          const found = await read(await collect(written as AsyncIterable<Uint8Array>), chunk);
          expect(
            found.map(({ name: path, data, uid, mtime }) => [path, Buffer.from(data, 'latin1').toString(), uid, mtime]),
          ).toEqual(files.map(([path, data]) => [path, data, 9, 5_000_000_000n]));
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });
});
