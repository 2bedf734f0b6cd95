/** What snapshotters over the metadata store have in common. */
import type { Clock } from '../fs/index.ts';
import { getInfo, idMap, isClass, listInfo, updateInfo } from '../snapshots/index.ts';
import type { Info, MetaReader, MetaStore, Snapshotter } from '../snapshots/index.ts';

/** What the store says of a snapshot, as a snapshotter shows it. `id` names the snapshot's directory. */
export type Shown = (info: Info, id: string) => Info;

/**
 * The ids in use. containerd's cleanup fails in a store that was never written; what a crash left on the disk before
 * the first snapshot is garbage as well.
 */
export const liveIds = (tx: MetaReader): { has(id: string): boolean } => {
  try {
    return idMap(tx);
  } catch (error) {
    if (isClass(error, 'NotFound')) return new Set<string>();
    throw error;
  }
};

/**
 * The methods that only look at the metadata. `walk` takes the whole list at one moment and then visits, so that
 * `visit` may wait and call anything.
 */
export const storedMethods = (
  store: MetaStore,
  clock: Clock,
  shown: Shown,
): Pick<Snapshotter, 'stat' | 'update' | 'walk' | 'close'> => ({
  async stat(key) {
    const { info, id } = store.read((tx) => getInfo(tx, key));
    return shown(info, id);
  },
  async update(info, ...fieldpaths) {
    const updated = await store.write((tx) => ({
      info: updateInfo(tx, clock, info, fieldpaths),
      id: getInfo(tx, info.name).id,
    }));
    return shown(updated.info, updated.id);
  },
  async walk(visit, ...filters) {
    for (const { id, info } of store.read((tx) => listInfo(tx, filters))) await visit(shown(info, id));
  },
  close: () => store.close(),
});
