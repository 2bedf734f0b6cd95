/** An image in a sandbox, as far as the tests that compare trees need it. */
import { steppingClock, type Tree } from '@layerscope/core/fs';
import { createSandbox, type Sandbox, type SandboxImage, type SnapshotterName } from '@layerscope/core/sandbox';

/** When time begins in the sandbox: later than anything an image was made at. */
export const SANDBOX_BEGINS: bigint = 2_000_000_000_000_000_000n;

export interface LoadedImage {
  readonly sandbox: Sandbox;
  readonly image: SandboxImage;
  /** The committed snapshot of all layers. */
  readonly chainId: string;
  /** Mounts a view of the image and answers its tree. */
  view(): Promise<Tree>;
}

export const newSandbox = (snapshotter: SnapshotterName): Promise<Sandbox> =>
  createSandbox({ snapshotter, clock: steppingClock(SANDBOX_BEGINS) });

/** Imports the image of an archive (for linux/amd64) and unpacks it. */
export const loadImage = async (
  sandbox: Sandbox,
  archive: AsyncIterable<Uint8Array>,
  name: string,
): Promise<LoadedImage> => {
  const platform = { os: 'linux', architecture: 'amd64' };
  const image = await sandbox.importImage({ archive }, { name, platform });
  const { chainId } = await sandbox.unpack(image);
  return {
    sandbox,
    image,
    chainId,
    view: async () => {
      const { kernel, snapshotter } = sandbox;
      const target = '/mnt/view';
      await kernel.disk.mkdir(target, 0o755);
      await kernel.mount(await snapshotter.view('view', chainId), target);
      return kernel.disk.tree(target);
    },
  };
};
