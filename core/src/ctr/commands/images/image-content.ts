/** What the content store says of an image: its size, its platforms, what is missing of it. */
import {
  chainIds,
  DEFAULT_PLATFORM,
  ImageError,
  formatPlatform,
  normalizePlatform,
  parseImageConfig,
  platformRank,
  readDocument,
  type ContentStore,
  type Descriptor,
  type ImageDocument,
  type Manifest,
  type Platform,
} from '../../../images/index.ts';

const rank = (platform: Platform | undefined): number | undefined =>
  platform === undefined ? 0 : platformRank(DEFAULT_PLATFORM, normalizePlatform(platform));

/** The manifests below an index that run on this machine, best first; of a manifest itself. */
const matching = (manifests: readonly Descriptor[]): readonly Descriptor[] => {
  return manifests
    .map((manifest) => ({ manifest, order: rank(manifest.platform) }))
    .filter((each): each is { manifest: Descriptor; order: number } => each.order !== undefined)
    .toSorted((a, b) => a.order - b.order)
    .map(({ manifest }) => manifest);
};

/**
 * Bytes of the image on this machine's platform: index, manifest, config and layers. `failed` hears of a document that is
 * missing; what it would have named is not counted then.
 */
export const imageSize = async (
  content: ContentStore,
  target: Descriptor,
  failed: (error: Error) => void,
): Promise<number> => {
  let document: ImageDocument;
  try {
    document = await readDocument(content, target, {});
  } catch (error) {
    failed(error as Error);
    return target.size;
  }
  if (document.kind === 'manifest') {
    const { config, layers } = document.manifest;
    return [config, ...layers].reduce((sum, { size }) => sum + size, target.size);
  }
  const [best] = matching(document.index.manifests);
  return target.size + (best === undefined ? 0 : await imageSize(content, best, failed));
};

/** `linux/amd64`, …; of an index those it names, also when their content is not here. */
export const imagePlatforms = async (content: ContentStore, target: Descriptor): Promise<readonly string[]> => {
  const document = await readDocument(content, target, {});
  if (document.kind === 'index')
    return [
      ...new Set(
        document.index.manifests.flatMap(({ platform }) =>
          platform === undefined ? [] : [formatPlatform(normalizePlatform(platform))],
        ),
      ),
    ].toSorted();
  const { config } = document.manifest;
  const {
    os = '',
    architecture = '',
    variant,
  } = parseImageConfig(await content.readAll(config.digest), {
    document: `config ${config.digest}`,
    place: {},
  });
  return [formatPlatform(normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) }))];
};

/** The manifest of an image for this machine; otherwise the index or manifest that is not here. */
const manifestOf = async (
  content: ContentStore,
  target: Descriptor,
): Promise<{ readonly manifest: Manifest } | { readonly missing: string }> => {
  if ((await content.find(target.digest)) === undefined) return { missing: target.digest };
  const document = await readDocument(content, target, {});
  if (document.kind === 'manifest') return document;
  let missing: string | undefined;
  for (const child of matching(document.index.manifests)) {
    const found = await manifestOf(content, child);
    if ('manifest' in found) return found;
    missing ??= found.missing;
  }
  return { missing: missing ?? target.digest };
};

/** What `ctr images check` tells of the content. */
export interface ImageState {
  /** `complete (4/4)`, `incomplete (2/4)`, `unavailable (0/?)` */
  readonly status: string;
  readonly complete: boolean;
  /** Bytes of config and layers: those here, and all. */
  readonly present: number;
  readonly total: number;
}

const bytesOf = (all: readonly Descriptor[]): number => all.reduce((sum, { size }) => sum + size, 0);

export const imageState = async (content: ContentStore, target: Descriptor): Promise<ImageState> => {
  const found = await manifestOf(content, target);
  if ('missing' in found) return { status: 'unavailable (0/?)', complete: false, present: 0, total: 0 };
  const { manifest } = found;
  const needed = [manifest.config, ...manifest.layers];
  const here: Descriptor[] = [];
  for (const each of needed) if ((await content.find(each.digest)) !== undefined) here.push(each);
  const complete = here.length === needed.length;
  return {
    status: `${complete ? 'complete' : 'incomplete'} (${here.length}/${needed.length})`,
    complete,
    present: bytesOf(here),
    total: bytesOf(needed),
  };
};

/** The snapshot of all layers. NotFound when a document is missing. */
export const imageChainId = async (content: ContentStore, target: Descriptor): Promise<string> => {
  const found = await manifestOf(content, target);
  if ('missing' in found) throw new ImageError('content-missing', { digest: found.missing });
  const { manifest } = found;
  const bytes = await content.readAll(manifest.config.digest);
  const config = parseImageConfig(bytes, { document: `config ${manifest.config.digest}`, place: {} });
  return (await chainIds(config.rootfs.diff_ids, content.codecs)).at(-1) ?? '';
};
