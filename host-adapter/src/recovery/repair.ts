import { rmdirSync } from 'node:fs';
import { FsError } from '@layerscope/core/fs';
import { MNT_DETACH, unmount } from '../linux/index.ts';
import type { Finding, Repaired } from './finding.ts';
import type { Ground } from './survey.ts';

const EMPTY_DIRECTORY_MODES: { readonly [name: string]: number } = { fs: 0o755, work: 0o711 };

/** Repairs what can be repaired without losing anything, one finding after another; a failure stops nothing. */
export const repair = async (ground: Ground, findings: readonly Finding[]): Promise<readonly Repaired[]> => {
  const repaired: Repaired[] = [];
  for (const finding of findings) {
    if (finding.repair === undefined) continue;
    try {
      await repairOne(ground, finding);
      repaired.push({ finding });
    } catch (error) {
      repaired.push({ finding, failure: error instanceof Error ? error.message : String(error) });
    }
  }
  return repaired;
};

const repairOne = async ({ design, kernel: { disk, btrfs } }: Ground, { kind, path }: Finding): Promise<void> => {
  switch (kind) {
    case 'orphan-directory':
    case 'unfinished-directory':
    case 'unfinished-removal':
      if (design === 'btrfs' && btrfs !== undefined) await btrfs.deleteSubvolume(path);
      else await disk.removeAll(path);
      break;
    case 'undone-removal':
      await disk.rename(path, path.replace(/rm-([^/]*)$/, '$1'));
      break;
    case 'missing-empty-directory':
      await disk.mkdir(path, EMPTY_DIRECTORY_MODES[path.slice(path.lastIndexOf('/') + 1)] ?? 0o700);
      break;
    case 'left-mount':
      unmount(path, MNT_DETACH);
      removeMountPoint(path);
      break;
    default:
  }
};

/** Only ever an empty directory: what else is there is not ours to remove. */
const removeMountPoint = (path: string): void => {
  try {
    rmdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw new FsError('EIO', `${path}: ${(error as Error).message}`);
  }
};
