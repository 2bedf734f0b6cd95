import { describe, expect, it } from 'vitest';
import { O_TRUNC, O_WRONLY, ROOT } from '@layerscope/core/fs';
import {
  commitImage,
  exportArchive,
  importArchive,
  inspectImage,
  resolveImage,
  unpackImage,
  withSnapshotDiff,
  type ResolvedImage,
} from '@layerscope/core/images';
import { coreTree } from '../../trees/core-tree.ts';
import { buildImage, collect, digests, dockerFiles, newStore, sha256, stream, tar, utf8 } from './fixture.ts';
import { built, LAYERS, mounted, newNode, snapshots, type Node } from './node.ts';

/** Unpacks an image and changes a container of it: one file changed, one new, one removed. */
const changedContainer = async (node: Node, image: ResolvedImage): Promise<void> => {
  const { chainId } = await unpackImage(image, node.store, node);
  await node.snapshotter.prepare('container', chainId);
  await mounted(node, 'container', ({ fs, root }) => {
    const etc = fs.lookup(root, 'etc') ?? root;
    const motd = fs.lookup(etc, 'motd') ?? etc;
    const open = fs.open(motd, O_WRONLY | O_TRUNC, ROOT);
    open.write(utf8('committed'), 0);
    open.close();
    fs.create(etc, 'fresh', 0o600, ROOT);
    fs.unlink(etc, 'new', ROOT);
  });
};

const paths = (node: Node, key: string): Promise<readonly string[]> =>
  mounted(node, key, (tree) =>
    coreTree(tree)
      .map(({ path }) => path)
      .toSorted(),
  );

describe.each(['overlayfs', 'native'] as const)('commitImage from %s', (name) => {
  it('adds one layer, one diff ID and one step of history', async () => {
    const node = await newNode(name);
    const base = await built(node);
    await changedContainer(node, base);
    const image = await commitImage(base, 'container', node.store, node, {
      createdBy: 'sh -c true',
      created: 1_700_000_000_500_000_000n,
      author: 'me',
      config: { Cmd: ['cat'] },
    });
    expect(image.layers.slice(0, 3).map(({ chainId }) => chainId)).toEqual(base.layers.map(({ chainId }) => chainId));
    expect(image.config).toMatchObject({
      created: '2023-11-14T22:13:20.5Z',
      config: { Env: ['PATH=/bin'], Cmd: ['cat'] },
      rootfs: { type: 'layers', diff_ids: [...base.config.rootfs.diff_ids, image.layers[3]?.diffId] },
    });
    expect(image.config.history?.at(-1)).toEqual({
      created: '2023-11-14T22:13:20.5Z',
      created_by: 'sh -c true',
      author: 'me',
    });
    // What was answered is what lies in the store.
    const { platform: _, ...target } = image.target;
    const read = await resolveImage(node.store, target, { image: 'image.tar' });
    expect(read.layers).toEqual(image.layers);
    const { layers } = await inspectImage(node.store, image);
    expect(layers[3]?.entries.map(({ type, path }) => `${type} ${path}`)).toEqual([
      'directory etc',
      'file etc/fresh',
      'file etc/motd',
      'whiteout etc/new',
    ]);
  });

  it('makes an image that unpacks to what the container saw', async () => {
    const node = await newNode(name);
    const base = await built(node);
    await changedContainer(node, base);
    const image = await commitImage(base, 'container', node.store, node);
    expect(await unpackImage(image, node.store, node)).toMatchObject({ extracted: 1 });
    await node.snapshotter.prepare('again', image.layers[3]?.chainId ?? '');
    expect(await paths(node, 'again')).toEqual(await paths(node, 'container'));
    expect(await paths(node, 'again')).toEqual(['', 'etc', 'etc/fresh', 'etc/motd', 'usr']);
  });

  it('leaves no view and no mount behind', async () => {
    const node = await newNode(name);
    await changedContainer(node, await built(node));
    const before = (await snapshots(node)).map((info) => info.name);
    await withSnapshotDiff(node, 'container', collect);
    await expect(
      withSnapshotDiff(node, 'container', async () => {
        throw new Error('no space');
      }),
    ).rejects.toThrow('no space');
    expect((await snapshots(node)).map((info) => info.name)).toEqual(before);
    expect(node.kernel.mounts()).toHaveLength(1);
  });

  it('gives a committed snapshot the layer it was made of', async () => {
    const node = await newNode(name);
    const image = await built(node);
    await unpackImage(image, node.store, node);
    const [first] = image.layers;
    const diff = await withSnapshotDiff(node, first?.chainId ?? '', collect);
    const names = (await inspectImage(node.store, image)).layers[0]?.entries.map(({ path }) => path);
    const archive = newStore();
    await archive.store.put('x', diff);
    expect(names).toEqual(['etc', 'etc/motd', 'usr', 'usr/doc', 'usr/doc/a']);
    expect(Buffer.from(diff).toString('latin1')).toContain('usr/doc/a');
  });
});

describe('commitImage', () => {
  it('keeps nothing of a commit that fails', async () => {
    const node = await newNode();
    const base = await built(node);
    await changedContainer(node, base);
    const before = await digests(node.store);
    const put = node.store.put.bind(node.store);
    node.store.put = (ref, ...rest) =>
      ref.endsWith('manifest') ? Promise.reject(new Error('disk full')) : put(ref, ...rest);
    await expect(commitImage(base, 'container', node.store, node)).rejects.toThrow('disk full');
    expect(await digests(node.store)).toEqual(before);
    expect(await node.store.ingests()).toEqual([]);
  });

  it('makes an OCI image of a Docker one', async () => {
    const node = await newNode();
    const image = await buildImage(LAYERS, { compress: (bytes) => bytes });
    const archive = await importArchive(stream(await tar(dockerFiles(image, ['a:1']))), node.store, { image: 'a.tar' });
    const base = await resolveImage(node.store, archive.images[0]?.target ?? image.target, { image: 'a.tar' });
    await changedContainer(node, base);
    const committed = await commitImage(base, 'container', node.store, node, { compression: 'none' });
    expect(committed.target.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(committed.manifest.config.mediaType).toBe('application/vnd.oci.image.config.v1+json');
    const types = committed.layers.map(({ descriptor }) => descriptor.mediaType);
    expect(types).toEqual(Array(4).fill('application/vnd.oci.image.layer.v1.tar'));
    expect(committed.layers[3]?.descriptor.digest).toBe(committed.layers[3]?.diffId);
  });
});

describe('exportArchive', () => {
  it('writes an archive that imports to the same image, twice the same bytes', async () => {
    const node = await newNode();
    const base = await built(node);
    await changedContainer(node, base);
    const image = await commitImage(base, 'container', node.store, node);
    const images = [{ names: ['docker.io/library/new:1'], target: image.target }];
    const bytes = await collect(exportArchive(node.store, images));
    expect(sha256(await collect(exportArchive(node.store, images)))).toBe(sha256(bytes));

    const other = newStore();
    const archive = await importArchive(stream(bytes, 5000), other.store, { image: 'out.tar' });
    expect(archive).toMatchObject({
      format: 'oci',
      images: [{ names: ['docker.io/library/new:1'], target: { digest: image.target.digest } }],
    });
    const again = await resolveImage(other.store, image.target, { image: 'out.tar' });
    expect(again.layers).toEqual(image.layers);
  });

  it('describes the image to docker load as well', async () => {
    const node = await newNode();
    const image = await built(node);
    const images = [{ names: ['docker.io/library/a:1', 'ghcr.io/x/y:2', 'bare'], target: image.target }];
    const text = Buffer.from(await collect(exportArchive(node.store, images))).toString('latin1');
    expect(text).toContain('"RepoTags":["a:1","ghcr.io/x/y:2","bare:latest"]');
    expect(text).toContain(`"Config":"blobs/sha256/${image.manifest.config.digest.slice(7)}"`);
  });

  it('names a blob that is missing', async () => {
    const node = await newNode();
    const image = await built(node);
    await node.store.delete(image.layers[1]?.descriptor.digest ?? '');
    await expect(collect(exportArchive(node.store, [{ names: [], target: image.target }]))).rejects.toMatchObject({
      reason: 'blob-missing',
      data: { what: 'layer', digest: image.layers[1]?.descriptor.digest },
    });
  });
});
