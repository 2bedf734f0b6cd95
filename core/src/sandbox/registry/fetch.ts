/**
 * Fetching an image from the registry: what a pull does before it unpacks.
 *
 *   resolve the reference ─▶ index? ─▶ manifest of the platform ─▶ config ─▶ layers ─▶ image record
 *                              each blob that the content store has already is passed over
 *
 * A fetch that was interrupted leaves the blobs that are whole: the next one goes on behind them. What its lease held
 * until then is held until the lease expires.
 */
import {
  type Descriptor,
  type ImageListener,
  isAttestation,
  isConfigType,
  isIndexType,
  isManifestType,
  normalizePlatform,
  type Platform,
  platformRank,
  readDocument,
  referenceLabels,
} from '../../images/index.ts';
import { isClass, type Labels } from '../../snapshots/index.ts';
import type { Client, Image } from '../metadata/index.ts';
import { parseReference, type RemoteReference } from './reference.ts';
import type { Registry } from './registry.ts';

export interface FetchOptions {
  /** `undefined` = all of them. */
  readonly platform: Platform | undefined;
  /** Of the image. */
  readonly labels?: Labels;
  readonly onEvent?: ImageListener;
  /** Told of every blob the image needs, once it is here. */
  readonly onBlob?: (ref: string, descriptor: Descriptor, existed: boolean) => void;
}

/** What an upload or download is called while it is under way. */
export const transferName = ({ mediaType, digest }: Descriptor): string => {
  if (isIndexType(mediaType)) return `index-${digest}`;
  if (isManifestType(mediaType)) return `manifest-${digest}`;
  return `${isConfigType(mediaType) ? 'config' : 'layer'}-${digest}`;
};

/** The manifests of an index that are wanted: the best one for a platform, or all. */
const wantedManifests = (manifests: readonly Descriptor[], platform: Platform | undefined): readonly Descriptor[] => {
  if (platform === undefined) return manifests;
  const ranked = manifests
    .filter((manifest) => !isAttestation(manifest))
    .map((manifest) => ({
      manifest,
      rank: manifest.platform === undefined ? 0 : platformRank(platform, normalizePlatform(manifest.platform)),
    }))
    .filter((each): each is { manifest: Descriptor; rank: number } => each.rank !== undefined)
    .toSorted((a, b) => a.rank - b.rank);
  return ranked.slice(0, 1).map(({ manifest }) => manifest);
};

/** Notes where a blob can be had from, for a push that could mount it there. */
const noteSource = async ({ content }: Client, digest: string, { host, path }: RemoteReference): Promise<void> => {
  const label = `containerd.io/distribution.source.${host}`;
  const { labels } = await content.info(digest);
  const paths = (labels[label] ?? '').split(',').filter((each) => each !== '');
  if (!paths.includes(path)) await content.label(digest, { [label]: [...paths, path].toSorted().join(',') });
};

/** Creates the image, or replaces what its name stood for. */
const nameImage = async ({ images }: Client, name: string, target: Descriptor, labels: Labels): Promise<Image> => {
  try {
    return await images.create(name, target, labels);
  } catch (error) {
    if (!isClass(error, 'AlreadyExists')) throw error;
    return images.update({ name, target, labels });
  }
};

/** Give it a client with a lease. Throws what containerd says of a reference that cannot be resolved. */
export const fetchImage = async (
  registry: Registry,
  client: Client,
  reference: string,
  { platform, labels = {}, onEvent, onBlob }: FetchOptions,
): Promise<Image> => {
  const remote = parseReference(reference);
  const target = registry.resolve(reference);
  if (target === undefined) throw new Error(`failed to resolve reference "${reference}": ${reference}: not found`);
  const { content } = client;

  const fetch = async (descriptor: Descriptor): Promise<void> => {
    const { digest, size, mediaType } = descriptor;
    const ref = transferName(descriptor);
    const existed = (await content.find(digest)) !== undefined;
    if (!existed) {
      const writer = await content.writer(ref, size);
      try {
        for await (const chunk of registry.content.read(digest)) await writer.write(chunk);
        await writer.commit({ digest, size });
      } finally {
        await writer.abort();
      }
    }
    onEvent?.({ type: 'blob-stored', entry: ref, digest, size, existed });
    onBlob?.(ref, descriptor, existed);
    if (isIndexType(mediaType) || isManifestType(mediaType)) {
      const document = await readDocument(content, descriptor, { image: reference });
      await content.label(digest, referenceLabels(document));
      const children =
        document.kind === 'index'
          ? wantedManifests(document.index.manifests, platform)
          : [document.manifest.config, ...document.manifest.layers];
      for (const child of children) await fetch(child);
    }
    await noteSource(client, digest, remote);
  };

  await fetch(target);
  return nameImage(client, reference, target, labels);
};
