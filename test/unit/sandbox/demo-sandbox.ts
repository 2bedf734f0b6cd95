/** A sandbox with the demo image unpacked, and a container on it. */
import { demoImage } from '@layerscope/core/demo';
import {
  createSandbox,
  type Container,
  type ContainerOptions,
  type Sandbox,
  type SandboxImage,
  type SandboxOptions,
} from '@layerscope/core/sandbox';

export interface DemoContainer {
  readonly sandbox: Sandbox;
  readonly image: SandboxImage;
  readonly container: Container;
}

async function* archive(): AsyncGenerator<Uint8Array> {
  yield await demoImage();
}

export const demoContainer = async (
  options: SandboxOptions = {},
  containerOptions: ContainerOptions = {},
): Promise<DemoContainer> => {
  const sandbox = await createSandbox(options);
  const image = await sandbox.importImage({ archive: archive() }, { name: 'demo' });
  await sandbox.unpack(image);
  return { sandbox, image, container: await sandbox.createContainer('first', image, containerOptions) };
};

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
