/** Mounts with `uidmap=` and `gidmap=`: the owners on disk are the container's, those that are seen the host's. */
import { closeSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mount } from '@layerscope/core/kernel';
import {
  MNT_DETACH,
  MOUNT_ATTR_RDONLY,
  OPEN_TREE_CLONE,
  mapOwners,
  moveMount,
  openTree,
  unmount,
} from '../../linux/index.ts';
import type { IdMaps } from './id-mapping.ts';
import { mountError } from './mount-error.ts';
import { parseOverlayData, relativePaths, withLowerdirs } from './overlay-data.ts';

/** A mapped clone of the mount that `source` is on, from `source` down, at `target`. What is mounted below stays out. */
export const bindMapped = (source: string, target: string, { uids, gids }: IdMaps, attributes: number): void => {
  const clone = openTree(source, OPEN_TREE_CLONE);
  try {
    mapOwners(clone, uids, gids, attributes);
    moveMount(clone, target);
  } finally {
    closeSync(clone);
  }
};

/**
 * Mounts an overlay over mapped lower layers: they are read through a mapped, read-only clone of the directory they have
 * in common, which the overlay keeps alive when its place in the tree is gone. The upper layer holds host ids as it is.
 */
export const mountMappedOverlay = (
  mount: Mount,
  data: string,
  maps: IdMaps,
  target: string,
  mountOverlay: (data: string) => void,
): void => {
  const { lowerdirs, others } = parseOverlayData(data);
  const { directory, paths } = relativePaths(lowerdirs);
  const clone = mkdtempSync(join(tmpdir(), 'ovl-idmapped'));
  try {
    try {
      bindMapped(directory, clone, maps, MOUNT_ATTR_RDONLY);
    } catch (error) {
      throw mountError(error, mount, target);
    }
    try {
      mountOverlay(
        withLowerdirs(
          others,
          paths.map((path) => join(clone, path)),
        ),
      );
    } finally {
      unmount(clone, MNT_DETACH);
    }
  } finally {
    rmdirSync(clone);
  }
};
