/** Directories as a process sees them: listing one, working in one, and what the working directory is called. */
import {
  CAP_SYS_CHROOT,
  type DirectoryEntry,
  type Inode,
  S_IFDIR,
  fail,
  hasCapability,
  MAY_EXEC,
} from '../../fs/index.ts';
import type { Mounted, Place } from '../mount-table.ts';
import { permit } from '../permission.ts';
import type { Dirent } from '../system-calls.ts';
import type { Description } from './descriptors.ts';
import { type ProcessState, accessed, resolve } from './process-state.ts';

/** `.` and `..` come first, as everywhere on tmpfs; `offset` of a row is the number of the row after it. */
export const getdents = (description: Description, count: number): readonly Dirent[] => {
  const { mount, inode } = description;
  if (inode.type !== S_IFDIR) fail('ENOTDIR');
  if (mount.fs.getattr(inode).nlink === 0) fail('ENOENT');
  description.listing ??= withDots(mount, inode);
  const from = description.position;
  const rows = description.listing.slice(from, from + count).map((entry, index) => ({
    name: entry.name,
    ino: entry.ino,
    type: entry.type,
    offset: from + index + 1,
  }));
  description.changing();
  description.position = from + rows.length;
  accessed(mount, inode);
  return rows;
};

const withDots = (mount: Mounted, dir: Inode): readonly DirectoryEntry[] => {
  const { fs } = mount;
  return [
    { name: '.', ino: fs.getattr(dir).ino, type: S_IFDIR },
    { name: '..', ino: fs.getattr(fs.parent(dir)).ino, type: S_IFDIR },
    ...fs.readdir(dir),
  ];
};

const placeOf = (place: Place): Place => ({ mount: place.mount, inode: place.inode });

const requireEnterable = (process: ProcessState, place: Place): void => {
  if (place.inode.type !== S_IFDIR) fail('ENOTDIR');
  permit(place.mount, place.inode, MAY_EXEC, process.caller);
};

export const chdir = (process: ProcessState, path: string): void => {
  const walk = resolve(process, path, true);
  requireEnterable(process, walk);
  process.setCwd(placeOf(walk));
};

export const fchdir = (process: ProcessState, place: Place): void => {
  requireEnterable(process, place);
  process.setCwd(placeOf(place));
};

/** chroot(2) leaves the working directory where it is, which may be outside. */
export const chroot = (process: ProcessState, path: string): void => {
  const walk = resolve(process, path, true);
  requireEnterable(process, walk);
  if (!hasCapability(process.caller, CAP_SYS_CHROOT)) fail('EPERM');
  process.setRoot(placeOf(walk));
};

/** ENOENT when the directory was removed; `(unreachable)` in front when it lies outside of the root (getcwd(3)). */
export const getcwd = (process: ProcessState): string => pathOf(process.cwd, process.root);

/**
 * The path of a directory (or of a mount's root, whatever its type) as seen from `root`. Names are looked for in the
 * parents, so a directory that was renamed has its new name.
 */
export const pathOf = (place: Place, root: Place): string => {
  let { mount, inode } = place;
  let path = '';
  for (;;) {
    if (inode === root.inode && mount === root.mount) return path === '' ? '/' : path;
    if (inode === mount.root) {
      if (mount.parent === undefined || mount.at === undefined) {
        return `(unreachable)${path === '' ? '/' : path}`;
      }
      inode = mount.at;
      mount = mount.parent;
      continue;
    }
    const { fs } = mount;
    const parent = fs.parent(inode);
    path = `/${nameIn(mount, parent, inode)}${path}`;
    inode = parent;
  }
};

const nameIn = ({ fs }: Mounted, parent: Inode, child: Inode): string => {
  for (const { name, type } of fs.readdir(parent)) {
    if (type === child.type && fs.lookup(parent, name) === child) return name;
  }
  return fail('ENOENT');
};
