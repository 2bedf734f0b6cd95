/**
 * Rights: what a program may do with a descriptor (base) and with what it opens through it (inheriting). They can be
 * dropped and never won back. All of them fit in 30 bits.
 */
import { FILETYPE_CHARACTER_DEVICE, FILETYPE_DIRECTORY, FILETYPE_REGULAR_FILE } from '../abi/types.ts';

export type Rights = number;

export const FD_DATASYNC: Rights = 1 << 0;
export const FD_READ: Rights = 1 << 1;
export const FD_SEEK: Rights = 1 << 2;
export const FD_FDSTAT_SET_FLAGS: Rights = 1 << 3;
export const FD_SYNC: Rights = 1 << 4;
export const FD_TELL: Rights = 1 << 5;
export const FD_WRITE: Rights = 1 << 6;
export const FD_ADVISE: Rights = 1 << 7;
export const FD_ALLOCATE: Rights = 1 << 8;
export const PATH_CREATE_DIRECTORY: Rights = 1 << 9;
export const PATH_CREATE_FILE: Rights = 1 << 10;
export const PATH_LINK_SOURCE: Rights = 1 << 11;
export const PATH_LINK_TARGET: Rights = 1 << 12;
export const PATH_OPEN: Rights = 1 << 13;
export const FD_READDIR: Rights = 1 << 14;
export const PATH_READLINK: Rights = 1 << 15;
export const PATH_RENAME_SOURCE: Rights = 1 << 16;
export const PATH_RENAME_TARGET: Rights = 1 << 17;
export const PATH_FILESTAT_GET: Rights = 1 << 18;
export const PATH_FILESTAT_SET_SIZE: Rights = 1 << 19;
export const PATH_FILESTAT_SET_TIMES: Rights = 1 << 20;
export const FD_FILESTAT_GET: Rights = 1 << 21;
export const FD_FILESTAT_SET_SIZE: Rights = 1 << 22;
export const FD_FILESTAT_SET_TIMES: Rights = 1 << 23;
export const PATH_SYMLINK: Rights = 1 << 24;
export const PATH_REMOVE_DIRECTORY: Rights = 1 << 25;
export const PATH_UNLINK_FILE: Rights = 1 << 26;
export const POLL_FD_READWRITE: Rights = 1 << 27;

const ANY_FILE =
  FD_FDSTAT_SET_FLAGS | FD_SYNC | FD_DATASYNC | FD_ADVISE | FD_FILESTAT_GET | FD_FILESTAT_SET_TIMES | POLL_FD_READWRITE;
const STREAM = ANY_FILE | FD_READ | FD_WRITE;
const REGULAR_FILE = STREAM | FD_SEEK | FD_TELL | FD_ALLOCATE | FD_FILESTAT_SET_SIZE;
const DIRECTORY =
  FD_FDSTAT_SET_FLAGS |
  FD_SYNC |
  FD_DATASYNC |
  FD_READDIR |
  FD_FILESTAT_GET |
  FD_FILESTAT_SET_TIMES |
  PATH_CREATE_DIRECTORY |
  PATH_CREATE_FILE |
  PATH_LINK_SOURCE |
  PATH_LINK_TARGET |
  PATH_OPEN |
  PATH_READLINK |
  PATH_RENAME_SOURCE |
  PATH_RENAME_TARGET |
  PATH_FILESTAT_GET |
  PATH_FILESTAT_SET_SIZE |
  PATH_FILESTAT_SET_TIMES |
  PATH_SYMLINK |
  PATH_REMOVE_DIRECTORY |
  PATH_UNLINK_FILE;

export const ALL_RIGHTS: Rights = (1 << 30) - 1;
/** What a preopened directory hands on: everything that files and directories have. */
export const INHERITED_RIGHTS: Rights = REGULAR_FILE | DIRECTORY;

/**
 * The rights that have a meaning for a type of file. A terminal has neither SEEK nor TELL: that is how wasi-libc's
 * isatty(3) tells one.
 */
export const rightsFor = (filetype: number): Rights => {
  if (filetype === FILETYPE_DIRECTORY) return DIRECTORY;
  if (filetype === FILETYPE_REGULAR_FILE) return REGULAR_FILE;
  return filetype === FILETYPE_CHARACTER_DEVICE ? STREAM : STREAM | FD_SEEK | FD_TELL;
};
