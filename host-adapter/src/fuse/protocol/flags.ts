/** Flag words of the FUSE protocol (linux/fuse.h). */

/** What the two sides of INIT may offer, in the first 32 bits … */
export const Init = {
  ASYNC_READ: 0x1,
  ATOMIC_O_TRUNC: 0x8,
  BIG_WRITES: 0x20,
  DONT_MASK: 0x40,
  DO_READDIRPLUS: 0x2000,
  READDIRPLUS_AUTO: 0x4000,
  ASYNC_DIO: 0x8000,
  WRITEBACK_CACHE: 0x10000,
  PARALLEL_DIROPS: 0x40000,
  POSIX_ACL: 0x100000,
  ABORT_ERROR: 0x200000,
  MAX_PAGES: 0x400000,
  CACHE_SYMLINKS: 0x800000,
  HANDLE_KILLPRIV_V2: 0x10000000,
  SETXATTR_EXT: 0x20000000,
  INIT_EXT: 0x40000000,
} as const;

/** … and in the second. */
export const Init2 = {
  PASSTHROUGH: 0x20,
} as const;

/** `valid` of SETATTR: which fields are meant. */
export const Setattr = {
  MODE: 0x1,
  UID: 0x2,
  GID: 0x4,
  SIZE: 0x8,
  ATIME: 0x10,
  MTIME: 0x20,
  FH: 0x40,
  ATIME_NOW: 0x80,
  MTIME_NOW: 0x100,
  KILL_SUIDGID: 0x800,
} as const;

/** Answer to OPEN and CREATE. */
export const OpenReply = {
  KEEP_CACHE: 0x2,
  PASSTHROUGH: 0x80,
} as const;

/** `setxattrFlags` of SETXATTR: who sets this list may not keep the setgid bit. */
export const SETXATTR_ACL_KILL_SGID = 1;
/** `flags` of OPEN beside the O_ ones: execve(2) opens it. Linux keeps this bit to itself, on every processor. */
export const OPEN_FOR_EXECUTION = 0x20;
/** `openFlags` of OPEN and CREATE: the opener may not keep setuid and setgid bits of what it truncates. */
export const OPEN_KILL_SUIDGID = 1;
/** `writeFlags` of WRITE: the same of what it writes to. */
export const WRITE_KILL_SUIDGID = 4;
