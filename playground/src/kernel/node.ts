/** One simulated containerd node with what the page put on it. */
import { demoImage } from '@layerscope/core/demo';
import { resolveImage } from '@layerscope/core/images';
import {
  commandResult,
  createSandbox,
  type CommandResult,
  type Container,
  type NodeCommand,
  type Sandbox,
} from '@layerscope/core/sandbox';
import { createRecorder, type Recorder } from './recorder.ts';

/** Bytes of archives by the name that `import` commands carry. */
export type Archives = ReadonlyMap<string, Uint8Array>;

export interface PageNode {
  readonly sandbox: Sandbox;
  readonly recorder: Recorder;
  execute(command: NodeCommand): ReturnType<Sandbox['execute']>;
}

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

export const createPageNode = async (
  archives: Archives,
  onProgress: (done: number, total: number, label: string) => void,
): Promise<PageNode> => {
  const recorder = createRecorder();
  const sandbox = await createSandbox({
    onEvent: recorder.listen,
    blobs: (name) => {
      const bytes = name === DEMO_ARCHIVE ? demoImage() : archives.get(name);
      return bytes && pieces(bytes, (done, total) => onProgress(done, total, name));
    },
  });
  const containers = new Map<string, Container>();
  const started = async (args: readonly string[]): Promise<CommandResult> => {
    const [image = '', id = ''] = args.filter((each) => !each.startsWith('-')).slice(1);
    const client = sandbox.client();
    const { target } = await client.images.get(image);
    containers.set(id, await sandbox.createContainer(id, await resolveImage(client.content, target, { image })));
    return commandResult(0);
  };
  return {
    sandbox,
    recorder,
    execute: async (command) => {
      if (command.type === 'ctr' && command.args[0] === 'run') return started(command.args);
      if (command.type !== 'exec') return sandbox.execute(command);
      const container = containers.get(command.container);
      return (
        container?.run(command.args, { stdin: command.stdin ?? '' }) ?? commandResult(1, '', 'no such container\n')
      );
    },
  };
};
