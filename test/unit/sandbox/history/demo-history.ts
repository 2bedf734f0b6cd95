import { demoImage } from '@layerscope/core/demo';
import { createHistory, type History, type HistoryOptions } from '@layerscope/core/sandbox';

const image = demoImage();

/** A machine that can import the demo image by the name `demo`. */
export const demoHistory = (options: HistoryOptions = {}): Promise<History> =>
  createHistory({
    blobs: (name) =>
      name === 'demo'
        ? (async function* () {
            yield await image;
          })()
        : undefined,
    ...options,
  });

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
