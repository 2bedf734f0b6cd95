/**
 * Writes images as one archive that is both an OCI layout and what `docker load` reads, entry by entry as containerd's
 * exporter writes it: sorted by name, owned by root, dated 1970. The same images give the same bytes.
 *
 *   blobs/  blobs/sha256/  blobs/sha256/<hex>…  index.json  manifest.json  oci-layout
 */
import { encodeHeader, END_OF_ARCHIVE, paddingOf, TYPE_DIRECTORY, TYPE_REGULAR } from '../../layers/index.ts';
import type { ContentStore } from '../content/content-store.ts';
import { walkDocuments } from '../content/documents.ts';
import { ImageError } from '../errors.ts';
import {
  ANNOTATION_IMAGE_NAME,
  ANNOTATION_REF_NAME,
  OCI_INDEX,
  type Descriptor,
  type Digest,
  type Index,
  type Manifest,
} from '../oci/descriptor.ts';
import { familiarReference, isFullReference, referenceTag } from '../oci/reference.ts';
import type { ImportedImage } from './imported.ts';

const BLOB_FOLDER = 'blobs/sha256/';

const blobName = (digest: Digest): string => `${BLOB_FOLDER}${digest.slice('sha256:'.length)}`;

const header = (name: string, type: number, mode: number, size: number): Uint8Array =>
  encodeHeader({
    name,
    linkname: '',
    type,
    mode,
    uid: 0,
    gid: 0,
    size,
    mtime: 0n,
    devmajor: 0,
    devminor: 0,
    xattrs: undefined,
  });

async function* file(name: string, mode: number, size: number, content: AsyncIterable<Uint8Array> | Uint8Array[]) {
  yield header(name, TYPE_REGULAR, mode, size);
  yield* content;
  yield new Uint8Array(paddingOf(size));
}

/** The rows of index.json: one for each name of each image. */
const indexRows = ({ names, target }: ImportedImage): readonly Descriptor[] =>
  names.length === 0
    ? [target]
    : names.map((name) => ({
        ...target,
        annotations: {
          ...target.annotations,
          ...(isFullReference(name) ? { [ANNOTATION_IMAGE_NAME]: name } : {}),
          [ANNOTATION_REF_NAME]: isFullReference(name) ? referenceTag(name) : name,
        },
      }));

/** A row of manifest.json. Docker's tools read one platform: an image of several has no row of its own. */
const dockerRow = (names: readonly string[], { config, layers }: Manifest): object => ({
  Config: blobName(config.digest),
  RepoTags: names.map(familiarReference),
  Layers: layers.map(({ digest }) => blobName(digest)),
});

/** The archive's bytes. `blob-missing` when a blob that an image needs is not in the store. */
export async function* exportArchive(
  store: ContentStore,
  images: readonly ImportedImage[],
): AsyncGenerator<Uint8Array, void> {
  const blobs = new Map<Digest, number>();
  const dockerRows: object[] = [];
  const add = async (what: string, { digest }: Descriptor): Promise<void> => {
    const info = await store.find(digest);
    if (info === undefined) throw new ImageError('blob-missing', { what, digest });
    blobs.set(digest, info.size);
  };
  for (const { names, target } of images) {
    await add('manifest', target);
    await walkDocuments(store, target, {}, async (descriptor, document) => {
      await add('manifest', descriptor);
      if (document.kind === 'index') return;
      await add('config', document.manifest.config);
      for (const layer of document.manifest.layers) await add('layer', layer);
      if (descriptor.digest === target.digest) dockerRows.push(dockerRow(names, document.manifest));
    });
  }
  const index: Index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: images.flatMap(indexRows) };
  const documents: readonly (readonly [name: string, mode: number, value: unknown])[] = [
    ['index.json', 0o644, index],
    ...(dockerRows.length === 0 ? [] : [['manifest.json', 0o644, dockerRows] as const]),
    ['oci-layout', 0o444, { imageLayoutVersion: '1.0.0' }],
  ];

  yield header('blobs/', TYPE_DIRECTORY, 0o755, 0);
  yield header(BLOB_FOLDER, TYPE_DIRECTORY, 0o755, 0);
  for (const [digest, size] of [...blobs].toSorted()) yield* file(blobName(digest), 0o444, size, store.read(digest));
  for (const [name, mode, value] of documents) {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    yield* file(name, mode, bytes.length, [bytes]);
  }
  yield new Uint8Array(END_OF_ARCHIVE);
}
