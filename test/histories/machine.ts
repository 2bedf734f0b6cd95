import { ctr } from '@layerscope/core/ctr';
import { demoImage } from '@layerscope/core/demo';
import { createHistory, type History } from '@layerscope/core/sandbox';

const image = demoImage();

async function* archive(): AsyncGenerator<Uint8Array, void> {
  yield await image;
}

/** A machine that knows `ctr` and can import the demo image by the name `demo`. */
export const machineWithDemo = (seed = 1): Promise<History> =>
  createHistory({ seed, ctr, blobs: (name) => (name === 'demo' ? archive() : undefined) });
