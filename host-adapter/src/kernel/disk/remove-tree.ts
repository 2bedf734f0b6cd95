/**
 * `rm -rf` that stops at mount points: a directory that something is mounted on is EBUSY before anything on what is
 * mounted there is touched (os.RemoveAll, which containerd uses, empties it first).
 */
import { O_DIRECTORY, O_NOFOLLOW, O_RDONLY, fail } from '@layerscope/core/fs';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';
import { O_CLOEXEC, RESOLVE_NO_XDEV, openHow } from '../../linux/index.ts';
import { entries, failedWith, isDirectoryRow, withDirectory } from './directory.ts';

/** Missing is fine. EBUSY at a mount point, EROFS on a read-only mount. Directories without permissions get them. */
export const removeTree = (calls: SystemCalls, path: string): void => {
  const trimmed = path.replace(/\/+$/, '');
  const cut = trimmed.lastIndexOf('/');
  const name = trimmed.slice(cut + 1);
  if (cut === -1 || name === '' || name === '.' || name === '..') fail('EINVAL', path);
  try {
    withDirectory(calls, trimmed.slice(0, cut) || '/', (parent) => {
      try {
        removeDirectory(calls, parent, name, removeFirstDirectory);
      } catch (error) {
        if (!failedWith(error, 'ENOTDIR', 'ELOOP')) throw error;
        calls.unlink(name, parent);
      }
    });
  } catch (error) {
    if (!failedWith(error, 'ENOENT')) throw error;
  }
};

type RemoveDirectory = (calls: SystemCalls, parent: Fd, name: string) => void;

/** `removeBelow` removes the directories in it, if not this one. */
const removeDirectory = (calls: SystemCalls, parent: Fd, name: string, removeBelow?: RemoveDirectory): void => {
  const fd = enter(calls, parent, name);
  try {
    for (const row of entries(calls, fd)) {
      if (isDirectoryRow(calls, fd, row)) (removeBelow ?? removeDirectory)(calls, fd, row.name);
      else withPermission(calls, fd, () => calls.unlink(row.name, fd));
    }
  } finally {
    calls.close(fd);
  }
  withPermission(calls, parent, () => calls.rmdir(name, parent));
};

/**
 * For the directories in a snapshot's own: two of three are empty when it is removed (`work` nearly always), and one
 * rmdir(2) takes the place of looking. It is EBUSY at a mount point, too.
 */
const removeFirstDirectory: RemoveDirectory = (calls, parent, name) => {
  try {
    calls.rmdir(name, parent);
  } catch (error) {
    if (!failedWith(error, 'ENOTEMPTY', 'EEXIST', 'EACCES')) throw error;
    removeDirectory(calls, parent, name);
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
