/** One simulated containerd node with what the page put on it, and the commands that change it. */
import { demoImage } from '@layerscope/core/demo';
import { formatPlatform, type HistoryEntry } from '@layerscope/core/images';
import { createSandbox, type Container, type Sandbox, type SandboxImage } from '@layerscope/core/sandbox';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { createRecorder, type Recorder } from './recorder.ts';
import type { Command, ContainerRow, ImageRow } from './values.ts';

/** Bytes of archives by the key that `import` commands carry. */
export type Archives = ReadonlyMap<string, Uint8Array>;

export interface NodeOptions {
  readonly archives: Archives;
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  readonly onProgress: (done: number, total: number, label: string) => void;
}

export interface PageNode {
  readonly sandbox: Sandbox;
  /** The snapshotter, for looking at it: its calls are not part of the history. */
  readonly snapshotter: Snapshotter;
  readonly recorder: Recorder;
  /** The build step that made each chain ID. */
  readonly titles: ReadonlyMap<string, string>;
  /** Answers the exit code of what ran. */
  execute(command: Command): Promise<number | undefined>;
  images(): readonly ImageRow[];
  containers(): readonly ContainerRow[];
}

/** Bytes go on in pieces, so that reading an archive gives way to other work. */
const PIECE = 1 << 20;

async function* pieces(bytes: Uint8Array, onProgress: (done: number) => void): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    onProgress(at);
    yield bytes.subarray(at, at + PIECE);
  }
  onProgress(bytes.length);
}

const stepTitle = (entry: HistoryEntry | undefined): string | undefined =>
  entry?.created_by?.replace(/^\/bin\/sh -c (#\(nop\) )?/, '').trim();

const titlesOf = (image: SandboxImage): readonly (readonly [chainId: string, title: string])[] => {
  const steps = (image.config.history ?? []).filter((step) => step.empty_layer !== true);
  return image.layers.flatMap(({ chainId }, index) => {
    const title = stepTitle(steps[index]);
    return title === undefined ? [] : [[chainId, title] as const];
  });
};

export const createPageNode = async ({ archives, onOutput, onProgress }: NodeOptions): Promise<PageNode> => {
  const recorder = createRecorder();
  let watching = true;
  const sandbox = await createSandbox({ onEvent: (event) => watching && recorder.listen(event) });
  const images = new Map<string, SandboxImage>();
  const containers = new Map<string, { readonly container: Container; readonly image: string }>();
  const titles = new Map<string, string>();

  /** Looking must not be heard. */
  const quietly =
    <Args extends readonly unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      watching = false;
      try {
        return await call(...args);
      } finally {
        watching = true;
      }
    };

  const bytesOf = async (archive: string): Promise<Uint8Array> => {
    if (archive === 'demo') return demoImage();
    const bytes = archives.get(archive);
    if (bytes === undefined) throw new Error(`the archive "${archive}" is not here: drop the image again`);
    return bytes;
  };

  const imported = async (archive: string, name: string): Promise<void> => {
    const bytes = await bytesOf(archive);
    const source = pieces(bytes, (done) => onProgress(done, bytes.length, name));
    const image = await sandbox.importImage({ archive: source }, { name });
    await sandbox.unpack(image);
    images.set(name, image);
    for (const [chainId, title] of titlesOf(image)) titles.set(chainId, title);
  };

  const started = async (id: string, name: string): Promise<void> => {
    const image = images.get(name);
    if (image === undefined) throw new Error(`there is no image "${name}": import it first`);
    const container = await sandbox.createContainer(id, image);
    recorder.mounted(container.rootfs, id);
    containers.set(id, { container, image: name });
  };

  const ran = async (id: string, script: string): Promise<number> => {
    const found = containers.get(id);
    if (found === undefined) throw new Error(`there is no container "${id}": create it first`);
    const stream = (name: 'stdout' | 'stderr') => ({ write: (bytes: Uint8Array) => onOutput(name, bytes) });
    const { exitCode } = await found.container.run(['sh', '-c', script], {
      stdout: stream('stdout'),
      stderr: stream('stderr'),
    });
    return exitCode;
  };

  const { snapshotter } = sandbox;
  return {
    sandbox,
    snapshotter: { ...snapshotter, walk: quietly(snapshotter.walk), usage: quietly(snapshotter.usage), mounts: quietly(snapshotter.mounts) },
    recorder,
    titles,
    execute: async (command) => {
      if (command.type === 'import') await imported(command.archive, command.name);
      else if (command.type === 'container') await started(command.id, command.image);
      else if (command.type === 'shell') return ran(command.container, command.script);
      else if (command.type === 'prepare' || command.type === 'view')
        await snapshotter[command.type](command.key, command.parent);
      else if (command.type === 'commit') await snapshotter.commit(command.name, command.key);
      else await snapshotter.remove(command.key);
      return undefined;
    },
    images: () =>
      [...images].map(([name, image]) => ({
        name,
        platform: formatPlatform(image.platform),
        digest: image.target.digest,
        chain: image.layers.map(({ chainId }) => chainId),
      })),
    containers: () => [...containers].map(([id, { image }]) => ({ id, image, cwd: '/' })),
  };
};
