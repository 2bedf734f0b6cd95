import { makedev, S_IFBLK, S_IFCHR } from '@layerscope/core/fs';
import type { SimulatedMount } from './simulated-mount.ts';

/** What a layer holds: text is a file, an object a directory, a function makes anything else. */
export interface Entries {
  readonly [name: string]: string | Entries | Make;
}
type Make = (mount: SimulatedMount, path: string) => void;

export const put = (mount: SimulatedMount, dir: string, entries: Entries): void => {
  for (const [name, entry] of Object.entries(entries)) {
    const path = `${dir}/${name}`;
    if (typeof entry === 'string') mount.write(path, entry);
    else if (typeof entry === 'function') entry(mount, path);
    else {
      mount.root.mkdir(path, 0o755);
      put(mount, path, entry);
    }
  }
};

export const whiteout =
  (mode = 0): Make =>
  ({ root }, path) =>
    root.mknod(path, S_IFCHR | mode, 0);
export const character =
  (major: number, minor: number): Make =>
  ({ root }, path) =>
    root.mknod(path, S_IFCHR | 0o644, makedev(major, minor));
export const block: Make = ({ root }, path) => root.mknod(path, S_IFBLK | 0o644, 0);
export const symlink =
  (target: string): Make =>
  ({ root }, path) =>
    root.symlink(target, path);

/** The same entry with extended attributes; names without a dot are overlayfs's own. */
export const marked =
  (entry: string | Entries, xattrs: Readonly<Record<string, string>>): Make =>
  (mount, path) => {
    put(mount, path.slice(0, path.lastIndexOf('/')), { [path.slice(path.lastIndexOf('/') + 1)]: entry });
    mark(mount, path, xattrs);
  };

export const mark = (mount: SimulatedMount, path: string, xattrs: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(xattrs)) {
    mount.xattr(path, name.includes('.') ? name : `trusted.overlay.${name}`, value);
  }
};
