import { memfs } from 'memfs';
import { describe, expect, it } from 'vitest';
import type { PlainFiles } from '@layerscope/core/fs';
import { importLayout, resolveImage } from '@layerscope/core/images';
import { blobName, buildImage, digests, layoutFiles, newStore, type TarFile } from './fixture.ts';

const LAYOUT = '/layouts/a';

/** A directory with these files. */
const folder = (files: readonly TarFile[]): PlainFiles => {
  const { fs } = memfs();
  for (const { name, content = '' } of files) {
    const path = `${LAYOUT}/${name}`;
    fs.mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    fs.writeFileSync(path, Buffer.from(content));
  }
  return fs.promises;
};

describe('importLayout', () => {
  it('copies what the index leads to, verified', async () => {
    const image = await buildImage([[{ name: 'a', content: 'a' }], [{ name: 'b', content: 'b' }]]);
    const files = folder([...layoutFiles([image]), { name: blobName(`sha256:${'0'.repeat(64)}`), content: 'other' }]);
    const { store } = newStore();
    const archive = await importLayout(files, LAYOUT, store, { image: LAYOUT });
    expect(archive.images).toEqual([{ names: [], target: image.target }]);
    expect(await digests(store)).toEqual([...image.blobs.keys()].toSorted());
    expect((await resolveImage(store, image.target, { image: LAYOUT })).layers).toHaveLength(2);
  });

  it('names a damaged blob and keeps nothing', async () => {
    const image = await buildImage([[{ name: 'a', content: 'a' }]]);
    const [layer] = image.layers;
    const damaged = layoutFiles([image]).map((file) =>
      file.content === layer ? { ...file, content: Buffer.from(file.content ?? '').fill(7, 20) } : file,
    );
    const { store } = newStore();
    await expect(importLayout(folder(damaged), LAYOUT, store, { image: LAYOUT })).rejects.toThrow(
      /^\/layouts\/a: blobs\/sha256\/[0-9a-f]{64}: unexpected commit digest/,
    );
    expect(await digests(store)).toEqual([]);
  });

  it('says that a folder is no layout, and what it holds', async () => {
    const { store } = newStore();
    const files = folder([{ name: 'README', content: 'hi' }]);
    await expect(importLayout(files, LAYOUT, store, { image: LAYOUT })).rejects.toThrow(
      /unrecognized image format: .*\(README, …\)/,
    );
  });
});
