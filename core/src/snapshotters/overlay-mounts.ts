import type { Kernel, Mount } from '../kernel/index.ts';
import { LABEL_SNAPSHOT_GID_MAPPING, LABEL_SNAPSHOT_UID_MAPPING } from '../snapshots/index.ts';
import type { Labels, StoredSnapshot } from '../snapshots/index.ts';

/** Where the directories of snapshots are. */
export interface OverlayLayout {
  /** The changes of a snapshot. */
  readonly upper: (id: string) => string;
  /** overlayfs's scratch space, on the same file system as the changes. */
  readonly work: (id: string) => string;
}

/** `uidmap=`, `gidmap=` of the mapping labels there are. */
export const idMapOptions = (labels: Labels): readonly string[] => {
  const uids = labels[LABEL_SNAPSHOT_UID_MAPPING];
  const gids = labels[LABEL_SNAPSHOT_GID_MAPPING];
  return [...(uids === undefined ? [] : [`uidmap=${uids}`]), ...(gids === undefined ? [] : [`gidmap=${gids}`])];
};

/**
 * The configured options, and `index=off` unless they decide about the index: with it on, an upper directory that was
 * ever mounted in another place refuses to mount, which is what containers do all day.
 */
export const overlayOptions = async (kernel: Kernel, configured: readonly string[]): Promise<readonly string[]> => {
  const decided = configured.some((option) => option === 'index' || option.startsWith('index='));
  return !decided && (await kernel.supports('overlay', 'index')) ? [...configured, 'index=off'] : configured;
};

/**
 * The mounts of a snapshot, options in the order of containerd 2.x.
 *
 *   parents   active                          view
 *   0         bind own directory, rw          bind own (empty) directory, ro
 *   1         overlay: work, upper, lower     bind the parent's directory, ro
 *   2 or more overlay: work, upper, lowers    overlay: lowers only
 */
export const overlayMounts = (
  { kind, id, parentIds }: StoredSnapshot,
  { upper, work }: OverlayLayout,
  idMaps: readonly string[],
  options: readonly string[],
): readonly Mount[] => {
  const bind = (source: string, access: string): readonly Mount[] => [
    { type: 'bind', source, options: [...idMaps, access, 'rbind'] },
  ];
  const [nearest] = parentIds;
  if (nearest === undefined) return bind(upper(id), kind === 'View' ? 'ro' : 'rw');
  if (kind === 'View' && parentIds.length === 1) return bind(upper(nearest), 'ro');
  const writable = kind === 'Active' ? [`workdir=${work(id)}`, `upperdir=${upper(id)}`] : [];
  const lower = `lowerdir=${parentIds.map(upper).join(':')}`;
  return [{ type: 'overlay', source: 'overlay', options: [...idMaps, ...writable, lower, ...options] }];
};
