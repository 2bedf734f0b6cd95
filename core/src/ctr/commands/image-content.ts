/** What the content store says of an image: its size, its platforms, what is missing of it. */
import {
  DEFAULT_PLATFORM,
  formatPlatform,
  normalizePlatform,
  parseImageConfig,
  platformRank,
  readDocument,
  resolveImage,
  type ContentStore,
  type Descriptor,
  type Platform,
} from '../../images/index.ts';

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

/** Bytes of the image on this machine's platform: index, manifest, config and layers. Throws when a document is missing. */
export const imageSize = async (content: ContentStore, target: Descriptor): Promise<number> => {
  const document = await readDocument(content, target, {});
  if (document.kind === 'manifest') {
    const { config, layers } = document.manifest;
    return [config, ...layers].reduce((sum, { size }) => sum + size, target.size);
  }
  const [best] = matching(document.index.manifests);
  return target.size + (best === undefined ? 0 : await imageSize(content, best));
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

/** What `ctr images check` tells. */
export interface ImageState {
  /** `complete (4/4)`, `incomplete (2/4)`, `unavailable (0/?)` */
  readonly status: string;
  readonly complete: boolean;
  readonly present: number;
  readonly total: number;
  /** The snapshot of all layers; `undefined` when that cannot be told. */
  readonly chainId: string | undefined;
}

export const imageState = async (content: ContentStore, target: Descriptor): Promise<ImageState> => {
  let image;
  try {
    image = await resolveImage(content, target, { image: '', platform: DEFAULT_PLATFORM });
  } catch {
    return { status: 'unavailable (0/?)', complete: false, present: 0, total: 0, chainId: undefined };
  }
  const needed = [image.manifest.config, ...image.manifest.layers];
  let present = 0;
  let found = 0;
  for (const { digest, size } of needed)
    if ((await content.find(digest)) !== undefined) {
      present += size;
      found += 1;
    }
  const total = needed.reduce((sum, { size }) => sum + size, 0);
  const complete = found === needed.length;
  return {
    status: `${complete ? 'complete' : 'incomplete'} (${found}/${needed.length})`,
    complete,
    present,
    total,
    chainId: image.layers.at(-1)?.chainId ?? '',
  };
};
