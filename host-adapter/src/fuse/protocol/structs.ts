/**
 * The records of the FUSE protocol 7.40 (linux/fuse.h): byte offsets of their fields, and their size. Integers are
 * little-endian and unsigned; a comment tells those that are not 32 bits wide.
 */

/** Before every request. `unique`, `nodeId` are 64 bits. */
export const IN_HEADER = { length: 0, opcode: 4, unique: 8, nodeId: 16, uid: 24, gid: 28, pid: 32, SIZE: 40 } as const;
/** Before every reply. `unique` is 64 bits, `error` a negative errno. */
export const OUT_HEADER = { length: 0, error: 4, unique: 8, SIZE: 16 } as const;

/** `maxBackground`, `congestionThreshold`, `maxPages` are 16 bits. */
export const INIT_IN = { major: 0, minor: 4, maxReadahead: 8, flags: 12, flags2: 16 } as const;
export const INIT_OUT = {
  major: 0,
  minor: 4,
  maxReadahead: 8,
  flags: 12,
  maxBackground: 16,
  congestionThreshold: 18,
  maxWrite: 20,
  timeGranularity: 24,
  maxPages: 28,
  flags2: 32,
  maxStackDepth: 36,
  SIZE: 64,
} as const;

/** The first six are 64 bits. */
export const ATTR = {
  ino: 0,
  size: 8,
  blocks: 16,
  atime: 24,
  mtime: 32,
  ctime: 40,
  atimeNanoseconds: 48,
  mtimeNanoseconds: 52,
  ctimeNanoseconds: 56,
  mode: 60,
  nlink: 64,
  uid: 68,
  gid: 72,
  rdev: 76,
  blksize: 80,
  flags: 84,
  SIZE: 88,
} as const;

/** The first four are 64 bits. */
export const ENTRY_OUT = {
  nodeId: 0,
  generation: 8,
  entryValid: 16,
  attrValid: 24,
  entryValidNanoseconds: 32,
  attrValidNanoseconds: 36,
  attr: 40,
  SIZE: 128,
} as const;
/** `valid` is 64 bits. */
export const ATTR_OUT = { valid: 0, validNanoseconds: 8, attr: 16, SIZE: 104 } as const;

/** `handle`, `size` and the whole seconds are 64 bits. */
export const SETATTR_IN = {
  valid: 0,
  handle: 8,
  size: 16,
  atime: 32,
  mtime: 40,
  atimeNanoseconds: 56,
  mtimeNanoseconds: 60,
  mode: 68,
  uid: 76,
  gid: 80,
} as const;

/** Names follow the record; 0 bytes end them. */
export const MKNOD_IN = { mode: 0, rdev: 4, umask: 8, SIZE: 16 } as const;
export const MKDIR_IN = { mode: 0, umask: 4, SIZE: 8 } as const;
/** `newDir` is 64 bits. */
export const RENAME_IN = { newDir: 0, SIZE: 8 } as const;
export const RENAME2_IN = { newDir: 0, flags: 8, SIZE: 16 } as const;
/** 64 bits. */
export const LINK_IN = { oldNodeId: 0, SIZE: 8 } as const;

export const OPEN_IN = { flags: 0, openFlags: 4 } as const;
export const CREATE_IN = { flags: 0, mode: 4, umask: 8, openFlags: 12, SIZE: 16 } as const;
/** `handle` is 64 bits, `backingId` signed. */
export const OPEN_OUT = { handle: 0, openFlags: 8, backingId: 12, SIZE: 16 } as const;
/** 64 bits. */
export const RELEASE_IN = { handle: 0 } as const;

/** `handle` and `offset` are 64 bits. */
export const READ_IN = { handle: 0, offset: 8, size: 16 } as const;
export const WRITE_IN = { handle: 0, offset: 8, size: 16, writeFlags: 20, SIZE: 40 } as const;
export const WRITE_OUT = { size: 0, SIZE: 8 } as const;
export const FSYNC_IN = { handle: 0, flags: 8 } as const;
/** The first three are 64 bits. */
export const FALLOCATE_IN = { handle: 0, offset: 8, length: 16, mode: 24 } as const;
/** The first two are 64 bits. */
export const LSEEK_IN = { handle: 0, offset: 8, whence: 16 } as const;
/** 64 bits. */
export const LSEEK_OUT = { offset: 0, SIZE: 8 } as const;
/** 64 bits each. */
export const COPY_FILE_RANGE_IN = {
  handleIn: 0,
  offsetIn: 8,
  nodeIdOut: 16,
  handleOut: 24,
  offsetOut: 32,
  length: 40,
} as const;

/** The first five are 64 bits. */
export const STATFS_OUT = {
  blocks: 0,
  bfree: 8,
  bavail: 16,
  files: 24,
  ffree: 32,
  bsize: 40,
  namelen: 44,
  frsize: 48,
  SIZE: 80,
} as const;

/** As it is since INIT agreed on SETXATTR_EXT. */
export const SETXATTR_IN = { size: 0, flags: 4, setxattrFlags: 8, SIZE: 16 } as const;
export const GETXATTR_IN = { size: 0, SIZE: 8 } as const;
export const GETXATTR_OUT = { size: 0, SIZE: 8 } as const;

/** What is written follows. */
export const IOCTL_IN = { command: 12, SIZE: 32 } as const;
/** What is read follows. */
export const IOCTL_OUT = { SIZE: 16 } as const;

/** `ino` and `offset` are 64 bits; the name follows, then zeros up to a multiple of 8. */
export const DIRENT = { ino: 0, offset: 8, nameLength: 16, type: 20, SIZE: 24 } as const;

/** 64 bits. */
export const FORGET_IN = { lookups: 0 } as const;
export const BATCH_FORGET_IN = { count: 0, SIZE: 8 } as const;
/** 64 bits each. */
export const FORGET_ONE = { nodeId: 0, lookups: 8, SIZE: 16 } as const;

/** `valid`, `ino`, `size`, `blocks` and the whole seconds are 64 bits, `mode` 16; a time is seconds and nanoseconds. */
export const STATX_OUT = {
  valid: 0,
  validNanoseconds: 8,
  mask: 32,
  blksize: 36,
  nlink: 48,
  uid: 52,
  gid: 56,
  mode: 60,
  ino: 64,
  size: 72,
  blocks: 80,
  atime: 96,
  btime: 112,
  ctime: 128,
  mtime: 144,
  rdevMajor: 160,
  rdevMinor: 164,
  SIZE: 288,
} as const;

/** What the server tells unasked: `error` of the header is the kind, `unique` 0. All are 64 bits, the last two signed. */
export const NOTIFY_INVAL_INODE = { CODE: 2, nodeId: 0, offset: 8, length: 16, SIZE: 24 } as const;
