/** Where the snapshotters keep a snapshot's files on the machine's disk. */
const ROOT = '/var/lib/containerd';

/** The directory of a snapshot's own files: of changes for overlayfs, the whole tree for others. */
export const directoryOf = (snapshotter: string, id: string): string => {
  const root = `${ROOT}/io.containerd.snapshotter.v1.${snapshotter}`;
  return snapshotter === 'overlayfs' ? `${root}/snapshots/${id}/fs` : `${root}/snapshots/${id}`;
};

export const workOf = (snapshotter: string, id: string): string =>
  `${ROOT}/io.containerd.snapshotter.v1.${snapshotter}/snapshots/${id}/work`;
