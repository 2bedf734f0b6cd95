import { FsError } from '../fs/index.ts';
import type { Disk, Usage } from '../kernel/index.ts';
import { prefixed } from '../snapshots/index.ts';

/** A view holds nothing of its own. */
export const NO_USAGE: Usage = { inodes: 0, size: 0 };

/** Runs `body` and puts `prefix` in front of what it throws. */
export const explain = <T>(prefix: string, body: () => T): T => {
  try {
    return body();
  } catch (error) {
    throw prefixed(prefix, error);
  }
};

/**
 * Gives a finished temporary directory the name of its snapshot.
 *
 * A crash between here and the end of the transaction leaves the directory but gives the id back, so the next snapshot
 * finds the place taken and rename(2) refuses (a known outage of snapshotters of this design). What stands there belongs
 * to nobody, because the id is ours in this transaction: it makes way.
 */
export const installDirectory = async (disk: Disk, temporary: string, path: string): Promise<void> => {
  try {
    await disk.rename(temporary, path);
  } catch (error) {
    if (!(error instanceof FsError) || (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST')) throw error;
    await disk.removeAll(path);
    await disk.rename(temporary, path);
  }
};

/**
 * Removes what a failed call had made, if it came to that, and answers the error to throw: the original one, behind what
 * the removal said when it failed, too, so that a directory left over is never silent.
 */
export const abandoned = async (disk: Disk, path: string | undefined, error: unknown): Promise<unknown> => {
  if (path === undefined) return error;
  try {
    await disk.removeAll(path);
    return error;
  } catch (failure) {
    return prefixed(`failed to remove path: ${prefixed(path, failure).message}`, error);
  }
};

/**
 * Removes directories that no snapshot owns any more. A failure is not the caller's (the snapshot is gone, whatever
 * becomes of its bytes): what is left stays an orphan.
 */
export const discard = async (disk: Disk, paths: readonly string[]): Promise<void> => {
  for (const path of paths) {
    try {
      await disk.removeAll(path);
    } catch {
      continue;
    }
  }
};
