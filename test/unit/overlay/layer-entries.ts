import { makedev, S_IFBLK, S_IFCHR } from '@layerscope/core/fs';
import type { Stage } from './stage.ts';

/** What a layer holds: text is a file, an object a directory, a function makes anything else. */
export interface Entries {
  readonly [name: string]: string | Entries | Make;
}
type Make = (stage: Stage, path: string) => void;

export const put = (stage: Stage, dir: string, entries: Entries): void => {
  for (const [name, entry] of Object.entries(entries)) {
    const path = `${dir}/${name}`;
    if (typeof entry === 'string') stage.write(path, entry);
    else if (typeof entry === 'function') entry(stage, path);
    else {
      stage.root.mkdir(path, 0o755);
      put(stage, path, entry);
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
  (stage, path) => {
    put(stage, path.slice(0, path.lastIndexOf('/')), { [path.slice(path.lastIndexOf('/') + 1)]: entry });
    mark(stage, path, xattrs);
  };

const encoder = new TextEncoder();

export const mark = ({ root }: Stage, path: string, xattrs: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(xattrs)) {
    root.setxattr(path, name.includes('.') ? name : `trusted.overlay.${name}`, encoder.encode(value), 0, false);
  }
};
