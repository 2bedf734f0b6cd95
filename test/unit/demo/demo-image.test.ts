import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEMO_IMAGE_NAME, demoImage } from '@layerscope/core/demo';

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const filesOf = async (tar: Uint8Array): Promise<Map<string, Buffer>> => {
  const files = new Map<string, Buffer>();
  const archive = extract();
  archive.end(tar);
  for await (const entry of archive) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
};

describe('the demo image', () => {
  let image: Uint8Array;
  let files: Map<string, Buffer>;
  const json = (digest: string) => JSON.parse(files.get(`blobs/sha256/${digest.slice(7)}`)!.toString());

  beforeAll(async () => {
    image = await demoImage();
    files = await filesOf(image);
  });

  it('is the same bytes every time', async () => {
    expect(sha256(await demoImage())).toBe(sha256(image));
  });

  it('names every blob after its digest', () => {
    const blobs = [...files].filter(([name]) => name.startsWith('blobs/sha256/') && !name.endsWith('/'));
    expect(blobs.length).toBe(8);
    for (const [name, bytes] of blobs) expect(sha256(bytes)).toBe(`sha256:${name.slice('blobs/sha256/'.length)}`);
  });

  it('offers two platforms over the same layers', () => {
    const [top] = JSON.parse(files.get('index.json')!.toString()).manifests;
    expect(top.annotations['io.containerd.image.name']).toBe(DEMO_IMAGE_NAME);
    const manifests = json(top.digest).manifests;
    expect(manifests.map((each: { platform: unknown }) => each.platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
    expect(json(manifests[0].digest).layers).toEqual(json(manifests[1].digest).layers);
  });

  it('states the digests of the uncompressed layers', () => {
    const [top] = JSON.parse(files.get('index.json')!.toString()).manifests;
    const manifest = json(json(top.digest).manifests[0].digest);
    const diffIds = manifest.layers.map(({ digest }: { digest: string }) =>
      sha256(gunzipSync(files.get(`blobs/sha256/${digest.slice(7)}`)!)),
    );
    expect(json(manifest.config.digest).rootfs.diff_ids).toEqual(diffIds);
  });
});
