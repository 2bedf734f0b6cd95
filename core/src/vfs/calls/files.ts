/** Calls on open files: bytes and positions. */
import {
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_PROTECTION_FL,
  O_APPEND,
  O_NOATIME,
  S_IFDIR,
  S_IFIFO,
  S_IFREG,
  S_IFSOCK,
  fail,
} from '../../fs/index.ts';
import { modeAfterWrite, requireFlagless } from '../permission.ts';
import { resize } from './attributes.ts';
import type { Description } from './descriptors.ts';
import { type ProcessState, accessed } from './process-state.ts';
import { removeCapabilities } from './xattrs.ts';

const requireReadable = (description: Description): void => {
  if (!description.readable) fail('EBADF');
  if (description.inode.type === S_IFDIR) fail('EISDIR');
};

/** pread and pwrite look at the position before the descriptor. */
export const requirePosition = (position: number): void => {
  if (position < 0) fail('EINVAL');
};

export const read = (description: Description, into: Uint8Array): number => {
  requireReadable(description);
  const count = readAt(description, into, description.position);
  description.changing();
  description.position += count;
  return count;
};

export const pread = (description: Description, into: Uint8Array, position: number): number => {
  requireReadable(description);
  return readAt(description, into, position);
};

const readAt = (description: Description, into: Uint8Array, position: number): number => {
  const { file, device } = description;
  if (file === undefined) return device?.read(into) ?? fail('EINVAL');
  if (into.length === 0) return 0;
  const count = file.read(into, position);
  if ((description.flags & O_NOATIME) === 0) accessed(description.mount, description.inode);
  return count;
};

export const write = (process: ProcessState, description: Description, from: Uint8Array): number => {
  if (!description.writable) fail('EBADF');
  // An empty write does not even move to the end.
  if ((description.flags & O_APPEND) !== 0 && from.length > 0) seekToEnd(description);
  const count = writeAt(process, description, from, description.position);
  description.changing();
  description.position += count;
  return count;
};

/** With O_APPEND Linux's pwrite appends, wherever it is told to write (pwrite(2), BUGS). */
export const pwrite = (process: ProcessState, description: Description, from: Uint8Array, position: number): number => {
  if (!description.writable) fail('EBADF');
  const append = (description.flags & O_APPEND) !== 0;
  return writeAt(process, description, from, append ? sizeOf(description) : position);
};

const sizeOf = ({ mount, inode }: Description): number => mount.fs.getattr(inode).size;

const seekToEnd = (description: Description): void => {
  description.changing();
  if (description.file !== undefined) description.position = sizeOf(description);
};

const writeAt = (process: ProcessState, description: Description, from: Uint8Array, position: number): number => {
  const { file, device } = description;
  if (file === undefined) return device?.write(from) ?? fail('EINVAL');
  if (from.length === 0) return 0;
  if (position + from.length > Number.MAX_SAFE_INTEGER) fail('EFBIG');
  dropPrivileges(process, description);
  return file.write(from, position);
};

/** Whoever changes bytes takes away what setuid, setgid and file capabilities vouched for. */
const dropPrivileges = (process: ProcessState, { mount, inode }: Description): void => {
  removeCapabilities(mount, inode);
  const { caller } = process;
  if (caller.capabilities === -1) return;
  const stat = mount.fs.getattr(inode);
  const mode = modeAfterWrite(stat, caller);
  if (mode !== stat.mode) mount.fs.setattr(inode, { mode }, caller);
};

export type Whence = 'set' | 'cur' | 'end' | 'data' | 'hole';

export const lseek = (description: Description, offset: number, whence: Whence): number => {
  const { file, inode, device } = description;
  if (device !== undefined) return 0;
  if (inode.type === S_IFIFO || inode.type === S_IFSOCK) fail('ESPIPE');
  let position = offset;
  if (whence === 'cur') position = description.position + offset;
  else if (whence === 'end') position = endOf(description) + offset;
  else if (whence !== 'set') position = seekStored(description, offset, whence);
  if (position < 0 || !Number.isSafeInteger(position)) fail('EINVAL');
  // Back at the start a directory is listed anew.
  description.changing();
  if (file === undefined && position === 0) description.listing = undefined;
  description.position = position;
  return position;
};

const endOf = (description: Description): number =>
  description.inode.type === S_IFDIR ? fail('EINVAL') : sizeOf(description);

const seekStored = ({ file }: Description, offset: number, whence: 'data' | 'hole'): number => {
  if (file === undefined) return fail('EINVAL');
  if (offset < 0) return fail('ENXIO');
  return file.seek(offset, whence);
};

export const ftruncate = (process: ProcessState, description: Description, size: number): void => {
  if (description.inode.type !== S_IFREG || !description.writable) fail('EINVAL');
  requireFlagless(description.mount, description.inode, FS_APPEND_FL);
  resize(process, description, size, { mtime: 'now' });
};

const KEEP_SIZE = 1;
const PUNCH_HOLE = 2;

export const fallocate = (
  process: ProcessState,
  description: Description,
  mode: number,
  offset: number,
  length: number,
): void => {
  if (!(offset >= 0) || !(length > 0)) fail('EINVAL');
  if ((mode & ~(KEEP_SIZE | PUNCH_HOLE)) !== 0 || mode === PUNCH_HOLE) fail('EOPNOTSUPP');
  if (!description.writable) fail('EBADF');
  const { file, inode, mount } = description;
  // A file that only grows may get room, but nothing may be punched out of it.
  requireFlagless(mount, inode, (mode & ~KEEP_SIZE) === 0 ? FS_IMMUTABLE_FL : FS_PROTECTION_FL);
  if (inode.type === S_IFIFO) fail('ESPIPE');
  if (inode.type === S_IFDIR) fail('EISDIR');
  if (file === undefined) return fail('ENODEV');
  if (offset + length > Number.MAX_SAFE_INTEGER) fail('EFBIG');
  dropPrivileges(process, description);
  return file.allocate(mode, offset, length);
};

export const fsync = (description: Description): void => description.file?.sync();
