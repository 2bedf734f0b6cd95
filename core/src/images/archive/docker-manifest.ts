/**
 * `docker save`'s own description of an archive, manifest.json, and the schema 2 manifest containerd makes of it.
 *
 * The made manifest has the bytes that containerd's import gives it (Go's JSON, the fields in this order), so that the
 * image has the same digest here and there. (Unless containerd has a compressed form of a layer already: it would name
 * that one. Here a digest does not depend on what was imported before.)
 */
import type { ContentStore } from '../content/content-store.ts';
import { ImageError } from '../errors.ts';
import {
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_LAYER_ZSTD,
  DOCKER_MANIFEST,
  type Descriptor,
  type Digest,
  type Manifest,
} from '../oci/descriptor.ts';
import { arrayIn, objectIn, parseDocument, stringsIn } from '../oci/document.ts';
import { normalizeReference } from '../oci/reference.ts';
import { detectCompression } from '../../layers/index.ts';
import { cleanPath } from './tar-entries.ts';
import type { ImportSession, StoredFile } from './import-session.ts';
import type { ImportedImage } from './imported.ts';

/** The files of an archive by name, and its links: a layer that occurs twice is stored once and linked. */
export interface ArchiveFiles {
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Link → what it points to, both as names in the archive. */
  readonly links: ReadonlyMap<string, string>;
}

/** One image of manifest.json. */
interface SavedImage {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

const readSavedImages = (bytes: Uint8Array, image: string): readonly SavedImage[] => {
  const name = { document: 'manifest.json', place: { image } };
  return arrayIn(parseDocument(bytes, name), 'it', name).map((row, i) => {
    const saved = objectIn(row, `[${i}]`, name);
    const [config] = stringsIn([saved['Config']], `[${i}].Config`, name);
    return {
      config: config ?? '',
      names: stringsIn(saved['RepoTags'], `[${i}].RepoTags`, name),
      layers: stringsIn(saved['Layers'], `[${i}].Layers`, name),
    };
  });
};

/** Links to links are followed this far; docker save makes none. */
const LINK_DEPTH = 8;

const lookUp = ({ files, links }: ArchiveFiles, path: string): StoredFile | undefined => {
  let name = cleanPath(path);
  for (let depth = 0; depth < LINK_DEPTH; depth++) {
    const file = files.get(name);
    if (file !== undefined) return file;
    const target = links.get(name);
    if (target === undefined) return undefined;
    name = target;
  }
  return undefined;
};

const layerType = async (store: ContentStore, digest: Digest): Promise<string> => {
  for await (const chunk of store.read(digest)) {
    const compression = detectCompression(chunk);
    return compression === 'gzip' ? DOCKER_LAYER_GZIP : compression === 'zstd' ? DOCKER_LAYER_ZSTD : DOCKER_LAYER;
  }
  return DOCKER_LAYER;
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/**
 * The images that manifest.json describes, each with a manifest that is put into the store. `bad-document`,
 * `file-missing` (a config or layer that no entry has), `no-image`.
 */
export const dockerImages = async (
  manifestJson: Uint8Array,
  archive: ArchiveFiles,
  session: ImportSession,
): Promise<readonly ImportedImage[]> => {
  const { store, image } = session;
  const images: ImportedImage[] = [];
  for (const saved of readSavedImages(manifestJson, image)) {
    const find = (what: string, path: string, layer?: string): StoredFile => {
      const file = lookUp(archive, path);
      if (file !== undefined) return file;
      throw new ImageError('file-missing', { image, ...(layer === undefined ? {} : { layer }), what, path });
    };
    const config = find('image config', saved.config);
    const layers: Descriptor[] = [];
    for (const [i, path] of saved.layers.entries()) {
      const { digest, size } = find('layer', path, `${i + 1} of ${saved.layers.length}`);
      layers.push({ mediaType: await layerType(store, digest), digest, size });
    }
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: { mediaType: DOCKER_CONFIG, digest: config.digest, size: config.size },
      layers,
    };
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    const { digest, size } = await session.add(`manifest ${images.length}`, once(bytes), bytes.length);
    images.push({ names: saved.names.map(normalizeReference), target: { mediaType: DOCKER_MANIFEST, digest, size } });
  }
  if (images.length === 0) throw new ImageError('no-image', { image });
  return images;
};
