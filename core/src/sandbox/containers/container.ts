/** A container: a snapshot of its own on an image, mounted as its root, with a shell for a task. */
import { withSnapshotTrees, type ResolvedImage } from '../../images/index.ts';
import type { Mount } from '../../kernel/index.ts';
import { changes } from '../../layers/index.ts';
import type { OverlayEvent } from '../../overlay/index.ts';
import type { RunOptions, RunResult } from '../../shell/index.ts';
import type { Snapshotter } from '../../snapshots/index.ts';
import { explainChanges, type Change } from '../changes.ts';
import type { Client } from '../metadata/index.ts';
import { createContainerOn } from './new-container.ts';
import { runProgram, type ProgramMachine } from './process.ts';
import { rootPath } from './tasks/root.ts';
import { callerOf, type RuntimeSpec } from './spec.ts';
import type { TaskService } from './tasks/task-service.ts';

export interface ContainerOptions {
  /** Every capability, as `ctr run --privileged`: the task may mount, and sees `trusted.*` attributes. */
  readonly privileged?: boolean;
}

export interface Container {
  /** The key of its snapshot. */
  readonly id: string;
  readonly image: ResolvedImage;
  /** As the snapshotter answered them. */
  readonly mounts: readonly Mount[];
  /** Where they are mounted on the machine. */
  readonly rootfs: string;
  /**
   * Runs a program in the container and waits for it. `args` replaces what the image would run (`ctr run` does the
   * same); none = the image's entrypoint and command.
   */
  run(args: readonly string[], options?: RunOptions): Promise<ContainerResult>;
  /** What is different from the image, and why. */
  changes(): Promise<readonly Change[]>;
  /** Unmounts the root. The snapshot stays, as that of a stopped container does. */
  stop(): Promise<void>;
}

export interface ContainerResult extends RunResult {
  /** What was run. */
  readonly args: readonly string[];
}

const SIGKILL = 9;

interface ContainerNode extends ProgramMachine {
  readonly client: Client;
  readonly tasks: TaskService;
  readonly snapshotter: Snapshotter;
  readonly snapshotterName: string;
  /** What overlays did so far, oldest first, by the mount point they did it below. */
  readonly overlayEvents: (target: string) => readonly OverlayEvent[];
}

/** containerd's order: Prepare on the image's top chain ID, the record, Mounts, mount. Throws `UnknownUserError`. */
export const createContainer = async (
  node: ContainerNode,
  id: string,
  image: ResolvedImage,
  options: ContainerOptions = {},
): Promise<Container> => {
  const { client, tasks, snapshotter, snapshotterName, kernel, overlayEvents } = node;
  const spec = { args: [], privileged: options.privileged === true };
  const record = await createContainerOn(node, client, snapshotterName, snapshotter, id, image, spec);
  const { process } = record.spec as RuntimeSpec;
  const mounts = await tasks.hold(id);
  const rootfs = rootPath(client.namespace, id);
  return {
    id,
    image,
    mounts,
    rootfs,
    run: async (args, io = {}) => {
      const argv = args.length > 0 ? args : process.args;
      const caller = callerOf(record.spec as RuntimeSpec);
      return { args: argv, ...(await runProgram(node, rootfs, { ...process, args: argv, caller }, io)) };
    },
    changes: () =>
      withSnapshotTrees({ snapshotter, kernel }, id, async (before, after) =>
        explainChanges(changes(before, after), overlayEvents(rootfs)),
      ),
    stop: async () => {
      await tasks.kill(id, SIGKILL);
      await tasks.delete(id);
    },
  };
};
