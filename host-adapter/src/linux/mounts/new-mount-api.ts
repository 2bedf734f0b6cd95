/**
 * fsopen(2), fsconfig(2), fsmount(2), move_mount(2) and open_tree(2): mounting in steps, each option a call of its own, so
 * that neither the 4 KiB of mount(2) nor commas in paths stand in the way, and an error names the option.
 */
import { FsError } from '@layerscope/core/fs';
import { SYSTEM_CALLS } from '../architecture.ts';
import { AT_FDCWD, call, cString } from '../libc.ts';

const FSCONFIG_SET_FLAG = 0;
const FSCONFIG_SET_STRING = 1;
const FSCONFIG_SET_FD = 5;
const FSCONFIG_CMD_CREATE = 6;
const CLOEXEC = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const MOVE_MOUNT_F_EMPTY_PATH = 4;

export const OPEN_TREE_CLONE = 1;
export const MOUNT_ATTR_RDONLY = 1;

/** A file system being configured, or a mount that has no place yet. Close what you do not attach. */
export type MountFd = number;

export const fsopen = (type: string): MountFd => call('fsopen', SYSTEM_CALLS.fsopen, cString(type), CLOEXEC);

const EMPTY = new Uint8Array(1);

/** `true` sets a flag, a string a value, a number a descriptor. Throws what the file system says of the option. */
export const fsconfig = (fd: MountFd, key: string, value: true | string | number): void => {
  const name = cString(key);
  if (value === true) call('fsconfig', SYSTEM_CALLS.fsconfig, fd, FSCONFIG_SET_FLAG, name, null, 0);
  else if (typeof value === 'string') {
    call('fsconfig', SYSTEM_CALLS.fsconfig, fd, FSCONFIG_SET_STRING, name, cString(value), 0);
  } else call('fsconfig', SYSTEM_CALLS.fsconfig, fd, FSCONFIG_SET_FD, name, null, value);
};

/** Makes the superblock. The text of `fsMessages` says what was wrong when it throws. */
export const fscreate = (fd: MountFd): void => {
  call('fsconfig', SYSTEM_CALLS.fsconfig, fd, FSCONFIG_CMD_CREATE, null, null, 0);
};

/** A detached mount of what `fd` configured; `attributes` are MOUNT_ATTR_*. */
export const fsmount = (fd: MountFd, attributes = 0): MountFd =>
  call('fsmount', SYSTEM_CALLS.fsmount, fd, CLOEXEC, attributes);

/** Puts a detached mount at a path. */
export const moveMount = (mount: MountFd, target: string): void => {
  call('moveMount', SYSTEM_CALLS.moveMount, mount, EMPTY, AT_FDCWD, cString(target), MOVE_MOUNT_F_EMPTY_PATH);
};

/** A handle on the mount at `path`; with OPEN_TREE_CLONE a detached bind of that directory without what is mounted below. */
export const openTree = (path: string, flags = 0): MountFd =>
  call('openTree', SYSTEM_CALLS.openTree, AT_FDCWD, cString(path), flags | OPEN_TREE_CLOEXEC);

/** What the kernel had to say on the way, line by line: `e` (error), `w` or `i`, then the text. */
export const fsMessages = (fd: MountFd): readonly string[] => {
  const buffer = Buffer.alloc(4096);
  const lines: string[] = [];
  for (;;) {
    try {
      lines.push(buffer.toString('utf8', 0, call('read', fd, buffer, buffer.length)).trimEnd());
    } catch (error) {
      // ENODATA: all was read.
      if (error instanceof FsError) return lines;
      throw error;
    }
  }
};
