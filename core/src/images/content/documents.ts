/** Indexes and manifests in a content store: reading them, and the labels that keep what they name alive. */
import type { Labels } from '../../snapshots/index.ts';
import { ImageError, type Place } from '../errors.ts';
import { isIndexType, isManifestType, type Descriptor, type Index, type Manifest } from '../oci/descriptor.ts';
import { DOCUMENT_LIMIT, parseDocument, readIndex, readManifest } from '../oci/document.ts';
import type { ContentStore } from './content-store.ts';

export type ImageDocument =
  | { readonly kind: 'index'; readonly index: Index }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

/** The depth of indexes in indexes that is followed. One is usual, two is seen; a document cannot name itself by digest. */
export const INDEX_DEPTH = 8;

/** The bytes of a small blob that a document names. `blob-missing`, `document-too-large`. */
export const readSmall = async (
  store: ContentStore,
  descriptor: Descriptor,
  what: string,
  place: Place,
): Promise<Uint8Array> => {
  const info = await store.find(descriptor.digest);
  if (info === undefined) throw new ImageError('blob-missing', { ...place, what, digest: descriptor.digest });
  if (info.size > DOCUMENT_LIMIT)
    throw new ImageError('document-too-large', {
      ...place,
      document: `${what} ${descriptor.digest}`,
      size: info.size,
      limit: DOCUMENT_LIMIT,
    });
  return store.readAll(descriptor.digest);
};

/**
 * Reads the index or manifest that `descriptor` names. `media-type` when it is neither, `blob-missing`,
 * `bad-document`.
 */
export const readDocument = async (
  store: ContentStore,
  descriptor: Descriptor,
  place: Place,
): Promise<ImageDocument> => {
  const { mediaType, digest } = descriptor;
  const kind = isIndexType(mediaType) ? 'index' : isManifestType(mediaType) ? 'manifest' : undefined;
  if (kind === undefined) throw new ImageError('media-type', { ...place, what: digest, mediaType });
  const name = { document: `${kind} ${digest}`, place };
  const value = parseDocument(await readSmall(store, descriptor, kind, place), name);
  return kind === 'index' ? { kind, index: readIndex(value, name) } : { kind, manifest: readManifest(value, name) };
};

/** The labels by which containerd's garbage collector sees what a document refers to. */
export const referenceLabels = (document: ImageDocument): Labels =>
  Object.fromEntries(
    document.kind === 'index'
      ? document.index.manifests.map(({ digest }, i) => [`containerd.io/gc.ref.content.m.${i}`, digest])
      : [
          ['containerd.io/gc.ref.content.config', document.manifest.config.digest],
          ...document.manifest.layers.map(({ digest }, i) => [`containerd.io/gc.ref.content.l.${i}`, digest]),
        ],
  );

/**
 * Visits every index and manifest that `target` leads to and that is in the store. Of a multi-platform image often only
 * one platform was saved: what is missing is passed over. `index-too-deep`.
 */
export const walkDocuments = async (
  store: ContentStore,
  target: Descriptor,
  place: Place,
  visit: (descriptor: Descriptor, document: ImageDocument) => Promise<void> | void,
  depth = 0,
): Promise<void> => {
  const { mediaType, digest } = target;
  if (depth > INDEX_DEPTH) throw new ImageError('index-too-deep', { ...place, digest, limit: INDEX_DEPTH });
  if (depth > 0 && !isIndexType(mediaType) && !isManifestType(mediaType)) return;
  if ((await store.find(digest)) === undefined) return;
  const document = await readDocument(store, target, place);
  await visit(target, document);
  if (document.kind === 'index')
    for (const child of document.index.manifests) await walkDocuments(store, child, place, visit, depth + 1);
};
