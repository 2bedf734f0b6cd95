import { readFileSync } from 'node:fs';
import { createLinuxKernel, refusedOverlay, requireOverlayRoot } from '../../kernel/index.ts';
import { syncFileSystem } from '../../linux/index.ts';
import { openMetaStore } from '../../metadata/index.ts';
import { claimRoot, recoverRoot, requireMetadata } from '../../recovery/index.ts';
import { ServeError } from '../../service/index.ts';
import type { Machine } from './machine.ts';

/** A root where no overlay can be mounted, or options that no overlay has: told now, not by the first container. */
const requireOverlays = (root: string, configured: readonly string[], needed: readonly string[]): void => {
  const refused = refusedOverlay(root, [...configured, ...needed]);
  if (refused === undefined) return;
  if (configured.length > 0 && refusedOverlay(root, needed) === undefined) {
    throw new ServeError(
      `this kernel mounts no overlay with the options ${configured.join(',')}: ${refused.message}`,
      'Mend --mount-option (mount_options in the file).',
    );
  }
  throw new ServeError(
    `no overlay can be mounted on ${root}: ${refused.message}`,
    'Pass --root a directory on ext4, xfs or btrfs, or serve --snapshotter native, which mounts none.',
  );
};

export const linuxMachine = (): Machine => {
  const kernel = createLinuxKernel();
  return {
    kernel,
    probeOverlay: (root, configured) => {
      const { needsUserxattr, idMappedLayers } = requireOverlayRoot(root);
      const options = needsUserxattr && !configured.includes('userxattr') ? ['userxattr'] : [];
      requireOverlays(root, configured, options);
      return { options, idMaps: idMappedLayers };
    },
    recover: async (root, design, store) => {
      await claimRoot(root, design, store);
      return recoverRoot({ root, design, kernel, store });
    },
    syncFileSystem,
    openStore: async (root) => {
      const path = `${root}/metadata.mdb`;
      requireMetadata(root, path);
      return openMetaStore(path);
    },
    countMounts: (path) =>
      readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((row) => row.includes(`${path}/`)).length,
  };
};
