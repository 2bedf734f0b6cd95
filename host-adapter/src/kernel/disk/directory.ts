/**
 * Directories as descriptors. Working below a descriptor keeps deep trees within PATH_MAX, and what is renamed or
 * replaced meanwhile cannot lead the work elsewhere.
 */
import { type Dirent, type Fd, type SystemCalls } from '@layerscope/core/vfs';
import { FsError, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, S_IFDIR } from '@layerscope/core/fs';
import { O_CLOEXEC } from '../../linux/index.ts';

const OPEN = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/** Opens directory `name` (of `at` when given, else a path), hands it to `body` and closes it. ENOTDIR for a link. */
export const withDirectory = <T>(calls: SystemCalls, name: string, body: (fd: Fd) => T, at?: Fd): T => {
  const fd = at === undefined ? calls.open(name, OPEN) : calls.open(name, OPEN, 0, at);
  try {
    return body(fd);
  } finally {
    calls.close(fd);
  }
};

/** Everything in an open directory but `.` and `..`, as the file system orders it. */
export const entries = (calls: SystemCalls, fd: Fd): readonly Dirent[] =>
  calls.getdents(fd).filter(({ name }) => name !== '.' && name !== '..');

/** Whether a row names a directory; file systems that do not tell types in listings are asked. */
export const isDirectoryRow = (calls: SystemCalls, fd: Fd, { name, type }: Dirent): boolean =>
  type === S_IFDIR || (type === 0 && (calls.stat(name, false, fd).mode & 0o170000) === S_IFDIR);

/** Whether `error` is a failed system call with one of `codes`. */
export const failedWith = (error: unknown, ...codes: readonly string[]): error is FsError =>
  error instanceof FsError && codes.includes(error.code);
