import { describe, expect, it } from 'vitest';
import {
  importArchive,
  parsePlatform,
  requireLayers,
  resolveImage,
  type Descriptor,
  type ResolvedImage,
} from '@layerscope/core/images';
import {
  blobName,
  buildImage,
  descriptor,
  json,
  layoutFiles,
  newStore,
  sha256,
  stream,
  tar,
  utf8,
  type BuiltImage,
  type TestStore,
} from './fixture.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const PLATFORMS = [
  ['amd64', undefined],
  ['arm64', 'v8'],
  ['arm', 'v7'],
  ['arm', 'v6'],
] as const;

/** Stores an index of images of four platforms (and an attestation), nested `depth` times, and answers it. */
const multiPlatform = async (
  at: TestStore,
  { depth = 0, platformless = false, images = PLATFORMS as readonly (readonly [string, string | undefined])[] } = {},
): Promise<{ readonly target: Descriptor; readonly images: readonly BuiltImage[] }> => {
  const made = await Promise.all(
    images.map(([architecture, variant]) =>
      buildImage([[{ name: 'arch', content: `${architecture}${variant ?? ''}` }]], {
        architecture,
        ...(variant === undefined ? {} : { variant }),
      }),
    ),
  );
  const attestation = { ...descriptor(MANIFEST, utf8('{}')), platform: { os: 'unknown', architecture: 'unknown' } };
  const rows = made.map(({ target }, i) => {
    const [architecture, variant] = images[i] ?? ['', undefined];
    return platformless ? target : { ...target, platform: { os: 'linux', architecture, variant } };
  });
  const blobs = new Map(made.flatMap((image) => [...image.blobs]));
  let index = json({ schemaVersion: 2, mediaType: INDEX, manifests: [attestation, ...rows] });
  blobs.set(sha256(index), index);
  for (let level = 0; level < depth; level++) {
    index = json({ schemaVersion: 2, manifests: [descriptor(INDEX, index)] });
    blobs.set(sha256(index), index);
  }
  const target = descriptor(INDEX, index);
  const files = [
    { name: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', content: json({ schemaVersion: 2, manifests: [target] }) },
    ...[...blobs].map(([digest, content]) => ({ name: blobName(digest), content })),
  ];
  await importArchive(stream(await tar(files)), at.store, { image: 'image.tar' });
  return { target, images: made };
};

const resolved = (at: TestStore, target: Descriptor, platform?: string): Promise<ResolvedImage> =>
  resolveImage(at.store, target, {
    image: 'image.tar',
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
  });

describe('resolveImage', () => {
  it.each([
    [undefined, 0],
    ['linux/x86_64', 0],
    ['linux/arm64', 1],
    ['linux/arm', 2],
    ['linux/arm/v6', 3],
  ])('chooses for %s', async (platform, expected) => {
    for (const options of [{}, { platformless: true }, { depth: 2 }]) {
      const at = newStore();
      const { target, images } = await multiPlatform(at, options);
      expect((await resolved(at, target, platform)).target.digest).toBe(images[expected]?.target.digest);
    }
  });

  it('takes the best of what the machine can run', async () => {
    const at = newStore();
    const { target, images } = await multiPlatform(at, {
      images: [
        ['arm', 'v5'],
        ['arm', 'v7'],
        ['386', undefined],
      ],
    });
    expect((await resolved(at, target, 'linux/arm64')).target.digest).toBe(images[1]?.target.digest);
    expect((await resolved(at, target)).target.digest).toBe(images[2]?.target.digest);
  });

  it('lists the platforms when none fits', async () => {
    const at = newStore();
    const { target } = await multiPlatform(at);
    await expect(resolved(at, target, 'linux/s390x')).rejects.toMatchObject({
      reason: 'wrong-platform',
      code: 'NotFound',
      message:
        'image.tar: no match for platform linux/s390x; it holds linux/amd64, linux/arm64, linux/arm/v7, linux/arm/v6: not found',
    });
  });

  it('takes the only platform there is, unless another was asked for', async () => {
    const at = newStore();
    const { target, images } = await multiPlatform(at, { images: [['s390x', undefined]] });
    expect((await resolved(at, target)).target.digest).toBe(images[0]?.target.digest);
    await expect(resolved(at, target, 'linux/amd64')).rejects.toMatchObject({ reason: 'wrong-platform' });
  });

  it('passes over platforms that were not saved', async () => {
    const at = newStore();
    const { target, images } = await multiPlatform(at);
    await at.store.delete(images[0]?.target.digest ?? '');
    await expect(resolved(at, target)).rejects.toThrow(/it holds linux\/arm64, linux\/arm\/v7, linux\/arm\/v6/);
    expect((await resolved(at, target, 'arm64')).target.digest).toBe(images[1]?.target.digest);
  });

  it('follows indexes only so deep', async () => {
    const at = newStore();
    await expect(multiPlatform(at, { depth: 10 })).rejects.toMatchObject({ reason: 'index-too-deep' });
  });

  it('counts layers and diff IDs', async () => {
    const at = newStore();
    const image = await buildImage([[{ name: 'a', content: 'a' }]], {
      config: { rootfs: { type: 'layers', diff_ids: [] } },
    });
    await importArchive(stream(await tar(layoutFiles([image]))), at.store, { image: 'image.tar' });
    await expect(resolved(at, image.target)).rejects.toThrow(
      "image.tar: number of layers and diffIDs don't match: 1 != 0: invalid argument",
    );
  });

  it.each([
    ['application/vnd.oci.image.layer.v1.tar+lzma', /layer 1 of 1 \(sha256:.*\): it has the media type ".*\+lzma"/],
    ['text/plain', /text\/plain/],
  ])('refuses a layer of type %s', async (layerType, message) => {
    const at = newStore();
    const image = await buildImage([[{ name: 'a', content: 'a' }]], { layerType });
    await importArchive(stream(await tar(layoutFiles([image]))), at.store, { image: 'image.tar' });
    await expect(resolved(at, image.target)).rejects.toThrow(message);
  });

  it('refuses an artifact and an unknown target', async () => {
    const at = newStore();
    const manifest = json({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: sha256(utf8('{}')), size: 2 },
      layers: [],
    });
    await at.store.put('x', manifest);
    await expect(resolved(at, descriptor(MANIFEST, manifest))).rejects.toThrow(/helm\.config/);
    await expect(resolved(at, descriptor('text/html', manifest))).rejects.toMatchObject({ reason: 'media-type' });
  });

  it('refuses a manifest that is an index in disguise', async () => {
    const at = newStore();
    const both = json({ schemaVersion: 2, manifests: [], config: {}, layers: [] });
    await at.store.put('x', both);
    await expect(resolved(at, descriptor(MANIFEST, both))).rejects.toThrow(/must not have "manifests"/);
  });

  it('refuses a config that is larger than any config', async () => {
    const at = newStore();
    const huge = new Uint8Array(8 * 1024 * 1024 + 1).fill(0x20);
    const manifest = json({
      schemaVersion: 2,
      config: descriptor('application/vnd.oci.image.config.v1+json', huge),
      layers: [],
    });
    await at.store.put('x', manifest);
    await at.store.put('y', huge);
    await expect(resolved(at, descriptor(MANIFEST, manifest))).rejects.toMatchObject({ reason: 'document-too-large' });
  });
});

describe('requireLayers', () => {
  it('tells where a foreign layer can be had', async () => {
    const at = newStore();
    const image = await buildImage([[{ name: 'a', content: 'a' }]], {
      layerType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    });
    await importArchive(stream(await tar(layoutFiles([image]))), at.store, { image: 'image.tar' });
    const found = await resolved(at, image.target);
    await requireLayers(at.store, found);
    await at.store.delete(found.layers[0]?.descriptor.digest ?? '');
    const layers = found.layers.map((layer) => ({
      ...layer,
      descriptor: { ...layer.descriptor, urls: ['https://x'] },
    }));
    await expect(requireLayers(at.store, { ...found, layers })).rejects.toMatchObject({
      reason: 'foreign-layer',
      message: expect.stringMatching(/only at https:\/\/x/),
    });
  });
});
