/** Pushing an image: everything it needs, what refers to something after what it refers to, and the name at the end. */
import {
  type ContentStore,
  type Descriptor,
  isIndexType,
  isManifestType,
  normalizePlatform,
  type Platform,
  platformRank,
  readDocument,
} from '../../images/index.ts';
import { parseReference } from './reference.ts';
import { transferName } from './fetch.ts';
import type { Registry } from './registry.ts';

export interface SendOptions {
  /** Only the manifest for this platform, in place of the index. */
  readonly platform?: Platform;
  /** Told of every blob, once the registry has it. */
  readonly onBlob?: (ref: string, descriptor: Descriptor, existed: boolean) => void;
}

const childrenOf = async (content: ContentStore, descriptor: Descriptor): Promise<readonly Descriptor[]> => {
  const { mediaType, digest } = descriptor;
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return [];
  // Said as the content store says it: no archive is concerned here.
  await content.info(digest);
  const document = await readDocument(content, descriptor, {});
  return document.kind === 'index' ? document.index.manifests : [document.manifest.config, ...document.manifest.layers];
};

const forPlatform = async (content: ContentStore, target: Descriptor, platform: Platform): Promise<Descriptor> => {
  if (!isIndexType(target.mediaType)) return target;
  for (const child of await childrenOf(content, target))
    if (child.platform !== undefined && platformRank(platform, normalizePlatform(child.platform)) === 0) return child;
  return target;
};

/** Pushes what `target` leads to. `content-missing` when something of it is not here: then nothing has a new name. */
export const sendImage = async (
  registry: Registry,
  content: ContentStore,
  reference: string,
  target: Descriptor,
  { platform, onBlob }: SendOptions = {},
): Promise<void> => {
  const { repository } = parseReference(reference);
  const send = async (descriptor: Descriptor): Promise<void> => {
    const { digest, size } = descriptor;
    for (const child of await childrenOf(content, descriptor)) await send(child);
    const existed = (await registry.content.find(digest)) !== undefined;
    const ref = transferName(descriptor);
    if (!existed) {
      const writer = await registry.content.writer(ref, size);
      try {
        for await (const chunk of content.read(digest)) await writer.write(chunk);
        await writer.commit({ digest, size });
      } finally {
        await writer.abort();
      }
    }
    // Whatever names others can be asked for by its digest, too.
    if (!ref.startsWith('config-') && !ref.startsWith('layer-'))
      await registry.tag(`${repository}@${digest}`, descriptor);
    onBlob?.(ref, descriptor, existed);
  };
  const chosen = platform === undefined ? target : await forPlatform(content, target, platform);
  await send(chosen);
  if (!reference.includes('@')) await registry.tag(reference, chosen);
};
