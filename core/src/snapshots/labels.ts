import type { Labels } from './snapshotter.ts';

/** The committed name (a chain ID) that an extraction is going to be committed under. */
export const LABEL_SNAPSHOT_REF = 'containerd.io/snapshot.ref';
/** Labels below this prefix reach the snapshotter; all others stay in containerd's metadata layer. */
export const INHERITED_LABEL_PREFIX = 'containerd.io/snapshot/';
/** Where an overlayfs snapshotter with `upperdirLabel` tells the upper directory; never stored. */
export const LABEL_OVERLAY_UPPERDIR = 'containerd.io/snapshot/overlay.upperdir';
/** `container:host:length[,...]` */
export const LABEL_SNAPSHOT_UID_MAPPING = 'containerd.io/snapshot/uidmapping';
/** `container:host:length[,...]` */
export const LABEL_SNAPSHOT_GID_MAPPING = 'containerd.io/snapshot/gidmapping';

/** The labels that a snapshotter gets to see when containerd's metadata layer stands above it. */
export const inheritedLabels = (labels: Labels): Labels =>
  Object.fromEntries(
    Object.entries(labels).filter(([key]) => key === LABEL_SNAPSHOT_REF || key.startsWith(INHERITED_LABEL_PREFIX)),
  );
