/** Numbers of WASI preview 1's witx, as far as more than one call needs them. */
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, S_IFSOCK, type FileMode } from '../../fs/index.ts';

export const FILETYPE_UNKNOWN = 0;
export const FILETYPE_CHARACTER_DEVICE = 2;
export const FILETYPE_DIRECTORY = 3;
export const FILETYPE_REGULAR_FILE = 4;

const FILETYPES = new Map<FileMode, number>([
  [S_IFBLK, 1],
  [S_IFCHR, FILETYPE_CHARACTER_DEVICE],
  [S_IFDIR, FILETYPE_DIRECTORY],
  [S_IFREG, FILETYPE_REGULAR_FILE],
  [S_IFSOCK, 6],
  [S_IFLNK, 7],
]);

/** `filetype` for the `S_IFMT` bits of a mode. A fifo has none: unknown. */
export const filetypeOf = (type: FileMode): number =>
  type === S_IFREG ? FILETYPE_REGULAR_FILE : (FILETYPES.get(type) ?? FILETYPE_UNKNOWN);

export const FDFLAG_APPEND = 1;
export const FDFLAG_DSYNC = 2;
export const FDFLAG_NONBLOCK = 4;
export const FDFLAG_RSYNC = 8;
export const FDFLAG_SYNC = 16;
/** All that `fd_fdstat_set_flags` and `path_open` know. */
export const FDFLAGS = 31;

export const LOOKUP_SYMLINK_FOLLOW = 1;

export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
export const CLOCK_PROCESS_CPUTIME = 2;
export const CLOCK_THREAD_CPUTIME = 3;

/** Sizes in bytes of the records that calls write. */
export const FILESTAT_SIZE = 64;
export const FDSTAT_SIZE = 24;
export const DIRENT_SIZE = 24;
export const SUBSCRIPTION_SIZE = 48;
export const EVENT_SIZE = 32;
