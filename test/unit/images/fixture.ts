/** Small images made of the bytes in a test, and a store to import them into. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { memfs } from 'memfs';
import { pack } from 'tar-stream';
import { steppingClock, type PlainFiles } from '@layerscope/core/fs';
import { LocalContentStore, type ContentStore, type Descriptor } from '@layerscope/core/images';
import { createMemoryMetaStore } from '@layerscope/core/snapshots';

export const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));

/** One entry of a tar: content, or a link's target, or a directory when there is neither. */
export interface TarFile {
  readonly name: string;
  readonly content?: Uint8Array | string;
  readonly symlink?: string;
  readonly hardlink?: string;
  readonly mode?: number;
}

/** A tar of the files in this order. */
export const tar = async (files: readonly TarFile[]): Promise<Uint8Array> => {
  const out = pack();
  for (const { name, content, symlink, hardlink, mode } of files) {
    const header = { name, mtime: new Date(0), ...(mode === undefined ? {} : { mode }) };
    if (content !== undefined) out.entry({ ...header, type: 'file' }, Buffer.from(content));
    else if (symlink !== undefined) out.entry({ ...header, type: 'symlink', linkname: symlink });
    else if (hardlink !== undefined) out.entry({ ...header, type: 'link', linkname: hardlink });
    else out.entry({ ...header, type: 'directory' });
  }
  out.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of out) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
};

/** The bytes as a stream of chunks, small ones by choice, so that everything straddles. */
export async function* stream(bytes: Uint8Array, chunk = 1000): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.slice(at, at + chunk);
}

export const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return new Uint8Array(Buffer.concat(all));
};

export interface TestStore {
  readonly store: ContentStore;
  readonly files: PlainFiles;
  readonly root: string;
}

export const newStore = (): TestStore => {
  const files: PlainFiles = memfs().fs.promises;
  const root = '/content';
  const store = new LocalContentStore({ files, root, meta: createMemoryMetaStore(), clock: steppingClock(0n) });
  return { store, files, root };
};

/** Every digest in the store. */
export const digests = async (store: ContentStore): Promise<readonly string[]> => {
  const all: string[] = [];
  for await (const { digest } of store.walk()) all.push(digest);
  return all;
};

/** An image made in the test: blobs by name in an OCI layout, and the descriptors to name them by. */
export interface BuiltImage {
  readonly layers: readonly Uint8Array[];
  readonly diffIds: readonly string[];
  readonly config: Uint8Array;
  readonly manifest: Uint8Array;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly target: Descriptor;
}

export interface BuildOptions {
  readonly architecture?: string;
  readonly variant?: string;
  /** How a layer's tar is stored. */
  readonly compress?: (tar: Uint8Array) => Uint8Array;
  readonly layerType?: string;
  readonly config?: object;
}

export const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

export const descriptor = (mediaType: string, bytes: Uint8Array, more: object = {}): Descriptor => ({
  mediaType,
  digest: sha256(bytes),
  size: bytes.length,
  ...more,
});

const OCI = 'application/vnd.oci.image';

/** An OCI image whose layers hold these files. */
export const buildImage = async (
  layers: readonly (readonly TarFile[])[],
  options: BuildOptions = {},
): Promise<BuiltImage> => {
  const { architecture = 'amd64', variant, compress = gzip, layerType = `${OCI}.layer.v1.tar+gzip` } = options;
  const tars = await Promise.all(layers.map(tar));
  const stored = tars.map(compress);
  const diffIds = tars.map(sha256);
  const config = json({
    os: 'linux',
    architecture,
    variant,
    config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: layers.map((_, i) => ({ created_by: `step ${i}` })),
    ...options.config,
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: descriptor(`${OCI}.config.v1+json`, config),
    layers: stored.map((bytes) => descriptor(layerType, bytes)),
  });
  const blobs = new Map([...stored, config, manifest].map((bytes) => [sha256(bytes), bytes]));
  return { layers: stored, diffIds, config, manifest, blobs, target: descriptor(`${OCI}.manifest.v1+json`, manifest) };
};

export const blobName = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;

/** The entries of an OCI layout with these images; index.json comes last, as some writers put it. */
export const layoutFiles = (
  images: readonly BuiltImage[],
  manifests: readonly Descriptor[] = images.map(({ target }) => target),
): readonly TarFile[] => [
  { name: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
  ...images.flatMap(({ blobs }) => [...blobs].map(([digest, content]) => ({ name: blobName(digest), content }))),
  { name: 'index.json', content: json({ schemaVersion: 2, manifests }) },
];

/** The entries of a docker archive of this image. */
export const dockerFiles = (image: BuiltImage, tags: readonly string[]): readonly TarFile[] => {
  const config = `${sha256(image.config).slice('sha256:'.length)}.json`;
  return [
    ...image.layers.map((content, i) => ({ name: `${i}/layer.tar`, content })),
    ...image.layers.map((_, i) => ({ name: `${i}/VERSION`, content: '1.0' })),
    { name: config, content: image.config },
    {
      name: 'manifest.json',
      content: json([{ Config: config, RepoTags: tags, Layers: image.layers.map((_, i) => `${i}/layer.tar`) }]),
    },
  ];
};
