/** Images and containers of a node, and what their layers are called. */
import { formatPlatform, resolveImage, type HistoryEntry, type ResolvedImage } from '@layerscope/core/images';
import type { Sandbox } from '@layerscope/core/sandbox';
import type { Known } from './forest.ts';

const titleOf = (step: HistoryEntry | undefined): string | undefined =>
  step?.created_by
    ?.replace(/^\/bin\/sh -c (#\(nop\) *)?/, '')
    .replace(/ # buildkit$/, '')
    .trim();

const titlesOf = ({ config, layers }: ResolvedImage): readonly (readonly [chainId: string, title: string])[] => {
  const steps = (config.history ?? []).filter((step) => step.empty_layer !== true);
  return layers.flatMap(({ chainId }, index) => {
    const title = titleOf(steps[index]);
    return title === undefined || title === '' ? [] : [[chainId, title] as const];
  });
};

/** Answers a function that looks, and reads an image's documents once. */
export const createKnowledge = (): ((sandbox: Sandbox) => Promise<Known>) => {
  const resolved = new Map<string, ResolvedImage | undefined>();
  return async (sandbox) => {
    const { content, images, containers } = sandbox.client();
    const rows: Known['images'][number][] = [];
    const titles = new Map<string, string>();
    for (const { name, target } of await images.list()) {
      if (!resolved.has(target.digest))
        resolved.set(target.digest, await resolveImage(content, target, { image: name }).catch(() => undefined));
      const image = resolved.get(target.digest);
      if (image === undefined) continue;
      for (const [chainId, title] of titlesOf(image)) titles.set(chainId, title);
      const chain = image.layers.map(({ chainId }) => chainId);
      rows.push({ name, platform: formatPlatform(image.platform), digest: target.digest, chain });
    }
    const boxes = await containers.list();
    return {
      images: rows,
      containers: boxes.map(({ id, image, snapshotKey }) => ({ id, image, snapshot: snapshotKey })),
      titles,
    };
  };
};
