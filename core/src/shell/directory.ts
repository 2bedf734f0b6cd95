/** Whole directories, for the shell and its programs. */
import { O_DIRECTORY, O_RDONLY } from '../fs/index.ts';
import type { Dirent, SystemCalls } from '../vfs/index.ts';

/** The rows of a directory without `.` and `..`, in the directory's own order. Throws `FsError`. */
export const listDirectory = (process: SystemCalls, path: string): readonly Dirent[] =>
  readDirectory(process, path).filter(({ name }) => name !== '.' && name !== '..');

/** The rows of a directory, `.` and `..` included. Throws `FsError`. */
export const readDirectory = (process: SystemCalls, path: string): readonly Dirent[] => {
  const directory = process.open(path, O_RDONLY | O_DIRECTORY);
  try {
    const rows: Dirent[] = [];
    for (;;) {
      const next = process.getdents(directory);
      if (next.length === 0) return rows;
      rows.push(...next);
    }
  } finally {
    process.close(directory);
  }
};

/** `directory/name` with one slash between. */
export const joinPath = (directory: string, name: string): string =>
  directory.endsWith('/') ? directory + name : `${directory}/${name}`;

/** The last component, trailing slashes aside; `/` for the root. */
export const baseName = (path: string): string => {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
};

/** Everything before the last component: `.` when there is nothing. */
export const directoryName = (path: string): string => {
  const trimmed = path.replace(/\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return trimmed === '' && path !== '' ? '/' : '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
};

/** Without the slashes at the end, as GNU programs strip them from source names; the root stays. */
export const stripSlashes = (path: string): string => path.replace(/(?<=[^/])\/+$/, '');
