import { describe, expect, it } from 'vitest';
import { inspectImage, mergedTree, type InspectedImage } from '@layerscope/core/images';
import { buildImage, type TarFile } from '../fixture.ts';
import { imported, newNode } from '../node.ts';

const inspected = async (...layers: readonly (readonly TarFile[])[]): Promise<InspectedImage> => {
  const node = await newNode();
  return inspectImage(node.store, await imported(node, await buildImage(layers)));
};

const paths = (image: InspectedImage, top?: number): readonly string[] =>
  mergedTree(image, top).map(({ path, layer }) => `${path} ${layer}`);

describe('inspectImage', () => {
  it('tells what each layer holds', async () => {
    const image = await inspected(
      [
        { name: './etc/', mode: 0o750 },
        { name: 'etc/motd', content: 'hello', mode: 0o4755 },
        { name: 'etc/link', symlink: 'motd' },
        { name: 'etc/hard', hardlink: 'etc/motd' },
      ],
      [
        { name: 'etc/.wh.motd', content: '' },
        { name: 'usr/.wh..wh..opq', content: '' },
        { name: '.wh..wh.plnk/', mode: 0 },
      ],
    );
    const [first, second] = image.layers;
    expect(first).toMatchObject({
      compression: 'gzip',
      history: { created_by: 'step 0' },
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      size: 3584,
    });
    expect(first?.entries).toMatchObject([
      { path: 'etc', type: 'directory', mode: 0o750, size: 0 },
      { path: 'etc/motd', type: 'file', mode: 0o4755, size: 5 },
      { path: 'etc/link', type: 'symlink', target: 'motd', size: 0 },
      { path: 'etc/hard', type: 'hardlink', target: 'etc/motd', size: 0 },
    ]);
    expect(second?.entries).toMatchObject([
      { path: 'etc/motd', type: 'whiteout' },
      { path: 'usr', type: 'opaque' },
    ]);
  });

  it('merges up to any layer', async () => {
    const image = await inspected(
      [{ name: 'a/' }, { name: 'a/b/' }, { name: 'a/b/c', content: 'c' }, { name: 'd', content: 'd' }],
      [
        { name: 'a/.wh.b', content: '' },
        { name: 'd', content: 'D' },
      ],
      [{ name: 'a/b', content: 'now a file' }],
    );
    expect(paths(image, 0)).toEqual(['a 0', 'a/b 0', 'a/b/c 0', 'd 0']);
    expect(paths(image, 1)).toEqual(['a 0', 'd 1']);
    expect(paths(image)).toEqual(['a 0', 'a/b 2', 'd 1']);
  });

  it('counts the bytes that cannot be seen from the top, with their reason', async () => {
    const image = await inspected(
      [
        { name: 'twice', content: '12345' },
        { name: 'deleted/' },
        { name: 'deleted/x', content: '1234' },
        { name: 'opaque/' },
        { name: 'opaque/old', content: '123' },
        { name: 'kept', content: '1' },
      ],
      [
        { name: 'twice', content: '1' },
        { name: '.wh.deleted', content: '' },
        { name: 'opaque/' },
        { name: 'opaque/new', content: '12' },
        { name: 'opaque/.wh..wh..opq', content: '' },
      ],
    );
    expect(image.wasted).toEqual([
      { path: 'twice', bytes: 5, storedIn: 0, hiddenIn: 1, why: 'replaced' },
      { path: 'deleted/x', bytes: 4, storedIn: 0, hiddenIn: 1, why: 'whiteout' },
      { path: 'opaque/old', bytes: 3, storedIn: 0, hiddenIn: 1, why: 'opaque' },
    ]);
    expect(image.wastedBytes).toBe(12);
    expect(paths(image)).toEqual(['kept 0', 'opaque 1', 'opaque/new 1', 'twice 1']);
  });

  it('lets a whiteout take what its own layer wrote before, as an applier does', async () => {
    const image = await inspected([
      { name: 'a', content: 'a' },
      { name: '.wh.a', content: '' },
    ]);
    expect(paths(image)).toEqual([]);
    expect(image.wastedBytes).toBe(1);
  });

  it('keeps a directory that a layer names again, and replaces one that became a file', async () => {
    const image = await inspected(
      [{ name: 'd/' }, { name: 'd/x', content: 'x' }, { name: 'e/' }, { name: 'e/y', content: 'yy' }],
      [
        { name: 'd/', mode: 0o700 },
        { name: 'e', content: 'file' },
      ],
    );
    expect(mergedTree(image).map(({ path, mode }) => `${path} ${mode.toString(8)}`)).toEqual([
      'd 700',
      'd/x 644',
      'e 644',
    ]);
    expect(image.wasted).toMatchObject([{ path: 'e/y', bytes: 2, why: 'replaced' }]);
  });

  it('follows symlinks on the way to a file', async () => {
    const image = await inspected(
      [
        { name: 'usr/' },
        { name: 'usr/lib/' },
        { name: 'lib', symlink: 'usr/lib' },
        { name: 'abs', symlink: '/usr' },
        { name: 'loop', symlink: 'loop' },
        { name: 'up', symlink: '../../usr' },
      ],
      [
        { name: 'lib/a', content: 'a' },
        { name: 'abs/lib/b', content: 'b' },
        { name: 'up/c', content: 'c' },
        { name: 'loop/d', content: 'd' },
      ],
    );
    expect(paths(image).filter((path) => path.endsWith(' 1'))).toEqual([
      'loop/d 1',
      'usr/c 1',
      'usr/lib/a 1',
      'usr/lib/b 1',
    ]);
    expect(mergedTree(image).find(({ path }) => path === 'lib')?.type).toBe('symlink');
  });

  it('names the layer that cannot be read', async () => {
    const node = await newNode();
    const image = await imported(
      node,
      await buildImage([[{ name: 'a', content: 'a' }], [{ name: 'b', content: 'b'.repeat(2000) }]], {
        compress: (bytes) => bytes.slice(0, 2048),
        layerType: 'application/vnd.oci.image.layer.v1.tar',
      }),
    );
    await expect(inspectImage(node.store, image)).rejects.toMatchObject({
      reason: 'layer-unreadable',
      code: 'InvalidArgument',
      message: expect.stringMatching(/^image\.tar: layer 2 of 2 \(sha256:.*\): .*unexpected EOF/),
    });
  });
});
