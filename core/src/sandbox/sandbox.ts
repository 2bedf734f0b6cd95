/**
 * A containerd node in memory: a simulated machine with containerd's directories on it, a content store, a snapshotter.
 *
 *   archive ─▶ importImage ─▶ content store ─▶ unpack ─▶ committed snapshots ─▶ createContainer ─▶ run ─▶ changes
 */
import {
  createVolume,
  seededRandom,
  steppingClock,
  type Clock,
  type Nanoseconds,
  type PlainFiles,
  type Random,
} from '../fs/index.ts';
import {
  ContentStore,
  importArchive,
  importLayout,
  resolveImage,
  selectImage,
  unpackImage,
  type ImageListener,
  type Platform,
  type ResolvedImage,
  type UnpackedImage,
} from '../images/index.ts';
import { createSimulatedKernel, type SimulatedKernel } from '../kernel/index.ts';
import { portableCodecs, type LayerCodecs } from '../layers/index.ts';
import type { OverlayEvent } from '../overlay/index.ts';
import { createMemoryMetaStore, type Snapshotter } from '../snapshots/index.ts';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '../snapshotters/index.ts';
import { createContainer, type Container, type ContainerOptions } from './container.ts';
import type { SandboxListener } from './events.ts';
import { observedSnapshotter } from './observed-snapshotter.ts';

/** 2026-01-01T00:00:00Z: where a sandbox's clock starts unless it is given one, so that two runs agree to the byte. */
export const SANDBOX_EPOCH: Nanoseconds = 1_767_225_600_000_000_000n;

/** The snapshotters a sandbox can be made with, by containerd's plugin ids. */
export const SNAPSHOTTER_NAMES = ['overlayfs', 'native'] as const;
export type SnapshotterName = (typeof SNAPSHOTTER_NAMES)[number];

export interface SandboxOptions {
  /** Seeds every random choice (extraction keys, temporary names, uuids). Default 1. */
  readonly seed?: number;
  /** Default: starts at `SANDBOX_EPOCH`, one microsecond a reading. */
  readonly clock?: Clock;
  /** Default `overlayfs`. */
  readonly snapshotter?: SnapshotterName;
  /** Default: those that run everywhere. A host hands in its faster ones. */
  readonly codecs?: LayerCodecs;
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
  readonly content: ContentStore;
  readonly snapshotter: Snapshotter;
  readonly snapshotterName: SnapshotterName;
  readonly clock: Clock;
  readonly random: Random;
  /** Reads an image into the content store. Throws `ImageError`; the store is then as before. */
  importImage(source: ImageSource, options: ImportImageOptions): Promise<SandboxImage>;
  /** Unpacks it through Prepare, apply and Commit. The second time only Stats. */
  unpack(image: ResolvedImage): Promise<UnpackedImage>;
  /** Prepares and mounts a container's snapshot on the unpacked image. */
  createContainer(id: string, image: ResolvedImage, options?: ContainerOptions): Promise<Container>;
}

/** containerd's default root. Each plugin has a directory of its own below it. */
const CONTAINERD_ROOT = '/var/lib/containerd';

const createSnapshotter = (name: SnapshotterName, kernel: SimulatedKernel): Promise<Snapshotter> => {
  const root = `${CONTAINERD_ROOT}/io.containerd.snapshotter.v1.${name}`;
  return name === 'native' ? createNativeSnapshotter({ root, kernel }) : createOverlayfsSnapshotter({ root, kernel });
};

/** Makes a node with an empty disk. Same options and calls, same bytes, on every platform. */
export const createSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const { seed = 1, clock = steppingClock(SANDBOX_EPOCH), codecs = portableCodecs, onEvent = () => {} } = options;
  const snapshotterName = options.snapshotter ?? 'overlayfs';
  const random = seededRandom(seed);
  const overlayLog: { readonly target: string; readonly event: OverlayEvent }[] = [];
  const kernel = createSimulatedKernel({
    clock,
    random,
    onEvent: (event) => {
      if (event.type === 'overlay') overlayLog.push(event);
      onEvent({ type: 'kernel', event });
    },
  });
  const overlayEvents = (target: string): readonly OverlayEvent[] =>
    overlayLog.filter((entry) => entry.target === target).map(({ event }) => event);
  const content = new ContentStore({
    files: createVolume().promises,
    root: `${CONTAINERD_ROOT}/io.containerd.content.v1.content`,
    meta: createMemoryMetaStore(),
    clock,
    codecs,
  });
  const snapshotter = observedSnapshotter(await createSnapshotter(snapshotterName, kernel), snapshotterName, onEvent);
  const onImageEvent: ImageListener = (event) => onEvent({ type: 'image', event });

  return {
    kernel,
    content,
    snapshotter,
    snapshotterName,
    clock,
    random,
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
      return { ...resolved, references: names, format: archive.format };
    },
    unpack: (image) => unpackImage(image, content, { snapshotter, snapshotterName, kernel }, { onEvent: onImageEvent }),
    createContainer: (id, image, container) =>
      createContainer({ kernel, snapshotter, clock, random, overlayEvents }, id, image, container),
  };
};
