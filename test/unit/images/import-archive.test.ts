import { describe, expect, it } from 'vitest';
import {
  importArchive,
  resolveImage,
  selectImage,
  type Annotations,
  type Descriptor,
  type ImageEvent,
  type ImportedArchive,
} from '@layerscope/core/images';
import {
  buildImage,
  blobName,
  descriptor,
  digests,
  dockerFiles,
  gzip,
  json,
  layoutFiles,
  newStore,
  sha256,
  stream,
  tar,
  utf8,
  type BuiltImage,
  type TarFile,
  type TestStore,
} from './fixture.ts';

const IMAGE = 'image.tar';

const importFiles = async (at: TestStore, files: readonly TarFile[]): Promise<ImportedArchive> =>
  importArchive(stream(await tar(files)), at.store, { image: IMAGE });

const twoLayers = (): Promise<BuiltImage> =>
  buildImage([[{ name: 'etc' }, { name: 'etc/motd', content: 'hi' }], [{ name: 'etc/motd', content: 'ho' }]]);

describe('importArchive', () => {
  it('reads an OCI layout, whatever the order of its entries', async () => {
    const image = await twoLayers();
    for (const files of [layoutFiles([image]), layoutFiles([image]).toReversed()]) {
      const at = newStore();
      const archive = await importFiles(at, files);
      expect(archive).toMatchObject({ format: 'oci', images: [{ names: [], target: image.target }] });
      expect(await digests(at.store)).toEqual([...image.blobs.keys()].toSorted());
      const resolved = await resolveImage(at.store, image.target, { image: IMAGE });
      expect(resolved.layers.map(({ diffId }) => diffId)).toEqual(image.diffIds);
    }
  });

  it('reads a docker archive and makes the manifest that containerd makes', async () => {
    const image = await buildImage([[{ name: 'a', content: 'a' }], [{ name: 'b', content: 'b' }]], {
      compress: (bytes) => bytes,
    });
    const at = newStore();
    const archive = await importFiles(at, dockerFiles(image, ['busybox:1', 'ghcr.io/x/y']));
    const manifest =
      '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":' +
      `{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"${sha256(image.config)}","size":${image.config.length}},` +
      `"layers":[${image.layers.map((layer) => `{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","digest":"${sha256(layer)}","size":${layer.length}}`).join(',')}]}`;
    expect(archive.format).toBe('docker');
    expect(archive.images).toEqual([
      {
        names: ['docker.io/library/busybox:1', 'ghcr.io/x/y:latest'],
        target: descriptor('application/vnd.docker.distribution.manifest.v2+json', utf8(manifest)),
      },
    ]);
    // The VERSION files of old docker versions are no part of the image.
    const parts = [manifest, image.config, ...image.layers].map((part) => sha256(Buffer.from(part)));
    expect(await digests(at.store)).toEqual(parts.toSorted());
  });

  it('follows the links that docker save and skopeo write for layers that occur twice', async () => {
    const image = await buildImage([[{ name: 'a', content: 'a' }], [{ name: 'a', content: 'a' }]]);
    const [layer] = image.layers;
    const files: readonly TarFile[] = [
      { name: 'one/layer.tar', symlink: '../data.tar' },
      { name: './two/layer.tar', hardlink: 'data.tar' },
      { name: 'data.tar', content: layer ?? '' },
      { name: 'c.json', content: image.config },
      {
        name: 'manifest.json',
        content: json([{ Config: 'c.json', RepoTags: null, Layers: ['one/layer.tar', 'two/layer.tar'] }]),
      },
    ];
    const at = newStore();
    const { images } = await importFiles(at, files);
    const [found] = images;
    const resolved = await resolveImage(at.store, found?.target ?? image.target, { image: IMAGE });
    expect(resolved.layers.map((each) => each.descriptor.digest)).toEqual([
      sha256(layer ?? utf8('')),
      sha256(layer ?? utf8('')),
    ]);
    expect(resolved.layers[0]?.descriptor.mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar.gzip');
  });

  it('takes the OCI layout when an archive is both, as docker save writes it today', async () => {
    const image = await twoLayers();
    const both = [
      ...layoutFiles([image]),
      {
        name: 'manifest.json',
        content: json([
          {
            Config: blobName(sha256(image.config)),
            RepoTags: ['x:y'],
            Layers: image.layers.map((l) => blobName(sha256(l))),
          },
        ]),
      },
    ];
    const archive = await importFiles(newStore(), both);
    expect(archive).toMatchObject({ format: 'oci', images: [{ target: image.target }] });
  });

  it('takes off an outer gzip', async () => {
    const image = await twoLayers();
    const bytes = await tar(layoutFiles([image]));
    const at = newStore();
    await importArchive(stream(gzip(bytes)), at.store, { image: IMAGE });
    expect(await digests(at.store)).toHaveLength(4);
  });

  it('stores nothing the second time, and says so', async () => {
    const image = await twoLayers();
    const at = newStore();
    await importFiles(at, layoutFiles([image]));
    const before = await at.store.info(sha256(image.config));
    const events: ImageEvent[] = [];
    await importArchive(stream(await tar(layoutFiles([image]))), at.store, {
      image: IMAGE,
      onEvent: (event) => events.push(event),
    });
    expect(events.every((event) => event.type === 'blob-stored' && event.existed)).toBe(true);
    expect(events).toHaveLength(4);
    expect(await at.store.info(sha256(image.config))).toEqual(before);
  });

  it('labels documents with what they refer to', async () => {
    const image = await twoLayers();
    const at = newStore();
    await importFiles(at, layoutFiles([image]));
    expect((await at.store.info(image.target.digest)).labels).toEqual({
      'containerd.io/gc.ref.content.config': sha256(image.config),
      'containerd.io/gc.ref.content.l.0': sha256(image.layers[0] ?? utf8('')),
      'containerd.io/gc.ref.content.l.1': sha256(image.layers[1] ?? utf8('')),
    });
  });

  it('gives one image all its names and leaves attestations out', async () => {
    const image = await twoLayers();
    const named = (annotations: Annotations): Descriptor => ({ ...image.target, annotations });
    const archive = await importFiles(
      newStore(),
      layoutFiles(
        [image],
        [
          named({
            'org.opencontainers.image.ref.name': 'latest',
            'io.containerd.image.name': 'docker.io/library/a:latest',
          }),
          named({ 'org.opencontainers.image.ref.name': 'v2' }),
          { ...image.target, digest: sha256(utf8('a')), platform: { os: 'unknown', architecture: 'unknown' } },
        ],
      ),
    );
    expect(archive.images.map(({ names }) => names)).toEqual([['docker.io/library/a:latest', 'v2']]);
  });

  it('chooses an image by its name, and lists the names when none was given', async () => {
    const [one, two] = [await twoLayers(), await buildImage([[{ name: 'x', content: 'x' }]])];
    const archive = await importFiles(
      newStore(),
      layoutFiles(
        [one, two],
        [{ ...one.target, annotations: { 'io.containerd.image.name': 'docker.io/library/one:latest' } }, two.target],
      ),
    );
    const place = { image: IMAGE };
    expect(selectImage(archive, 'one', place).target.digest).toBe(one.target.digest);
    expect(selectImage(archive, two.target.digest, place).target.digest).toBe(two.target.digest);
    expect(() => selectImage(archive, 'three', place)).toThrow(/image "three" not found/);
    expect(() => selectImage(archive, undefined, place)).toThrow(
      `image.tar: the archive holds 2 images: docker.io/library/one:latest, ${two.target.digest}`,
    );
  });
});
