/**
 * Where a snapshotter that the page does not know keeps its snapshots: read from the mounts it answers, as containerd
 * would have to. An overlay names the snapshot's own directory (upperdir) and those of its parents, nearest first; a bind
 * mount is the whole tree.
 */
import type { Mount } from '@layerscope/core/kernel';

export interface Place {
  /** The directory of the snapshot's own files. */
  readonly directory: string;
  /** Whether it holds changes only, and is shown on its parents' directories. */
  readonly stacked: boolean;
  /** What was answered last; none for a committed snapshot. */
  readonly mounts: readonly Mount[];
}

export interface Places {
  /** By the name the snapshotter was given. */
  get(name: string): Place | undefined;
  mounted(key: string, mounts: readonly Mount[], parent?: string): void;
  committed(name: string, key: string): void;
}

const optionOf = ({ options }: Mount, name: string): string | undefined =>
  options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);

export const createPlaces = (): Places => {
  const places = new Map<string, Place>();
  const parents = new Map<string, string>();
  return {
    get: (name) => places.get(name),
    mounted: (key, mounts, parent) => {
      if (parent !== undefined) parents.set(key, parent);
      const [mount] = mounts;
      if (mount === undefined) return;
      if (mount.type !== 'overlay') {
        places.set(key, { directory: mount.source, stacked: false, mounts });
        return;
      }
      let below = parents.get(key) ?? '';
      for (const directory of (optionOf(mount, 'lowerdir') ?? '').split(':')) {
        if (below === '') break;
        places.set(below, { directory, stacked: parents.get(below) !== '', mounts: [] });
        below = parents.get(below) ?? '';
      }
      const upper = optionOf(mount, 'upperdir');
      places.set(key, { directory: upper ?? '', stacked: true, mounts });
    },
    committed: (name, key) => {
      parents.set(name, parents.get(key) ?? '');
      const place = places.get(key);
      if (place !== undefined) places.set(name, { ...place, mounts: [] });
    },
  };
};
