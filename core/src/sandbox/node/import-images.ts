/** What `ctr images import` does: blobs into the content store, names for what the archive holds, layers unpacked. */
import {
  importArchive,
  isFullReference,
  normalizePlatform,
  platformRank,
  readDocument,
  type Descriptor,
  type ImageListener,
  type ImportedArchive,
  type Platform,
} from '../../images/index.ts';
import { isClass } from '../../snapshots/index.ts';
import type { Client, Image } from '../metadata/index.ts';

export interface RecordOptions {
  /** Stands before names that are only a tag; default `import-<date>`, and then every name is taken. */
  readonly baseName?: string;
  /** Also a name of base name and digest for every image. */
  readonly digests?: boolean;
  /** … but not for those that have another name. */
  readonly skipDigestForNamed?: boolean;
  /** UTC date for the default base name, `2026-01-31`. */
  readonly date: string;
}

/** The name an archive's own name becomes; `''` = none. A full reference stays whatever the base name is. */
const translated = (name: string, { baseName, date }: RecordOptions): string => {
  if (isFullReference(name)) return name;
  if (!/[/:@]/.test(name)) return `${baseName ?? `import-${date}`}:${name}`;
  return baseName === undefined || (name.startsWith(baseName) && /^(?:$|[/:@])/.test(name.slice(baseName.length)))
    ? name
    : '';
};

/** Creates the image or moves it to `target`. */
const putImage = async ({ images }: Client, name: string, target: Descriptor): Promise<Image> => {
  try {
    return await images.create(name, target);
  } catch (error) {
    if (!isClass(error, 'AlreadyExists')) throw error;
    return images.update({ name, target, labels: {} }, 'target');
  }
};

/** Names the images of an archive in the image store, and answers them in the order of the archive. */
export const recordImages = async (
  client: Client,
  { images }: ImportedArchive,
  options: RecordOptions,
): Promise<readonly Image[]> => {
  const recorded: Image[] = [];
  for (const { names, target } of images) {
    const full = names.map((name) => translated(name, options)).filter((name) => name !== '');
    const byDigest = options.digests === true && !(options.skipDigestForNamed === true && full.length > 0);
    const digestName = `${options.baseName ?? `import-${options.date}`}@${target.digest}`;
    for (const name of byDigest ? [...full, digestName] : full) recorded.push(await putImage(client, name, target));
  }
  return recorded;
};

/** Whether an index's manifest is for this platform; one that names none is for every. */
const isFor = (platform: Platform, { platform: own }: Descriptor): boolean =>
  own === undefined || platformRank(platform, normalizePlatform(own)) !== undefined;

const MANIFEST_LABEL = 'containerd.io/gc.ref.content.m.';

/**
 * Lets go of the manifests of an index that are for other platforms: their blobs are there, but no label keeps them, so
 * the collector takes them.
 */
const keepPlatform = async ({ content }: Client, target: Descriptor, platform: Platform): Promise<void> => {
  const document = await readDocument(content, target, {});
  if (document.kind !== 'index') return;
  const { manifests } = document.index;
  const kept = manifests.filter((manifest) => isFor(platform, manifest));
  const labels = manifests.map((_, index) => [`${MANIFEST_LABEL}${index}`, kept[index]?.digest ?? ''] as const);
  await content.label(target.digest, Object.fromEntries(labels));
};

export interface ReadOptions {
  /** Keep what is for this platform only. Default: all. */
  readonly platform?: Platform;
  readonly onEvent?: ImageListener;
}

/** Reads an archive into the content store of `client`. Throws `ImageError`. */
export const readArchive = async (
  client: Client,
  source: AsyncIterable<Uint8Array>,
  image: string,
  { platform, onEvent }: ReadOptions = {},
): Promise<ImportedArchive> => {
  const archive = await importArchive(source, client.content, {
    image,
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  if (platform !== undefined) for (const { target } of archive.images) await keepPlatform(client, target, platform);
  return archive;
};
