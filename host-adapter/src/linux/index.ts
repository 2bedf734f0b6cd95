export { architecture, SYSTEM_CALLS } from './architecture.ts';
export * from './files.ts';
export * from './mounts/mount-table.ts';
export { mapOwners } from './mounts/id-mapped-mounts.ts';
export {
  addressOf,
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  bind,
  bindAddresses,
  call,
  callLater,
  cString,
  lastErrno,
  throwLast,
} from './libc.ts';
export { asUser, createLinuxSystemCalls } from './linux-system-calls.ts';
export { flagsOf, MNT_DETACH, mount, MS_RDONLY, MS_REMOUNT, unmount } from './mounts/mount.ts';
export * from './mounts/new-mount-api.ts';
export {
  decodeDirents,
  decodeStatfs,
  decodeStatx,
  encodeTimes,
  FS_IOC_GETFLAGS,
  FS_IOC_SETFLAGS,
  STATFS_SIZE,
  STATX_MASK,
  STATX_SIZE,
} from './records.ts';
