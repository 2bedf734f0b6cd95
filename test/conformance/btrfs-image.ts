import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../command.ts';

export interface BtrfsImage {
  /** Where the file system is mounted. */
  readonly mounted: string;
  /** Unmounts it, which frees its loop device, and removes the file. */
  remove(): void;
}

/** A btrfs in a sparse file, mounted through a loop device. Needs root and mkfs.btrfs. */
export const createBtrfsImage = (): BtrfsImage => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-btrfs-'));
  const image = join(folder, 'image');
  const mounted = join(folder, 'mounted');
  writeFileSync(image, '');
  truncateSync(image, 4 * 2 ** 30);
  mkdirSync(mounted);
  command('mkfs.btrfs', ['--quiet', image]);
  command('mount', ['-o', 'loop', image, mounted]);
  return {
    mounted,
    remove: () => {
      command('umount', [mounted]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
