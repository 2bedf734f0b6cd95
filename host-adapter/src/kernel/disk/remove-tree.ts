/**
 * `rm -rf` that stops at mount points: a directory that something is mounted on is EBUSY before anything on what is
 * mounted there is touched (os.RemoveAll, which containerd uses, empties it first).
 */
import { O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDONLY, fail } from '@layerscope/core/fs';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';
import { O_CLOEXEC, RESOLVE_NO_XDEV, openHow } from '../../linux/index.ts';
import { entries, failedWith, isDirectoryRow, withDirectory } from './directory.ts';

/**
 * What becomes of the descriptor of a directory that is removed while it is open. Linux frees a removed directory's blocks
 * when nobody has it open any more: closing is where the disk is waited for (with the mount option `discard` by half a
 * millisecond and more), and until then neither rmdir(2) nor whoever needs the directory above has to wait.
 */
export type Release = (fd: Fd) => void;

/**
 * Missing is fine. EBUSY at a mount point, EROFS on a read-only mount. Directories without permissions get them.
 * Its own directory and those in it end with `release`; those further below are closed at once.
 */
export const removeTree = (calls: SystemCalls, path: string, release: Release): void => {
  const trimmed = path.replace(/\/+$/, '');
  const cut = trimmed.lastIndexOf('/');
  const name = trimmed.slice(cut + 1);
  if (cut === -1 || name === '' || name === '.' || name === '..') fail('EINVAL', path);
  try {
    withDirectory(calls, trimmed.slice(0, cut) || '/', (parent) => {
      try {
        removeDirectory(calls, parent, name, release, removeFirstDirectory);
      } catch (error) {
        if (!failedWith(error, 'ENOTDIR', 'ELOOP')) throw error;
        calls.unlink(name, parent);
      }
    });
  } catch (error) {
    if (!failedWith(error, 'ENOENT')) throw error;
  }
};

type RemoveDirectory = (calls: SystemCalls, parent: Fd, name: string, release: Release) => void;

/** `removeBelow` removes the directories in it, if not this one. */
const removeDirectory = (
  calls: SystemCalls,
  parent: Fd,
  name: string,
  release: Release,
  removeBelow?: RemoveDirectory,
): void => {
  const fd = enter(calls, parent, name);
  try {
    for (const row of entries(calls, fd)) {
      if (!isDirectoryRow(calls, fd, row)) withPermission(calls, fd, () => calls.unlink(row.name, fd));
      else if (removeBelow === undefined) removeDirectory(calls, fd, row.name, (below) => calls.close(below));
      else removeBelow(calls, fd, row.name, release);
    }
    withPermission(calls, parent, () => calls.rmdir(name, parent));
  } finally {
    release(fd);
  }
};

/**
 * For the directories in a snapshot's own: two of three are empty when it is removed (`work` nearly always), and one
 * rmdir(2) takes the place of looking. It is EBUSY at a mount point, too.
 */
const removeFirstDirectory: RemoveDirectory = (calls, parent, name, release) => {
  // Held only, which needs no permission to read it.
  const fd = calls.open(name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, parent);
  try {
    calls.rmdir(name, parent);
  } catch (error) {
    if (!failedWith(error, 'ENOTEMPTY', 'EEXIST', 'EACCES')) throw error;
    removeDirectory(calls, parent, name, release);
  } finally {
    release(fd);
  }
};

/** Opens a directory, unless something is mounted on it. */
const enter = (calls: SystemCalls, parent: Fd, name: string): Fd => {
  const flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const open = (): Fd => openHow(parent, name, flags, RESOLVE_NO_XDEV);
  try {
    return open();
  } catch (error) {
    if (failedWith(error, 'EXDEV')) return fail('EBUSY', `${name} is a mount point`);
    // Linux before 5.6: a mount point shows in the device number, unless it is a bind of the same file system.
    if (failedWith(error, 'ENOSYS')) return enterBefore56(calls, parent, name, flags);
    if (!failedWith(error, 'EACCES')) throw error;
    calls.chmod(name, 0o700, parent);
    return open();
  }
};

const enterBefore56 = (calls: SystemCalls, parent: Fd, name: string, flags: number): Fd => {
  if (calls.stat(name, false, parent).dev !== calls.fstat(parent).dev) fail('EBUSY', `${name} is a mount point`);
  return calls.open(name, flags, 0, parent);
};

/** Only who is not root needs it: deleting an entry wants its directory writable. */
const withPermission = (calls: SystemCalls, directory: Fd, remove: () => void): void => {
  try {
    remove();
  } catch (error) {
    if (!failedWith(error, 'EACCES')) throw error;
    calls.fchmod(directory, 0o700);
    remove();
  }
};
