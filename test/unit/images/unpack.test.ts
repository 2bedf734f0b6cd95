import { describe, expect, it } from 'vitest';
import { resolveImage, unpackImage, type ImageEvent } from '@layerscope/core/images';
import { refusal, type Snapshotter } from '@layerscope/core/snapshots';
import { coreTree } from '../../trees/core-tree.ts';
import { buildImage, json, sha256, utf8 } from './fixture.ts';
import { built, imported, LAYERS, newNode, snapshots } from './node.ts';

describe.each(['overlayfs', 'native'] as const)('unpackImage into %s', (name) => {
  it('makes what the layers say, under chain IDs', async () => {
    const node = await newNode(name);
    const image = await built(node);
    const unpacked = await unpackImage(image, node.store, node);
    expect(unpacked).toEqual({ chainId: image.layers[2]?.chainId, extracted: 3 });
    const mounts = await node.snapshotter.view('view', unpacked.chainId);
    await node.kernel.disk.mkdir('/mnt', 0o755);
    await node.kernel.mount(mounts, '/mnt');
    const tree = coreTree(await node.kernel.disk.tree('/mnt'));
    expect(tree.map(({ path }) => path)).toEqual(['', 'etc', 'etc/motd', 'etc/new', 'usr']);
    expect(tree.find(({ path }) => path === 'etc/motd')?.size).toBe('changed'.length);
    expect(node.kernel.mounts().filter(({ target }) => target.includes('containerd-mount'))).toEqual([]);
  });

  it('labels snapshots and content as containerd does', async () => {
    const node = await newNode(name);
    const image = await built(node);
    await unpackImage(image, node.store, node, { labels: { 'containerd.io/snapshot/who': 'me' } });
    const infos = await snapshots(node);
    expect(infos).toHaveLength(3);
    for (const [i, layer] of image.layers.entries()) {
      const below = image.layers[i - 1]?.chainId;
      expect(infos.find((info) => info.name === layer.chainId)).toMatchObject({
        kind: 'Committed',
        parent: below ?? '',
        labels: {
          'containerd.io/snapshot/who': 'me',
          'containerd.io/snapshot.ref': layer.chainId,
          'containerd.io/snapshot/diff-id': layer.diffId,
          ...(below === undefined ? {} : { 'containerd.io/snapshot/parent-chain-id': below }),
        },
      });
      expect((await node.store.info(layer.descriptor.digest)).labels).toEqual({
        'containerd.io/uncompressed': layer.diffId,
      });
    }
    expect((await node.store.info(image.manifest.config.digest)).labels).toEqual({
      [`containerd.io/gc.ref.snapshot.${name}`]: image.layers[2]?.chainId,
    });
  });

  it('uses keys of the form extract-<n>-<xxxx> <chain ID>', async () => {
    const node = await newNode(name);
    const image = await built(node);
    await unpackImage(image, node.store, node);
    const keys = node.calls.filter((call) => call.startsWith('prepare '));
    expect(keys).toHaveLength(3);
    for (const [i, key] of keys.entries())
      expect(key).toMatch(new RegExp(`^prepare extract-\\d{1,9}-[A-Za-z0-9_-]{4} ${image.layers[i]?.chainId}$`));
  });

  it('only asks for what is there the second time', async () => {
    const node = await newNode(name);
    const image = await built(node);
    await unpackImage(image, node.store, node);
    node.calls.length = 0;
    const events: ImageEvent[] = [];
    const again = await unpackImage(image, node.store, node, { onEvent: (event) => events.push(event) });
    expect(again).toEqual({ chainId: image.layers[2]?.chainId, extracted: 0 });
    expect(node.calls).toEqual(image.layers.map(({ chainId }) => `stat ${chainId}`));
    expect(events.map(({ type }) => type)).toEqual(['layer-exists', 'layer-exists', 'layer-exists']);
  });

  it('removes the extraction when the layer is damaged, and goes on from there when run again', async () => {
    const node = await newNode(name);
    const good = await buildImage(LAYERS);
    const image = await imported(node, good);
    // A layer that breaks off: the right digest, the wrong inside.
    const [first, , third] = good.layers;
    const cut = (good.layers[1] ?? utf8('')).slice(0, 60);
    const config = json({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: good.diffIds } });
    const layers = [first, cut, third].map((bytes) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: sha256(bytes ?? utf8('')),
      size: bytes?.length,
    }));
    const manifest = json({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
      layers,
    });
    for (const bytes of [cut, config, manifest]) await node.store.put('x', bytes);
    const bad = await resolveImage(
      node.store,
      { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: sha256(manifest), size: manifest.length },
      { image: 'bad.tar' },
    );
    await expect(unpackImage(bad, node.store, node)).rejects.toMatchObject({
      reason: 'extract',
      code: 'InvalidArgument',
      message: expect.stringMatching(
        /^bad\.tar: layer 2 of 3 \(sha256:[0-9a-f]{64}\): failed to extract layer \(application\/vnd\.oci\.image\.layer\.v1\.tar\+gzip sha256:[0-9a-f]{64}\) to (overlayfs|native) as "extract-/,
      ),
    });
    expect((await snapshots(node)).map((info) => info.name)).toEqual([image.layers[0]?.chainId]);
    expect(await unpackImage(image, node.store, node)).toMatchObject({ extracted: 2 });
    expect(await snapshots(node)).toHaveLength(3);
  });

  it('refuses a layer whose tar is not the one the config names', async () => {
    const node = await newNode(name);
    const other = sha256(utf8('other'));
    const image = await built(node, { config: { rootfs: { type: 'layers', diff_ids: [other, other, other] } } });
    await expect(unpackImage(image, node.store, node)).rejects.toMatchObject({
      reason: 'diff-id',
      code: 'FailedPrecondition',
      message: expect.stringContaining(`wrong diff id "sha256:`),
    });
    expect(await snapshots(node)).toEqual([]);
  });
});

describe('unpackImage', () => {
  it('names a missing layer, and keeps what is below it', async () => {
    const node = await newNode();
    const image = await built(node);
    await node.store.delete(image.layers[2]?.descriptor.digest ?? '');
    await expect(unpackImage(image, node.store, node)).rejects.toMatchObject({
      reason: 'blob-missing',
      message: expect.stringMatching(
        /^image\.tar: layer 3 of 3 \(sha256:.*\): its blob sha256:.* is not in the archive/,
      ),
    });
    expect(await snapshots(node)).toHaveLength(2);
  });

  it('does not ask for blobs of layers that are unpacked', async () => {
    const node = await newNode();
    const image = await built(node);
    await unpackImage(image, node.store, node);
    for (const { descriptor } of image.layers) await node.store.delete(descriptor.digest);
    expect(await unpackImage(image, node.store, node)).toMatchObject({ extracted: 0 });
  });

  it('leaves it at that when somebody else commits the same layer meanwhile', async () => {
    const node = await newNode();
    const image = await built(node);
    const outcome = await Promise.all([unpackImage(image, node.store, node), unpackImage(image, node.store, node)]);
    expect(outcome.map(({ chainId }) => chainId)).toEqual([image.layers[2]?.chainId, image.layers[2]?.chainId]);
    expect((await snapshots(node)).map(({ kind }) => kind)).toEqual(['Committed', 'Committed', 'Committed']);
  });

  it('skips a layer that the snapshotter provides itself', async () => {
    const node = await newNode();
    const image = await built(node);
    const provided = new Set<string>();
    const remote: Snapshotter = {
      ...node.snapshotter,
      prepare: async (_key, _parent, options) => {
        provided.add(options?.labels?.['containerd.io/snapshot.ref'] ?? '');
        throw refusal('key-taken', { key: 'target' });
      },
      stat: async (key) => {
        if (!provided.has(key)) throw refusal('snapshot-missing');
        return { kind: 'Committed', name: key, parent: '', labels: {}, created: 0n, updated: 0n };
      },
    };
    expect(await unpackImage(image, node.store, { ...node, snapshotter: remote })).toMatchObject({ extracted: 0 });
    expect([...provided]).toEqual(image.layers.map(({ chainId }) => chainId));
  });

  it('gives up after three keys that are taken', async () => {
    const node = await newNode();
    const image = await built(node);
    const keys: string[] = [];
    const full: Snapshotter = {
      ...node.snapshotter,
      stat: async () => {
        throw refusal('snapshot-missing');
      },
      prepare: async (key) => {
        keys.push(key);
        throw refusal('key-taken', { key });
      },
    };
    await expect(unpackImage(image, node.store, { ...node, snapshotter: full })).rejects.toThrow(
      /^unable to prepare extraction snapshot: snapshot extract-.*: already exists$/,
    );
    expect(new Set(keys).size).toBe(3);
  });

  it('stops a decompression bomb at the stated limit', async () => {
    const node = await newNode();
    const image = await imported(node, await buildImage([[{ name: 'zeros', content: new Uint8Array(3_000_000) }]]));
    await expect(
      unpackImage(image, node.store, node, { limits: { ratio: 100, ratioFrom: 1_000_000 } }),
    ).rejects.toMatchObject({ reason: 'extract', code: 'ResourceExhausted' });
    expect(await snapshots(node)).toEqual([]);
  });

  it('refuses an annotation that is too long for a label', async () => {
    const node = await newNode();
    const image = await built(node);
    const long = { 'containerd.io/snapshot/note': 'x'.repeat(4096), 'other.note': 'x'.repeat(5000) };
    const layers = image.layers.map((layer) => ({
      ...layer,
      descriptor: { ...layer.descriptor, annotations: long },
    }));
    await expect(unpackImage({ ...image, layers }, node.store, node)).rejects.toMatchObject({
      reason: 'label-too-long',
      message: expect.stringMatching(
        /^image\.tar: layer 1 of 3 \(.*\): label key and value length \(4123 bytes\) greater than maximum size \(4096 bytes\), key: containerd\.io\/snapshot\/note: invalid argument$/,
      ),
    });
    expect(await snapshots(node)).toEqual([]);
  });

  it('tells how far it is', async () => {
    const node = await newNode();
    const image = await built(node);
    const events: ImageEvent[] = [];
    await unpackImage(image, node.store, node, { onEvent: (event) => events.push(event) });
    const told = events.map((event) => event.type).filter((type, i, all) => type !== all[i - 1]);
    expect(told).toEqual(image.layers.flatMap(() => ['layer-started', 'layer-progress', 'layer-committed']));
    for (const event of events.filter(({ type }) => type === 'layer-progress'))
      expect(event).toMatchObject({ total: 3, read: expect.any(Number), size: expect.any(Number) });
    const last = events.findLast((event) => event.type === 'layer-progress');
    expect(last?.read).toBe(last?.size);
  });

  it('unpacks an image without layers to nothing', async () => {
    const node = await newNode();
    const image = await imported(node, await buildImage([]));
    expect(await unpackImage(image, node.store, node)).toEqual({ chainId: '', extracted: 0 });
    expect(node.calls).toEqual([]);
  });
});
