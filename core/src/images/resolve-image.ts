/** From an imported target to the one manifest, config and layer stack that is going to be unpacked. */
import { isAttestation } from './archive/imported.ts';
import type { ContentStore } from './content/content-store.ts';
import { INDEX_DEPTH, readDocument, readSmall } from './content/documents.ts';
import { ImageError, type Place } from './errors.ts';
import { chainIds } from './oci/chain-id.ts';
import { parseImageConfig, type ImageConfig } from './oci/config.ts';
import {
  isConfigType,
  isForeignLayerType,
  isIndexType,
  isLayerType,
  isManifestType,
  type Descriptor,
  type Digest,
  type Manifest,
  type Platform,
} from './oci/descriptor.ts';
import { DEFAULT_PLATFORM, formatPlatform, normalizePlatform, platformRank } from './oci/platform.ts';

/** One layer of an image, with the names it has before, inside and after unpacking. */
export interface ImageLayer {
  /** The blob, compressed or not. */
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
  /** The name of the snapshot that holds this layer and all below. */
  readonly chainId: Digest;
  /** `2 of 5 (sha256:…)`, for errors. */
  readonly label: string;
}

/** An image of one platform: all that is needed to unpack it and to run it. */
export interface ResolvedImage {
  /** What the user called it, for errors. */
  readonly name: string;
  /** The manifest's own descriptor. */
  readonly target: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  readonly platform: Platform;
  /** Lowest first. */
  readonly layers: readonly ImageLayer[];
}

export interface ResolveOptions {
  /** What the user calls the image, for errors. */
  readonly image: string;
  /**
   * The machine to run it: the best match that it can run is taken. When absent, `DEFAULT_PLATFORM`, or the only
   * platform there is: then there is nothing to choose.
   */
  readonly platform?: Platform;
}

interface Candidate {
  readonly descriptor: Descriptor;
  readonly platform: Platform;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

const readConfig = async (store: ContentStore, manifest: Manifest, place: Place): Promise<ImageConfig> => {
  const { config } = manifest;
  const bytes = await readSmall(store, config, 'config', place);
  return parseImageConfig(bytes, { document: `config ${config.digest}`, place });
};

/**
 * The images below `target` that are in the store. An index may also name artifacts, which are no images, and images of
 * other platforms, which nobody fetched. `blob-missing` when it is the wanted one that is not there.
 */
const candidates = async (
  store: ContentStore,
  target: Descriptor,
  options: ResolveOptions,
  depth = 0,
): Promise<readonly Candidate[]> => {
  const place: Place = { image: options.image };
  const { digest, mediaType } = target;
  if (depth > INDEX_DEPTH) throw new ImageError('index-too-deep', { ...place, digest, limit: INDEX_DEPTH });
  const document = await readDocument(store, target, place);
  if (document.kind === 'index') {
    const found: Candidate[] = [];
    const absent: Descriptor[] = [];
    for (const child of document.index.manifests) {
      if (isAttestation(child) || !(isIndexType(child.mediaType) || isManifestType(child.mediaType))) continue;
      if ((await store.find(child.digest)) === undefined) absent.push(child);
      else found.push(...(await candidates(store, child, options, depth + 1)));
    }
    const wanted = absent.find(({ platform }) => platform === undefined || matches(options, platform));
    if (found.length === 0 && wanted !== undefined) await readDocument(store, wanted, place);
    return found;
  }
  const { manifest } = document;
  if (!isConfigType(manifest.config.mediaType)) {
    if (depth > 0) return [];
    throw new ImageError('media-type', {
      ...place,
      what: `config of ${mediaType}`,
      mediaType: manifest.config.mediaType,
    });
  }
  const config = await readConfig(store, manifest, place);
  const platform = normalizePlatform(
    target.platform ?? {
      os: config.os ?? DEFAULT_PLATFORM.os,
      architecture: config.architecture ?? DEFAULT_PLATFORM.architecture,
      ...(config.variant === undefined ? {} : { variant: config.variant }),
    },
  );
  return [{ descriptor: target, platform, manifest, config }];
};

const matches = ({ platform = DEFAULT_PLATFORM }: ResolveOptions, offered: Platform): boolean =>
  platformRank(platform, normalizePlatform(offered)) !== undefined;

/** The best match, the first of equals. `wrong-platform` lists what is there. */
const choose = (all: readonly Candidate[], { image, platform }: ResolveOptions): Candidate => {
  const [only, another] = all;
  if (platform === undefined && only !== undefined && another === undefined) return only;
  const wanted = platform ?? DEFAULT_PLATFORM;
  let best: { readonly candidate: Candidate; readonly rank: number } | undefined;
  for (const candidate of all) {
    const rank = platformRank(wanted, candidate.platform);
    if (rank !== undefined && (best === undefined || rank < best.rank)) best = { candidate, rank };
  }
  if (best !== undefined) return best.candidate;
  const available = [...new Set(all.map((candidate) => formatPlatform(candidate.platform)))];
  throw new ImageError('wrong-platform', { image, wanted: formatPlatform(wanted), available });
};

/** The layers of an image with their names; all three lists are equally long, lowest first. */
export const numberedLayers = (
  descriptors: readonly Descriptor[],
  diffIds: readonly Digest[],
  chains: readonly Digest[],
): readonly ImageLayer[] =>
  descriptors.map((descriptor, i) => ({
    descriptor,
    diffId: diffIds[i] as Digest,
    chainId: chains[i] as Digest,
    label: `${i + 1} of ${descriptors.length} (${descriptor.digest})`,
  }));

/**
 * Chooses the platform and checks manifest against config: `wrong-platform`, `layer-count`, `media-type`,
 * `blob-missing`, `bad-document`.
 */
export const resolveImage = async (
  store: ContentStore,
  target: Descriptor,
  options: ResolveOptions,
): Promise<ResolvedImage> => {
  const place = { image: options.image };
  const { descriptor, platform, manifest, config } = choose(await candidates(store, target, options), options);
  const diffIds = config.rootfs.diff_ids;
  const { layers } = manifest;
  if (layers.length !== diffIds.length)
    throw new ImageError('layer-count', { ...place, layers: layers.length, diffIds: diffIds.length });
  const numbered = numberedLayers(layers, diffIds, await chainIds(diffIds, store.codecs));
  for (const { descriptor: layer, label } of numbered)
    if (!isLayerType(layer.mediaType))
      throw new ImageError('media-type', { ...place, layer: label, what: 'it', mediaType: layer.mediaType });
  return { name: options.image, target: descriptor, manifest, config, platform, layers: numbered };
};

/** Checks that a layer's blob is there: `blob-missing`, `foreign-layer`, `size-mismatch`. */
export const requireLayer = async (
  store: ContentStore,
  image: Pick<ResolvedImage, 'name'>,
  { descriptor, label }: Pick<ImageLayer, 'descriptor' | 'label'>,
): Promise<void> => {
  const { digest, mediaType, size, urls = [] } = descriptor;
  const place = { image: image.name, layer: label };
  const info = await store.find(digest);
  if (info === undefined && isForeignLayerType(mediaType))
    throw new ImageError('foreign-layer', { ...place, digest, urls });
  if (info === undefined) throw new ImageError('blob-missing', { ...place, what: 'its blob', digest });
  if (info.size !== size) throw new ImageError('size-mismatch', { ...place, actual: info.size, expected: size });
};

/** The same of all layers. */
export const requireLayers = async (store: ContentStore, image: ResolvedImage): Promise<void> => {
  for (const layer of image.layers) await requireLayer(store, image, layer);
};
