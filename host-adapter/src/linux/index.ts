export * from './files.ts';
export * from './mount-table.ts';
export { mapOwners } from './id-mapped-mounts.ts';
export {
  addressOf,
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  bind,
  call,
  cString,
  lastErrno,
  throwLast,
} from './libc.ts';
export { asUser, createLinuxSystemCalls } from './linux-system-calls.ts';
export { MNT_DETACH, mount, MS_NODEV, MS_NOSUID, MS_RDONLY, unmount } from './mounts.ts';
export * from './new-mount-api.ts';
export {
  decodeDirents,
  decodeStatfs,
  decodeStatx,
  encodeTimes,
  STATFS_SIZE,
  STATX_MASK,
  STATX_SIZE,
} from './records.ts';
