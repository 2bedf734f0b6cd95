/** Makes a new image out of a container: its image plus one layer, what the container's snapshot changed. */
import type { Nanoseconds } from '../fs/index.ts';
import type { ContentStore } from './content/content-store.ts';
import { referenceLabels } from './content/documents.ts';
import { chainIds } from './oci/chain-id.ts';
import type { ContainerConfig, HistoryEntry, ImageConfig } from './oci/config.ts';
import {
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_LAYER_ZSTD,
  OCI_CONFIG,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
  OCI_MANIFEST,
  type Descriptor,
  type Digest,
  type Manifest,
} from './oci/descriptor.ts';
import { numberedLayers, type ResolvedImage } from './resolve-image.ts';
import { withSnapshotDiff, type DiffSource } from './snapshot-diff.ts';

export interface CommitImageOptions {
  /** Default `gzip`. */
  readonly compression?: 'gzip' | 'none';
  /** When the image was made; default the kernel's clock. */
  readonly created?: Nanoseconds;
  /** For the history: the command that was run, who ran it, and why. */
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  /** Replaces these fields of the container configuration. */
  readonly config?: ContainerConfig;
}

interface NewLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

const RFC3339_SECONDS = 19;

/** RFC 3339 as Go prints it: nanoseconds, without zeros at the end. */
const timeText = (time: Nanoseconds): string => {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, RFC3339_SECONDS);
  const fraction = (time % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
};

const OCI_LAYER_TYPES: ReadonlyMap<string, string> = new Map([
  [DOCKER_LAYER, OCI_LAYER],
  [DOCKER_LAYER_GZIP, OCI_LAYER_GZIP],
  [DOCKER_LAYER_ZSTD, OCI_LAYER_ZSTD],
]);

/**
 * The new image is an OCI image whatever it was made on: skopeo passes over Docker's manifests in an OCI layout and umoci
 * knows no others, while everything that reads Docker's reads OCI's. The bytes of layers are the same in both.
 */
const ociLayer = (layer: Descriptor): Descriptor => ({
  ...layer,
  mediaType: OCI_LAYER_TYPES.get(layer.mediaType) ?? layer.mediaType,
});

const storeLayer = async (
  store: ContentStore,
  source: DiffSource,
  key: string,
  gzipped: boolean,
  added: Set<Digest>,
): Promise<NewLayer> =>
  withSnapshotDiff(source, key, async (tar) => {
    const { codecs } = store;
    const hash = await codecs.sha256();
    async function* hashed(): AsyncGenerator<Uint8Array, void> {
      for await (const chunk of tar) {
        hash.update(chunk);
        yield chunk;
      }
    }
    const writer = await store.writer(`commit ${key}`);
    try {
      for await (const chunk of gzipped ? codecs.gzip(hashed()) : hashed()) await writer.write(chunk);
      const diffId = `sha256:${hash.hex()}`;
      const { digest, size, existed } = await writer.commit({}, { 'containerd.io/uncompressed': diffId });
      if (!existed) added.add(digest);
      return { diffId, descriptor: { mediaType: gzipped ? OCI_LAYER_GZIP : OCI_LAYER, digest, size } };
    } finally {
      await writer.abort();
    }
  });

const extendedConfig = (
  base: ImageConfig,
  diffId: Digest,
  step: HistoryEntry,
  config: ContainerConfig,
): ImageConfig => ({
  ...base,
  ...(step.created === undefined ? {} : { created: step.created }),
  ...(step.author === undefined ? {} : { author: step.author }),
  config: { ...base.config, ...config },
  rootfs: { ...base.rootfs, diff_ids: [...base.rootfs.diff_ids, diffId] },
  history: [...(base.history ?? []), step],
});

/**
 * Puts layer, config and manifest of a new image into the store and answers it, ready to be exported or unpacked. `key`
 * is the container's snapshot, made on `base`. When something fails, nothing of it stays in the store.
 */
export const commitImage = async (
  base: ResolvedImage,
  key: string,
  store: ContentStore,
  source: DiffSource,
  options: CommitImageOptions = {},
): Promise<ResolvedImage> => {
  const { compression = 'gzip', created = source.kernel.clock.now(), createdBy, author, comment } = options;
  const added = new Set<Digest>();
  const putDocument = async (what: string, value: object, labels = {}): Promise<{ digest: Digest; size: number }> => {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const { digest, size, existed } = await store.put(`commit ${key} ${what}`, bytes, {}, labels);
    if (!existed) added.add(digest);
    return { digest, size };
  };
  try {
    const layer = await storeLayer(store, source, key, compression === 'gzip', added);
    const step: HistoryEntry = {
      created: timeText(created),
      ...(createdBy === undefined ? {} : { created_by: createdBy }),
      ...(author === undefined ? {} : { author }),
      ...(comment === undefined ? {} : { comment }),
    };
    const config = extendedConfig(base.config, layer.diffId, step, options.config ?? {});
    const { digest, size } = await putDocument('config', config);
    const manifest: Manifest = {
      ...base.manifest,
      mediaType: OCI_MANIFEST,
      config: { mediaType: OCI_CONFIG, digest, size },
      layers: [...base.manifest.layers.map(ociLayer), layer.descriptor],
    };
    const stored = await putDocument('manifest', manifest, referenceLabels({ kind: 'manifest', manifest }));
    return {
      name: base.name,
      target: { mediaType: OCI_MANIFEST, ...stored, platform: base.platform },
      manifest,
      config,
      platform: base.platform,
      layers: numberedLayers(
        manifest.layers,
        config.rootfs.diff_ids,
        await chainIds(config.rootfs.diff_ids, store.codecs),
      ),
    };
  } catch (error) {
    for (const digest of added) await store.delete(digest);
    throw error;
  }
};
