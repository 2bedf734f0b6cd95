/** `rm -rf`: a name and everything below it. Missing is fine. */
import { FsError, type Inode, ROOT, S_IFDIR, fail } from '../../fs/index.ts';
import type { Mounted, Process } from '../../vfs/index.ts';

/** EBUSY at a mount point, before anything on what is mounted there is touched; EROFS on a read-only mount. */
export const removeTree = (process: Process, path: string): void => {
  const trimmed = path.replace(/\/+$/, '');
  const cut = trimmed.lastIndexOf('/');
  const name = trimmed.slice(cut + 1);
  if (cut === -1 || name === '' || name === '.' || name === '..') fail('EINVAL', path);
  const dir = directory(process, trimmed.slice(0, cut) || '/');
  const victim = dir?.mount.fs.lookup(dir.inode, name);
  if (dir === undefined || victim === undefined) return;
  if (dir.mount.readOnly) fail('EROFS', path);
  removeEntry(process, dir.mount, dir.inode, name, victim);
};

const directory = (process: Process, path: string): { mount: Mounted; inode: Inode } | undefined => {
  try {
    return process.place(path);
  } catch (error) {
    if (error instanceof FsError && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const removeEntry = (process: Process, mount: Mounted, dir: Inode, name: string, victim: Inode): void => {
  if (process.namespace.isMountPoint(victim)) fail('EBUSY', name);
  const { fs } = mount;
  if (victim.type !== S_IFDIR) {
    fs.unlink(dir, name, ROOT);
    return;
  }
  for (const entry of fs.readdir(victim)) {
    const child = fs.lookup(victim, entry.name);
    // An overlay lists whiteouts of a single layer that cannot be looked up; they go with their directory.
    if (child !== undefined) removeEntry(process, mount, victim, entry.name, child);
  }
  fs.rmdir(dir, name, ROOT);
};
