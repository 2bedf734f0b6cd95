/** Chain IDs (OCI image spec, "Layer ChainID"): the name of a stack of layers. */
import { sha256Digest, type LayerCodecs } from '../../layers/index.ts';
import type { Digest } from './descriptor.ts';

/**
 * The chain ID of every layer of a stack, lowest first: the first is the layer's diff ID, each other the digest of the
 * text `<chain ID below> <diff ID>`.
 */
export const chainIds = async (
  diffIds: readonly Digest[],
  codecs: Pick<LayerCodecs, 'sha256'>,
): Promise<readonly Digest[]> => {
  const chains: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chains.at(-1);
    chains.push(
      below === undefined ? diffId : await sha256Digest(new TextEncoder().encode(`${below} ${diffId}`), codecs),
    );
  }
  return chains;
};
