/** Whether overlays can be mounted at all where snapshots are to be. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FsError } from '@layerscope/core/fs';
import { unmount } from '../linux/index.ts';
import { mountOne } from './mounting/mount-one.ts';

/**
 * Mounts an overlay whose every layer is a new directory in `directory`, and unmounts it, as containerd's own check of a
 * root does: not every file system can hold an upper layer (overlayfs cannot hold one of its own), and not every kernel
 * knows every option. Answers what the kernel refused; `undefined` when it worked, or when this process may not mount:
 * containerd will.
 */
export const refusedOverlay = (directory: string, options: readonly string[]): FsError | undefined => {
  const scratch = mkdtempSync(join(directory, 'probe-'));
  try {
    const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => join(scratch, name)) as [
      string,
      string,
      string,
      string,
    ];
    for (const path of [lower, upper, work, merged]) mkdirSync(path);
    const layers = [`lowerdir=${lower}`, `upperdir=${upper}`, `workdir=${work}`];
    mountOne({ type: 'overlay', source: 'overlay', options: [...layers, ...options] }, merged);
    unmount(merged);
    return undefined;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.code === 'EPERM' ? undefined : error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
