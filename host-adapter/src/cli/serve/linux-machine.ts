import { readFileSync } from 'node:fs';
import { createLinuxKernel, requireOverlayRoot } from '../../kernel/index.ts';
import { syncFileSystem } from '../../linux/index.ts';
import { openMetaStore } from '../../metadata/index.ts';
import { recoverRoot } from '../../recovery/index.ts';
import type { Machine } from './machine.ts';

export const linuxMachine = (): Machine => {
  const kernel = createLinuxKernel();
  return {
    kernel,
    probeOverlay: (root) => {
      const { needsUserxattr, idMappedLayers } = requireOverlayRoot(root);
      return { options: needsUserxattr ? ['userxattr'] : [], idMaps: idMappedLayers };
    },
    recover: (root, design, store) => recoverRoot({ root, design, kernel, store }),
    syncFileSystem,
    openStore: (root) => openMetaStore(`${root}/metadata.mdb`),
    countMounts: (path) =>
      readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((row) => row.includes(`${path}/`)).length,
  };
};
