import { Opcode } from '../protocol/opcodes.ts';
import type { Operation } from '../session.ts';
import { getattr, setattr, statfs, statx } from './attributes/attributes.ts';
import { opendir, readdir, readdirplus, releasedir } from './names/directories.ts';
import { allocate, copyFileRange, fsync, read, seek, write } from './files/bytes.ts';
import { ioctl } from './attributes/flags.ts';
import { initialize } from './initialize.ts';
import { batchForget, forget, lookup } from './names/lookup.ts';
import { link, mkdir, mknod, readlink, rename, rename2, rmdir, symlink, unlink } from './names/names.ts';
import { create, open, release, tmpfile } from './files/open.ts';
import { getxattr, listxattr, removexattr, setxattr } from './attributes/xattrs.ts';

const done: Operation = () => {};

/**
 * What is answered. Everything else is ENOSYS, which the kernel remembers and spares us: FLUSH (a close has nothing to
 * wait for), ACCESS (the kernel checks permissions itself), POLL, locks (kept by the kernel).
 */
export const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [Opcode.INIT, initialize],
  [Opcode.DESTROY, done],
  // Requests are answered one after the other: what is to be interrupted was answered already.
  [Opcode.INTERRUPT, done],
  [Opcode.LOOKUP, lookup],
  [Opcode.FORGET, forget],
  [Opcode.BATCH_FORGET, batchForget],
  [Opcode.GETATTR, getattr],
  [Opcode.SETATTR, setattr],
  [Opcode.STATX, statx],
  [Opcode.STATFS, statfs],
  [Opcode.READLINK, readlink],
  [Opcode.SYMLINK, symlink],
  [Opcode.MKNOD, mknod],
  [Opcode.MKDIR, mkdir],
  [Opcode.UNLINK, unlink],
  [Opcode.RMDIR, rmdir],
  [Opcode.RENAME, rename],
  [Opcode.RENAME2, rename2],
  [Opcode.LINK, link],
  [Opcode.OPEN, open],
  [Opcode.CREATE, create],
  [Opcode.TMPFILE, tmpfile],
  [Opcode.RELEASE, release],
  [Opcode.READ, read],
  [Opcode.WRITE, write],
  [Opcode.FSYNC, fsync],
  [Opcode.FSYNCDIR, done],
  [Opcode.SYNCFS, done],
  [Opcode.FALLOCATE, allocate],
  [Opcode.LSEEK, seek],
  [Opcode.COPY_FILE_RANGE, copyFileRange],
  [Opcode.IOCTL, ioctl],
  [Opcode.OPENDIR, opendir],
  [Opcode.READDIR, readdir],
  [Opcode.READDIRPLUS, readdirplus],
  [Opcode.RELEASEDIR, releasedir],
  [Opcode.SETXATTR, setxattr],
  [Opcode.GETXATTR, getxattr],
  [Opcode.LISTXATTR, listxattr],
  [Opcode.REMOVEXATTR, removexattr],
]);
