import { createSandbox, runReport, startReport } from '@layerscope/core/sandbox';
import type {
  Container,
  ImageSource,
  RunReport,
  Sandbox,
  SandboxImage,
  SnapshotterName,
  StartReport,
} from '@layerscope/core/sandbox';
import { parsePlatform } from '@layerscope/core/images';
import { nodeCodecs } from '../../codecs/index.ts';
import { createProgress } from './progress.ts';
import { terminalInput } from './terminal-input.ts';

export interface RunImageOptions {
  readonly snapshotter: SnapshotterName;
  readonly seed: number;
  readonly platform?: string;
  /** Which image, when the source holds several. */
  readonly image?: string;
  readonly privileged?: boolean;
}

/** What one run leaves, for those who want to save something of it. */
export interface FinishedRun {
  readonly sandbox: Sandbox;
  readonly image: SandboxImage;
  readonly container: Container;
  readonly report: RunReport;
}

export interface RunListener {
  /** Everything is mounted; the command begins. */
  onStart(start: StartReport): void;
  readonly stdout: { write(bytes: Uint8Array): void };
  readonly stderr: { write(bytes: Uint8Array): void };
}

/** Fixed, like the clock: the same run gives the same report. */
const CONTAINER_ID = 'layerscope-1';

/** A source opened by the caller. `total` is its size in bytes, 0 when unknown. */
export interface NamedSource {
  readonly name: string;
  readonly total: number;
  open(onRead: (bytes: number) => void): ImageSource;
}

/** The main job: import, unpack, mount, run, explain. */
export const runImage = async (
  { name, total, open }: NamedSource,
  args: readonly string[],
  options: RunImageOptions,
  listener: RunListener,
): Promise<FinishedRun> => {
  const progress = createProgress(process.stderr);
  const sandbox = await createSandbox({
    seed: options.seed,
    snapshotter: options.snapshotter,
    codecs: nodeCodecs,
    onEvent: (event) => {
      if (event.type !== 'image' || event.event.type !== 'layer-progress') return;
      const { index, total: layers, read, size } = event.event;
      progress.update(`unpacking layer ${index + 1} of ${layers}`, read, size);
    },
  });
  const prepare = async (): Promise<{ image: SandboxImage; container: Container; start: StartReport }> => {
    try {
      const source = open((bytes) => progress.update(`reading ${name}`, bytes, total));
      const image = await sandbox.importImage(source, {
        name,
        ...(options.image === undefined ? {} : { reference: options.image }),
        ...(options.platform === undefined ? {} : { platform: parsePlatform(options.platform) }),
      });
      await sandbox.unpack(image);
      const container = await sandbox.createContainer(CONTAINER_ID, image, { privileged: options.privileged === true });
      return { image, container, start: await startReport(sandbox, image, container) };
    } finally {
      progress.end();
    }
  };
  const { image, container, start } = await prepare();
  listener.onStart(start);
  const result = await container.run(args, {
    stdin: terminalInput(),
    stdout: listener.stdout,
    stderr: listener.stderr,
  });
  return { sandbox, image, container, report: await runReport(sandbox, start, container, result) };
};
