/** One simulated containerd node with a past, and the archives it may import. */
import { ctr } from '@layerscope/core/ctr';
import { createHistory, SNAPSHOTTER_PLUGINS, type History, type SnapshotterPlugin } from '@layerscope/core/sandbox';
import { isBuiltIn, LEARNERS } from './names.ts';

/** Archives by the name that `import` commands carry. */
export type Archives = ReadonlyMap<string, Blob>;

/** Makes an archive that nobody has to hand in; `undefined` when the name is none of theirs. */
export type BuiltIn = (name: string) => Promise<Blob | undefined>;

/** Told while an archive is read and its layers are unpacked. Bytes. */
export type OnProgress = (done: number, total: number, label: string) => void;

/** Bytes go on in pieces, so that no more of an archive is in memory than is being read. */
const PIECE = 1 << 20;

async function* pieces(
  blob: Blob | Promise<Blob | undefined>,
  label: string,
  onProgress: OnProgress,
): AsyncGenerator<Uint8Array, void> {
  const whole = await blob;
  if (whole === undefined) throw new Error(`there is no archive "${label}"`);
  for (let at = 0; at < whole.size; at += PIECE) {
    onProgress(at, whole.size, label);
    yield new Uint8Array(await whole.slice(at, at + PIECE).arrayBuffer());
  }
  onProgress(whole.size, whole.size, label);
}

export const startNode = (
  archives: Archives,
  builtIn: BuiltIn,
  onProgress: OnProgress,
  learners?: SnapshotterPlugin,
): Promise<History> =>
  createHistory({
    ...(learners === undefined
      ? {}
      : { snapshotter: LEARNERS, snapshotters: { ...SNAPSHOTTER_PLUGINS, [LEARNERS]: learners } }),
    ctr,
    blobs: (name) => {
      const blob = isBuiltIn(name) ? builtIn(name) : archives.get(name);
      return blob && pieces(blob, name, onProgress);
    },
    onEvent: (event) => {
      if (event.type !== 'image' || event.event.type !== 'layer-progress') return;
      const { read, size, index, total } = event.event;
      onProgress(read, size, `${index + 1}/${total}`);
    },
  });
