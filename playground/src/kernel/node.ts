/** One simulated containerd node with a past, and the archives it may import. */
import { demoImage } from '@layerscope/core/demo';
import { createHistory, type History } from '@layerscope/core/sandbox';

/** Bytes of archives by the name that `import` commands carry. */
export type Archives = ReadonlyMap<string, Uint8Array>;

/** The image that is built in. */
export const DEMO_ARCHIVE = 'demo';

/** Bytes go on in pieces, so that reading an archive gives way to other work. */
const PIECE = 1 << 20;

async function* pieces(
  bytes: Uint8Array | Promise<Uint8Array>,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<Uint8Array, void> {
  const whole = await bytes;
  for (let at = 0; at < whole.length; at += PIECE) {
    onProgress(at, whole.length);
    yield whole.subarray(at, at + PIECE);
  }
  onProgress(whole.length, whole.length);
}

export const startNode = (
  archives: Archives,
  onProgress: (done: number, total: number, label: string) => void,
): Promise<History> =>
  createHistory({
    blobs: (name) => {
      const bytes = name === DEMO_ARCHIVE ? demoImage() : archives.get(name);
      return bytes && pieces(bytes, (done, total) => onProgress(done, total, name));
    },
  });
