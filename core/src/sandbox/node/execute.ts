/** Runs commands on a node, one after another. */
import { FsError, errnoText, type Nanoseconds } from '../../fs/index.ts';
import { resolveImage, uniquePart, unpackImage, type ImageListener } from '../../images/index.ts';
import {
  createShell,
  type Command as Program,
  type RunControl,
  type RunOptions,
  type Shell,
} from '../../shell/index.ts';
import { Cell, type Recorder } from '../../timeline/index.ts';
import { mountControl } from '../containers/mount-control.ts';
import type { Sandbox } from '../sandbox.ts';
import { commandResult, type CommandResult, type CommandStreams, type NodeCommand } from './command.ts';
import { resolveSnapshotter } from './default-snapshotter.ts';
import { openArchive } from './machine-files.ts';
import { readArchive, recordImages } from './import-images.ts';
import { withTemporaryLease } from './temporary-lease.ts';
import type { Waiting } from '../containers/waiting.ts';

/** The parts of a sandbox that commands work on. */
export type CommandTarget = Omit<Sandbox, 'execute'>;

/** A `ctr` for nodes; see `@layerscope/core/ctr`. */
export type CtrFront = (node: CommandTarget, args: readonly string[], io?: RunOptions) => Promise<CommandResult>;

interface ExecutorOptions {
  readonly waiting: Waiting;
  /** Lets time pass, and programs go on. */
  readonly passTime: (duration: Nanoseconds) => Promise<void>;
  /** Lets programs go on whose time has come. */
  readonly settle: () => Promise<void>;
  /** Ends every program of every task, whatever it does. */
  readonly killPrograms: () => void;
  /** See `ProgramHost`. */
  readonly pause?: () => Promise<void>;
  readonly onImageEvent: ImageListener;
  readonly ctr?: CtrFront;
  readonly recorder?: Recorder;
}

const MACHINE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** As bash tells of a program it does not find. */
const NO_PROGRAM = 127;
const SIGKILL = 9;

const reason = (error: unknown): string => {
  if (error instanceof FsError) return errnoText(error.code).toLowerCase();
  return error instanceof Error ? error.message : String(error);
};

/** What there is to signal before a command has started anything. */
const NOBODY: RunControl = { interrupt: () => {}, processes: () => [], kill: () => false, handles: () => false };

type Command<Type> = Extract<NodeCommand, { readonly type: Type }>;

const importBlob = (
  node: CommandTarget,
  { blob, namespace, snapshotter: wanted, unpack = true }: Command<'import'>,
  onEvent: ImageListener,
): Promise<CommandResult> =>
  withTemporaryLease(node, node.client(namespace), async (client) => {
    const snapshotterName = await resolveSnapshotter(client, wanted, node.snapshotterName);
    const date = new Date(Number(node.clock.now() / 1_000_000n)).toISOString().slice(0, 10);
    const imported = await readArchive(client, openArchive(node, blob), blob, { onEvent });
    const images = await recordImages(client, imported, { digests: true, skipDigestForNamed: true, date });
    const snapshotter = client.snapshotter(snapshotterName);
    for (const { name, target } of unpack ? images : []) {
      const image = await resolveImage(client.content, target, { image: name });
      await unpackImage(image, client.content, { snapshotter, snapshotterName, kernel: node.kernel }, { onEvent });
    }
    return commandResult(0, images.map(({ name }) => `${name}\n`).join(''));
  });

/** `ctr` as a program of the machine's shell. */
const ctrProgram =
  (node: CommandTarget, ctr: CtrFront): Program =>
  async ({ args, stdin, stdout, stderr }) =>
    (await ctr(node, args, { stdin, stdout, stderr })).exitCode;

/** Answers the function that runs commands. */
export const createExecutor = (
  node: CommandTarget,
  { onImageEvent, ctr, recorder, waiting, passTime, settle, killPrograms, pause }: ExecutorOptions,
): Sandbox['execute'] => {
  const shell = new Cell<Shell | undefined>(recorder, undefined);
  /** Whether a script may wait; it gets ^C when not, and what does not mind that is ended. */
  const isWaitedFor = async (duration: Nanoseconds | undefined, runs: Shell): Promise<boolean> => {
    const signal = waiting.interruptedAfter === undefined ? undefined : SIGKILL;
    const isWaited = await waiting.for(duration);
    if (!isWaited) runs.interrupt(signal);
    return isWaited;
  };
  const machineShell = (): Shell => {
    if (shell.value !== undefined) return shell.value;
    const process = node.kernel.spawn();
    const made = createShell({
      process,
      idle: {
        pass: async (duration) => {
          // Nobody sees what fails when the power goes but the history.
          if (await isWaitedFor(duration, made)) await passTime(duration).catch(() => {});
          return duration;
        },
        stall: async () => void (await isWaitedFor(undefined, made)),
      },
      ...(pause === undefined ? {} : { pause }),
      env: { PATH: MACHINE_PATH, HOME: '/root' },
      clock: node.clock,
      random: node.random,
      mounts: mountControl(node.kernel, process, ''),
      ...(ctr === undefined ? {} : { commands: { ctr: ctrProgram(node, ctr) } }),
    });
    shell.value = made;
    return made;
  };

  const run = async (command: NodeCommand, streams: CommandStreams): Promise<CommandResult> => {
    const stdin = ('stdin' in command ? command.stdin : undefined) ?? streams.stdin ?? '';
    switch (command.type) {
      case 'ctr':
        return ctr === undefined
          ? commandResult(NO_PROGRAM, '', 'ctr: command not found\n')
          : ctr(node, command.args, { ...streams, stdin });
      case 'shell':
        return machineShell().run(command.script, { ...streams, stdin });
      case 'import':
        return importBlob(node, command, onImageEvent).then((result) => {
          streams.stdout?.write(result.stdout);
          return result;
        });
      case 'advance':
        await passTime(BigInt(command.nanoseconds));
        return commandResult(0);
      case 'gc':
        await node.gc.schedule.run();
        return commandResult(0);
      case 'exec': {
        const { container, args, namespace } = command;
        return node
          .tasks(namespace)
          .exec(container, uniquePart(node.clock, node.random), { args }, { ...streams, stdin });
      }
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  return (command, streams = {}) => {
    const result = last.then(async () => {
      try {
        waiting.begin('interrupt' in command ? command.interrupt : undefined, streams.patience);
        // Programs of tasks go on while anything else waits, and one that never waits can only be ended.
        streams.onStart?.({ ...NOBODY, interrupt: killPrograms });
        const answer = await run(command, streams);
        const { interruptedAfter } = waiting;
        await settle();
        await node.gc.schedule.settle();
        return interruptedAfter === undefined ? answer : { ...answer, interrupted: Number(interruptedAfter) };
      } catch (error) {
        const failed = commandResult(1, '', `${command.type}: ${reason(error)}\n`);
        streams.stderr?.write(failed.stderr);
        return failed;
      }
    });
    last = result;
    return result;
  };
};
