/**
 * Mounts that show other owners than those on disk (mount_setattr(2), MOUNT_ATTR_IDMAP, Linux 5.12). The mapping is
 * that of a user namespace, and a namespace begins with a process: one is cloned that does nothing but wait, and ended
 * as soon as its namespace is held by a descriptor.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { SYSTEM_CALLS } from '../architecture.ts';
import { call, cString, functionAddress } from '../libc.ts';
import { type MountFd } from './new-mount-api.ts';

const CLONE_VM = 0x100;
const CLONE_NEWUSER = 0x10000000;
const SIGKILL = 9;
const SIGCHLD = 17;
const WALL = 0x40000000;

const STACK = 65_536;
const READ_AND_WRITE = 3;
const PRIVATE_ANONYMOUS = 0x22;

/**
 * Runs `body` with a descriptor of a new user namespace. The maps are as in /proc/<pid>/uid_map: lines of first id
 * inside, first id outside, count.
 */
const withUserNamespace = <T>(uidMap: string, gidMap: string, body: (namespace: number) => T): T => {
  const stack = call('mapMemory', 0, STACK, READ_AND_WRITE, PRIVATE_ANONYMOUS, -1, 0);
  try {
    // The child shares our memory but runs only pause(2), on a stack of its own: no JavaScript runs twice.
    const end = BigInt(stack) + BigInt(STACK - 16);
    const pid = call('clone', functionAddress('pause'), end, CLONE_VM | CLONE_NEWUSER | SIGCHLD, 0);
    let namespace: number;
    try {
      writeFileSync(`/proc/${pid}/uid_map`, uidMap);
      writeFileSync(`/proc/${pid}/gid_map`, gidMap);
      namespace = openSync(`/proc/${pid}/ns/user`, 'r');
    } finally {
      call('kill', pid, SIGKILL);
      call('waitpid', pid, null, WALL);
    }
    try {
      return body(namespace);
    } finally {
      closeSync(namespace);
    }
  } finally {
    call('unmapMemory', stack, STACK);
  }
};

const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const MOUNT_ATTR_IDMAP = 0x100000;

/** Maps the owners of a detached mount, as the two maps say, and sets `attributes` (MOUNT_ATTR_*) on it. */
export const mapOwners = (mount: MountFd, uidMap: string, gidMap: string, attributes = 0, recursive = false): void =>
  withUserNamespace(uidMap, gidMap, (namespace) => {
    const record = Buffer.alloc(32);
    record.writeBigUInt64LE(BigInt(MOUNT_ATTR_IDMAP | attributes), 0);
    record.writeBigUInt64LE(BigInt(namespace), 24);
    const flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
    call('mountSetattr', SYSTEM_CALLS.mountSetattr, mount, cString(''), flags, record, record.length);
  });
