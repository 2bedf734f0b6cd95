/** Where a snapshotter comes from: one of ours by name, or a file that a user wrote. */
import type { SnapshotterTraits } from '@layerscope/core/conformance';
import type { Kernel } from '@layerscope/core/kernel';
import type { MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import {
  createBtrfsSnapshotter,
  createNativeSnapshotter,
  createOverlayfsSnapshotter,
} from '@layerscope/core/snapshotters';
import { ServeError } from '../../service/index.ts';
import { importModule } from './import-module.ts';
import type { OverlayGround } from './machine.ts';
import type { OverlayfsFlags } from './options.ts';

/** Where nobody looked: the machine in memory has all there is. */
const ANY_OVERLAY: OverlayGround = { options: [], idMaps: true };

/** What a snapshotter is made of. */
export interface Ground {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
  /** What overlays need here beyond what was configured, e.g. `userxattr`, and what they do without. */
  readonly overlay?: OverlayGround;
}

export interface SnapshotterSource {
  readonly name: string;
  /** A file of the user's, which nobody has tried yet. */
  readonly isFile: boolean;
  readonly traits: SnapshotterTraits;
  create(ground: Ground): Promise<Snapshotter>;
}

/** What a user's file exports. */
interface SnapshotterModule {
  readonly createSnapshotter?: (ground: Ground) => Promise<Snapshotter> | Snapshotter;
  readonly traits?: SnapshotterTraits;
}

const METHODS = ['stat', 'update', 'usage', 'mounts', 'prepare', 'view', 'commit', 'remove', 'walk', 'close'] as const;

const fromFile = async (path: string): Promise<SnapshotterSource> => {
  const { createSnapshotter, traits = {} }: SnapshotterModule = await importModule(path);
  if (typeof createSnapshotter !== 'function') {
    throw new ServeError(
      `${path} does not export a function createSnapshotter`,
      'Write `export const createSnapshotter = async ({ root, kernel, store }) => …` and return a Snapshotter.',
    );
  }
  return {
    name: path,
    isFile: true,
    traits,
    create: async (ground) => {
      const snapshotter = await createSnapshotter(ground);
      const missing = METHODS.filter((method) => typeof snapshotter?.[method] !== 'function');
      if (missing.length === 0) return snapshotter;
      throw new ServeError(
        `the snapshotter of ${path} has no ${missing.join(', ')}`,
        'A Snapshotter has all ten methods of the contract; only cleanup may be left out.',
      );
    },
  };
};

/** `overlayfs`, `native`, `btrfs`, or the path of a TypeScript or JavaScript file. */
export const snapshotterSource = async (name: string, flags: OverlayfsFlags = {}): Promise<SnapshotterSource> => {
  if (name === 'overlayfs') {
    const traits = { rebase: true, design: 'overlayfs' } as const;
    return {
      name,
      isFile: false,
      traits,
      create: ({ overlay = ANY_OVERLAY, ...ground }) => {
        const configured = flags.mountOptions ?? [];
        const mountOptions = [...configured, ...overlay.options];
        const remapIds = flags.remapIds === true && overlay.idMaps;
        return createOverlayfsSnapshotter({ ...flags, ...ground, mountOptions, remapIds });
      },
    };
  }
  if (name === 'native') {
    const traits = { renamesDirectories: true, design: 'native' } as const;
    return { name, isFile: false, traits, create: (ground) => createNativeSnapshotter(ground) };
  }
  if (name === 'btrfs') {
    const traits = { renamesDirectories: true, design: 'btrfs' } as const;
    return { name, isFile: false, traits, create: (ground) => createBtrfsSnapshotter(ground) };
  }
  if (/\.[cm]?[jt]s$/.test(name)) return fromFile(name);
  throw new ServeError(
    `there is no snapshotter ${name}`,
    'Say overlayfs, native, btrfs, or the path of a .ts or .js file that exports createSnapshotter.',
  );
};
