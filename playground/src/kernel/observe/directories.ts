/** Where the snapshotters keep a snapshot's files on the machine's disk. */
import type { Mount } from '@layerscope/core/kernel';
import type { Kind } from '@layerscope/core/snapshots';
import type { Places } from '../session/learner/places.ts';
import type { SnapshotRow } from '../values.ts';

const ROOT = '/var/lib/containerd';

export type RowPlace = Pick<SnapshotRow, 'directory' | 'work' | 'stacked' | 'mounts'>;

const commandOf = ({ type, source, options }: Mount): string =>
  type === 'bind'
    ? `mount --rbind -o ${options.filter((option) => option !== 'rbind').join(',')} ${source}`
    : `mount -t ${type} ${source} -o ${options.join(',')}`;

/**
 * overlayfs keeps changes, with a scratch directory beside those of an active snapshot; the others that are built in keep
 * whole trees. Of a learner's is known what it answered for the snapshot, which it calls by `name`.
 */
export const placeOf = (
  snapshotter: string,
  id: string,
  kind: Kind,
  places: Places | undefined,
  name: string,
): RowPlace => {
  if (places !== undefined) {
    const { directory = '', stacked = false, mounts = [] } = places.get(name) ?? {};
    return { directory, stacked, ...(mounts.length === 0 ? {} : { mounts: mounts.map(commandOf).join('\n') }) };
  }
  const own = `${ROOT}/io.containerd.snapshotter.v1.${snapshotter}/snapshots/${id}`;
  if (snapshotter !== 'overlayfs') return { directory: own, stacked: false };
  return { directory: `${own}/fs`, stacked: true, ...(kind === 'Active' ? { work: `${own}/work` } : {}) };
};
