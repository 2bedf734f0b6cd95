/**
 * A containerd node in memory: a simulated machine with containerd's directories on it, namespaces, a content store,
 * images, snapshotters, containers, leases, and the metadata layer that ties them together.
 *
 *   archive ─▶ import ─▶ content store ─▶ unpack ─▶ committed snapshots ─▶ container ─▶ task ─▶ changes
 *
 * `execute` takes everything a user does as plain data; the typed methods below it are the same for programs.
 */
import {
  seededRandom,
  steppingClock,
  type Clock,
  type Nanoseconds,
  type PlainFiles,
  type Random,
} from '../fs/index.ts';
import {
  importArchive,
  importLayout,
  resolveImage,
  selectImage,
  unpackImage,
  type ContentStore,
  type ImageListener,
  type Platform,
  type ResolvedImage,
  type UnpackedImage,
} from '../images/index.ts';
import { createSimulatedKernel, type FaultPlan, type SimulatedKernel, withFaults } from '../kernel/index.ts';
import { portableCodecs, type LayerCodecs } from '../layers/index.ts';
import type { OverlayEvent } from '../overlay/index.ts';
import { createMemoryMetaStore, type MetaStore, type Snapshotter } from '../snapshots/index.ts';
import { Log, type Recorder, type Restorable } from '../timeline/index.ts';
import type { Tree } from '../fs/index.ts';
import {
  createContainer,
  createTaskService,
  passTime,
  RunningPrograms,
  settleTasks,
  type ProgramHost,
  type Container,
  type ContainerOptions,
  type TaskService,
} from './containers/index.ts';
import type { ContainerdEvent, SandboxListener } from './events.ts';
import { createCollector, type Collector, type CollectorOptions } from './gc/index.ts';
import { createClient, type Client, type Database, type NamespaceStore } from './metadata/index.ts';
import { createNodeClock } from './node/clock.ts';
import type { BlobSource, CommandResult, CommandStreams, NodeCommand } from './node/command.ts';
import { createContainerd } from './node/containerd.ts';
import { createExecutor, type CtrFront } from './node/execute.ts';
import { recordImages } from './node/import-images.ts';
import { Waiting } from './containers/waiting.ts';
import { SNAPSHOTTER_PLUGINS, type SnapshotterPlugin } from './node/snapshotter-plugins.ts';
import { createRegistry, type Registry } from './registry/index.ts';

/** 2026-01-01T00:00:00Z: where a sandbox's clock starts unless it is given one, so that two runs agree to the byte. */
export const SANDBOX_EPOCH: Nanoseconds = 1_767_225_600_000_000_000n;

/** The namespace of clients that name none. */
export const DEFAULT_NAMESPACE = 'default';

export interface SandboxOptions {
  /** Seeds every random choice (extraction keys, temporary names, uuids). Default 1. */
  readonly seed?: number;
  /** Default: starts at `SANDBOX_EPOCH`, one microsecond a reading. */
  readonly clock?: Clock & Restorable;
  /** The machine's disk; default an empty one. */
  readonly disk?: Tree;
  /** The records of each store, by its name, when they outlive the node; default: empty, in memory. */
  readonly openStore?: (name: string) => MetaStore;
  /** Asked before every change that containerd and its snapshotters make on the machine; see `withFaults`. */
  readonly faults?: FaultPlan;
  /** Hears of every change to the node, so that it can be taken back; see `createHistory`. */
  readonly recorder?: Recorder;
  /** The node's snapshotters by plugin id; default `SNAPSHOTTER_PLUGINS`. */
  readonly snapshotters?: Readonly<Record<string, SnapshotterPlugin>>;
  /** Which of them is used where none is named. Default `overlayfs`. */
  readonly snapshotter?: string;
  /** Default: those that run everywhere. A host hands in its faster ones. */
  readonly codecs?: LayerCodecs;
  /** Archives that commands may name; default none. */
  readonly blobs?: BlobSource;
  /** What runs commands of type `ctr`: `ctr` of `@layerscope/core/ctr`. Without it there is no such program. */
  readonly ctr?: CtrFront;
  /** When garbage is collected, and how; default as containerd's. */
  readonly gc?: Omit<CollectorOptions, 'onStep'>;
  /** What the platform has for programs that run for long. */
  readonly host?: ProgramHost;
  readonly onEvent?: SandboxListener;
}

/** Where an image comes from: the bytes of an archive, or an OCI layout in a folder of plain files. */
export type ImageSource =
  | { readonly archive: AsyncIterable<Uint8Array> }
  | { readonly files: PlainFiles; readonly folder: string };

export interface ImportImageOptions {
  /** What the user calls the source: the path, for errors. */
  readonly name: string;
  /** Which image, when the source holds several. */
  readonly reference?: string;
  /** Which platform; see `ResolveOptions`. */
  readonly platform?: Platform;
}

/** An image in the content store. */
export interface SandboxImage extends ResolvedImage {
  /** Full references, as the archive has them; often empty. */
  readonly references: readonly string[];
  /** What kind of archive it came in. */
  readonly format: 'docker' | 'oci';
}

export interface Sandbox {
  readonly kernel: SimulatedKernel;
  readonly clock: Clock;
  readonly random: Random;
  /** The records of every store, by the name of containerd's file: `meta` (images, leases, …), `overlayfs`, … */
  readonly stores: ReadonlyMap<string, MetaStore>;
  readonly database: Database;
  readonly namespaces: NamespaceStore;
  /** The snapshotter used where none is named. */
  readonly snapshotterName: string;
  readonly blobs: BlobSource;
  /** Where images are pushed to and pulled from. */
  readonly registry: Registry;
  /** Programs of tasks that wait; see `RunningPrograms`. */
  readonly programs: Pick<RunningPrograms, 'isStale'>;
  /**
   * Does what a user asks. Commands run one after another in the order of the calls; a failed one is an exit code and a
   * message on stderr, never a rejection. `io` is for who watches: where output goes as it comes, besides the result.
   */
  execute(command: NodeCommand, io?: CommandStreams): Promise<CommandResult>;
  /** The garbage collector: when it runs, what it takes, and why the rest stays. */
  readonly gc: Collector;
  /** What containerd published since the node was made, oldest first. */
  readonly published: readonly ContainerdEvent[];
  /** The services of a namespace, default `default`. FailedPrecondition, InvalidArgument for a bad name. */
  client(namespace?: string): Client;
  /** The running containers of a namespace. */
  tasks(namespace?: string): TaskService;
  /** Of the namespace `default`, as the next one. */
  readonly content: ContentStore;
  readonly snapshotter: Snapshotter;
  /** Reads an image into the content store. Throws `ImageError`; the store is then as before. */
  importImage(source: ImageSource, options: ImportImageOptions): Promise<SandboxImage>;
  /** Unpacks it through Prepare, apply and Commit. The second time only Stats. */
  unpack(image: ResolvedImage): Promise<UnpackedImage>;
  /** Prepares and mounts a container's snapshot on the unpacked image. */
  createContainer(id: string, image: ResolvedImage, options?: ContainerOptions): Promise<Container>;
}

/** Makes a node with an empty disk. Same options and calls, same bytes, on every platform. */
export const createSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const { seed = 1, codecs = portableCodecs, blobs = () => undefined } = options;
  const { recorder, openStore = () => createMemoryMetaStore(undefined, recorder) } = options;
  const baseClock = options.clock ?? steppingClock(SANDBOX_EPOCH);
  const clock = createNodeClock(baseClock, recorder);
  const snapshotterName = options.snapshotter ?? 'overlayfs';
  const random = seededRandom(seed);
  recorder?.keep(baseClock);
  recorder?.keep(random);
  const published = new Log<ContainerdEvent>(recorder);
  const onEvent: SandboxListener = (event) => {
    if (event.type === 'containerd') published.push(event);
    options.onEvent?.(event);
  };
  const overlayLog = new Log<{ readonly target: string; readonly event: OverlayEvent }>(recorder);
  const machine = createSimulatedKernel({
    clock,
    random,
    ...(options.disk === undefined ? {} : { disk: options.disk }),
    ...(recorder === undefined ? {} : { recorder }),
    onEvent: (event) => {
      if (event.type === 'overlay') overlayLog.push(event);
      onEvent({ type: 'kernel', event });
    },
  });
  const kernel = options.faults === undefined ? machine : withFaults(machine, options.faults);
  const overlayEvents = (target: string): readonly OverlayEvent[] =>
    overlayLog.items.filter((entry) => entry.target === target).map(({ event }) => event);
  const plugins = options.snapshotters ?? SNAPSHOTTER_PLUGINS;
  const registryStore = openStore('registry');
  const { database, stores: own } = await createContainerd(kernel, codecs, plugins, onEvent, openStore);
  const stores = new Map([...own, ['registry', registryStore]]);
  const client = (namespace = DEFAULT_NAMESPACE): Client => createClient(database, { namespace });
  const main = client();
  const registry = createRegistry({ kernel, clock }, codecs, registryStore);
  const { content } = main;
  const snapshotter = main.snapshotter(snapshotterName);
  const parts = { kernel, clock, random, ...(options.host === undefined ? {} : { host: options.host }) };
  const gc = createCollector(database, stores, clock, {
    ...options.gc,
    onStep: (step) => onEvent({ type: 'collection', step }),
  });
  const programs = new RunningPrograms(recorder);
  const turns = { database, programs };
  const waiting = new Waiting();
  const pass = (duration: Nanoseconds): Promise<void> => passTime(turns, clock, gc.schedule.advance, duration);
  const wait = async (duration: Nanoseconds | undefined): Promise<boolean> => {
    if (!(await waiting.for(duration)) || duration === undefined) return false;
    await pass(duration);
    return true;
  };
  const tasks = (namespace?: string): TaskService =>
    createTaskService({ ...parts, programs, wait }, database, client(namespace));
  const onImageEvent: ImageListener = (event) => onEvent({ type: 'image', event });

  const sandbox: Omit<Sandbox, 'execute'> = {
    kernel,
    clock,
    random,
    stores,
    database,
    namespaces: main.namespaces,
    snapshotterName,
    blobs,
    registry,
    programs,
    gc,
    published: published.items,
    client,
    tasks,
    content,
    snapshotter,
    importImage: async (source, { name, reference, platform }) => {
      const importing = { image: name, onEvent: onImageEvent };
      const archive =
        'archive' in source
          ? await importArchive(source.archive, content, importing)
          : await importLayout(source.files, source.folder, content, importing);
      const { names, target } = selectImage(archive, reference, { image: name });
      const resolved = await resolveImage(content, target, {
        image: name,
        ...(platform === undefined ? {} : { platform }),
      });
      await recordImages(main, archive, { digests: true, skipDigestForNamed: true, date: dateOf(clock.now()) });
      return { ...resolved, references: names, format: archive.format };
    },
    unpack: (image) => unpackImage(image, content, { snapshotter, snapshotterName, kernel }, { onEvent: onImageEvent }),
    createContainer: (id, image, container) =>
      createContainer(
        { ...parts, client: main, tasks: tasks(), snapshotter, snapshotterName, overlayEvents },
        id,
        image,
        container,
      ),
  };
  const execute = createExecutor(sandbox, {
    onImageEvent,
    waiting,
    passTime: pass,
    settle: () => settleTasks(turns),
    killPrograms: () => programs.killAll(),
    ...(options.host?.pause === undefined ? {} : { pause: options.host.pause }),
    ...(options.ctr === undefined ? {} : { ctr: options.ctr }),
    ...(recorder === undefined ? {} : { recorder }),
  });
  return { ...sandbox, execute };
};

/** UTC, `2026-01-31`. */
const dateOf = (now: Nanoseconds): string => new Date(Number(now / 1_000_000n)).toISOString().slice(0, 10);
