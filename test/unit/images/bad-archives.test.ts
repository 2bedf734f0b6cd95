import { describe, expect, it } from 'vitest';
import { importArchive, ImageError, type ImageReason } from '@layerscope/core/images';
import {
  blobName,
  buildImage,
  digests,
  dockerFiles,
  gzip,
  json,
  layoutFiles,
  newStore,
  stream,
  tar,
  utf8,
  type BuiltImage,
  type TarFile,
} from './fixture.ts';

const build = (): Promise<BuiltImage> =>
  buildImage([[{ name: 'a', content: 'a'.repeat(5000) }], [{ name: 'b', content: 'b' }]], {
    compress: (bytes) => bytes,
  });

/** The layout with some entries changed or, when `change` answers nothing, left out. */
const changed = async (image: BuiltImage, change: (file: TarFile) => TarFile | undefined): Promise<Uint8Array> =>
  tar(layoutFiles([image]).flatMap((file) => change(file) ?? []));

const cases: readonly {
  readonly what: string;
  readonly bytes: (image: BuiltImage) => Promise<Uint8Array> | Uint8Array;
  readonly reason: ImageReason;
  readonly message: RegExp;
}[] = [
  {
    what: 'nothing',
    bytes: () => new Uint8Array(0),
    reason: 'archive-empty',
    message: /^image\.tar: the archive holds no entry/,
  },
  { what: 'an empty tar', bytes: () => tar([]), reason: 'archive-empty', message: /holds no entry/ },
  {
    what: 'an archive that was cut off',
    bytes: async (image) => (await tar(layoutFiles([image]))).subarray(0, 4000),
    reason: 'archive-truncated',
    message: /^image\.tar: blobs\/sha256\/[0-9a-f]{64}: the archive ends in the middle of an entry/,
  },
  {
    what: 'a gzip that was cut off',
    bytes: async (image) => gzip(await tar(layoutFiles([image]))).subarray(0, 300),
    reason: 'archive-corrupt',
    message: /^image\.tar: the archive cannot be read: gzip: .*(?<!argument): invalid argument$/,
  },
  {
    what: 'something that is no tar',
    bytes: () => utf8('<html>'.repeat(1000)),
    reason: 'archive-corrupt',
    message: /^image\.tar: the archive cannot be read/,
  },
  {
    what: 'a root file system',
    bytes: () => tar([{ name: 'etc/' }, { name: 'etc/passwd', content: 'root' }]),
    reason: 'not-an-image',
    message: /unrecognized image format: .*\(etc\/passwd, …\)/,
  },
  {
    what: 'a blob with other bytes than its name says',
    bytes: (image) =>
      changed(image, (file) =>
        file.name === blobName(image.diffIds[0] ?? '')
          ? { ...file, content: Buffer.from(file.content ?? '').fill(1, 600, 601) }
          : file,
      ),
    reason: 'digest-mismatch',
    message: /^image\.tar: blobs\/sha256\/[0-9a-f]{64}: unexpected commit digest sha256:[0-9a-f]{64}, expected sha256:/,
  },
  {
    what: 'a layout without its index',
    bytes: (image) => changed(image, (file) => (file.name === 'index.json' ? undefined : file)),
    reason: 'index-missing',
    message: /missing index\.json in OCI layout/,
  },
  {
    what: 'a layout of another version',
    bytes: (image) =>
      changed(image, (file) =>
        file.name === 'oci-layout' ? { ...file, content: json({ imageLayoutVersion: '2.0.0' }) } : file,
      ),
    reason: 'layout-version',
    message: /unsupported OCI version 2\.0\.0/,
  },
  {
    what: 'an index that is no JSON',
    bytes: (image) => changed(image, (file) => (file.name === 'index.json' ? { ...file, content: '{' } : file)),
    reason: 'bad-document',
    message: /^image\.tar: index\.json is not valid: /,
  },
  {
    what: 'an index with a bad digest',
    bytes: (image) =>
      changed(image, (file) =>
        file.name === 'index.json'
          ? { ...file, content: json({ manifests: [{ ...image.target, digest: 'sha256:../../etc' }] }) }
          : file,
      ),
    reason: 'bad-document',
    message: /manifests\[0\]\.digest must be sha256: and 64 hex digits, not "sha256:\.\.\/\.\.\/etc"/,
  },
  {
    what: 'an index without images',
    bytes: (image) =>
      changed(image, (file) => (file.name === 'index.json' ? { ...file, content: json({ manifests: null }) } : file)),
    reason: 'no-image',
    message: /the index names no image/,
  },
  {
    what: 'an index whose manifest is not there',
    bytes: (image) => changed(image, (file) => (file.name === blobName(image.target.digest) ? undefined : file)),
    reason: 'blob-missing',
    message: /^image\.tar: manifest sha256:[0-9a-f]{64} is not in the archive: not found$/,
  },
  {
    what: 'a docker archive that lacks a layer',
    bytes: (image) => tar(dockerFiles(image, ['x']).filter(({ name }) => name !== '1/layer.tar')),
    reason: 'file-missing',
    message: /^image\.tar: layer 2 of 2: layer "1\/layer\.tar" not found: not found$/,
  },
  {
    what: 'a docker archive that lacks its config',
    bytes: (image) => tar(dockerFiles(image, ['x']).filter(({ name }) => !/^[0-9a-f]{64}\.json$/.test(name))),
    reason: 'file-missing',
    message: /image config "[0-9a-f]{64}\.json" not found/,
  },
];

/** A source that fails by itself, in the middle of an entry. */
async function* broken(): AsyncGenerator<Uint8Array, void> {
  yield* stream(await tar([{ name: 'a', content: 'a'.repeat(3000) }]), 700);
  throw new Error('the disk is on fire');
}

/** A zstd frame of zeros: one run-length block of 128 KiB takes four bytes. */
const zstdZeros = (mebibytes: number): Uint8Array => {
  const blocks = mebibytes * 8;
  const frame = new Uint8Array(6 + 4 * blocks);
  // Magic, a descriptor without content size, a window of 128 KiB; then blocks: last flag, type 1, size.
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const header = ((2 ** 17) << 3) | 2;
  for (let i = 0; i < blocks; i++) {
    const block = i === blocks - 1 ? header | 1 : header;
    frame.set([block & 0xff, (block >> 8) & 0xff, (block >> 16) & 0xff, 0], 6 + 4 * i);
  }
  return frame;
};

describe('bad archives', () => {
  it.each(cases)('$what', async ({ bytes, reason, message }) => {
    const image = await build();
    const { store } = newStore();
    const error = await importArchive(stream(await bytes(image), 512), store, { image: 'image.tar' }).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(ImageError);
    if (!(error instanceof ImageError)) return;
    expect(error.message).toMatch(message);
    expect(error.reason).toBe(reason);
    expect(error.advice).toMatch(/^[A-Z].*\.$/);
    // Nothing half-committed, and a second run on a good archive works.
    expect(await digests(store)).toEqual([]);
    expect(await store.ingests()).toEqual([]);
    await importArchive(stream(await tar(layoutFiles([image]))), store, { image: 'image.tar' });
    expect(await digests(store)).toHaveLength(4);
  });

  it('stops an archive that expands without end', async () => {
    const { store } = newStore();
    const bomb = zstdZeros(80);
    expect(bomb.length).toBeLessThan(3000);
    await expect(importArchive(stream(bomb), store, { image: 'bomb.tar' })).rejects.toMatchObject({
      reason: 'archive-expands',
      code: 'ResourceExhausted',
      message: expect.stringMatching(/^bomb\.tar: \d+ compressed bytes of the archive unpack to more than 1100 times/),
    });
    expect(await digests(store)).toEqual([]);
  });

  it('keeps what was there before a failing import', async () => {
    const image = await build();
    const { store } = newStore();
    await importArchive(stream(await tar(layoutFiles([image]))), store, { image: 'good.tar' });
    const cut = (await tar(layoutFiles([image]))).subarray(0, 4000);
    await expect(importArchive(stream(cut), store, { image: 'bad.tar' })).rejects.toThrow('bad.tar');
    expect(await digests(store)).toHaveLength(4);
  });

  it('passes on an error of the source itself', async () => {
    const { store } = newStore();
    await expect(importArchive(broken(), store, { image: 'image.tar' })).rejects.toThrow('the disk is on fire');
    expect(await digests(store)).toEqual([]);
  });
});
