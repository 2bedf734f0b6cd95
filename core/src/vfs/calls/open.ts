/** open(2) and what it makes: descriptions of files, directories, devices, and O_PATH places. */
import {
  FS_APPEND_FL,
  type Inode,
  O_ACCMODE,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  PERMISSION_BITS,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
  S_ISVTX,
  fail,
  MAY_READ,
  MAY_WRITE,
} from '../../fs/index.ts';
import { isOwner, modeAfterWrite, permit, requireCreatable, requireFlagless, requireWritable } from '../permission.ts';
import type { Mounted } from '../mount-table.ts';
import type { ParsedPath } from '../parsed-path.ts';
import type { Fd } from '../system-calls.ts';
import type { Walk } from '../walk.ts';
import { Description } from './descriptors.ts';
import { openDevice } from '../devices.ts';
import { keepNameless } from './names.ts';
import { type ProcessState, requireLive, resolve, setOff } from './process-state.ts';
import { removeCapabilities } from './xattrs.ts';

/** The bit of O_TMPFILE that is not O_DIRECTORY. */
const TMPFILE_BIT = O_TMPFILE & ~O_DIRECTORY;

export const open = (process: ProcessState, path: string, flags: number, mode: number, at?: Fd): Fd => {
  const wanted = accessOf(flags);
  if ((flags & O_PATH) !== 0) return openPlace(process, path, flags, at);
  if ((flags & O_CREAT) !== 0 && (flags & O_DIRECTORY) !== 0) fail('EINVAL');
  const temporary = (flags & TMPFILE_BIT) !== 0;
  if (temporary && ((flags & O_DIRECTORY) === 0 || (wanted & MAY_WRITE) === 0)) fail('EINVAL');
  const parsed = setOff(process, path, at);
  process.descriptors.requireRoom();
  if (temporary) return openTemporary(process, parsed, flags, mode);

  const { walk } = process;
  const created = (flags & O_CREAT) === 0 ? undefined : findOrCreate(process, parsed, flags, mode);
  if (created !== undefined) {
    // The new file is opened whatever its mode says: open(…, O_CREAT | O_RDWR, 0) works.
    const file = walk.mount.fs.open(created, flags & ~(O_TRUNC | O_CREAT | O_EXCL), process.caller);
    return process.descriptors.add(
      new Description({ mount: walk.mount, inode: created }, flags, process.credentials, file),
    );
  }
  if ((flags & O_CREAT) === 0) walk.toEnd(parsed, (flags & O_NOFOLLOW) === 0);
  return openExisting(process, walk, flags, wanted);
};

/** What the access mode asks of the file; 3 (used by some device tools) asks for both and gives neither. */
const accessOf = (flags: number): number => {
  const access = flags & O_ACCMODE;
  const read = access === O_WRONLY ? 0 : MAY_READ;
  const write = access === O_RDONLY && (flags & O_TRUNC) === 0 ? 0 : MAY_WRITE;
  return read | write;
};

const openPlace = (process: ProcessState, path: string, flags: number, at: Fd | undefined): Fd => {
  process.descriptors.requireRoom();
  const walk = resolve(process, path, (flags & O_NOFOLLOW) === 0, at);
  if ((flags & O_DIRECTORY) !== 0 && walk.inode.type !== S_IFDIR) fail('ENOTDIR');
  return process.descriptors.add(new Description(walk, O_PATH, process.credentials));
};

/**
 * The O_CREAT half: walks to the last component, through links in it, and makes the file when there is none.
 * Answers the new file, or `undefined` with the walk standing on what was found.
 */
const findOrCreate = (process: ProcessState, path: ParsedPath, flags: number, mode: number): Inode | undefined => {
  const { walk, caller } = process;
  const exclusive = (flags & O_EXCL) !== 0;
  const follow = !exclusive && (flags & O_NOFOLLOW) === 0;
  for (let rest = path; ;) {
    walk.toLast(rest);
    if (walk.last !== 'name') {
      if (exclusive) fail('EEXIST');
      fail('EISDIR');
    }
    if (walk.slash) fail('EISDIR');
    const { mount, inode: dir, name } = walk;
    requireLive(walk);
    const found = mount.fs.lookup(dir, name);
    if (found === undefined) {
      requireWritable(mount);
      requireCreatable(mount, dir, caller);
      return mount.fs.create(dir, name, mode & PERMISSION_BITS, caller);
    }
    if (found.type !== S_IFLNK || !follow) {
      walk.enter(found);
      if (exclusive) fail('EEXIST');
      if (walk.inode.type === S_IFDIR) fail('EISDIR');
      requireOwnInSticky(process, mount, dir, walk.inode);
      return undefined;
    }
    rest = walk.followLast(found);
  }
};

/** O_CREAT means "mine" in a sticky directory: what somebody else put there first is not opened by it. */
const requireOwnInSticky = (process: ProcessState, mount: Mounted, dir: Inode, found: Inode): void => {
  const { mode, uid } = mount.fs.getattr(dir);
  if ((mode & S_ISVTX) === 0) return;
  const { regular, fifos } = process.protections;
  // There is no switch for devices and sockets: they are always protected.
  const protection = found.type === S_IFREG ? regular : found.type === S_IFIFO ? fifos : 1;
  if (protection === 0) return;
  const owner = mount.fs.getattr(found).uid;
  if (owner === uid || owner === process.caller.uid) return;
  if ((mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && protection >= 2)) fail('EACCES');
};

const openTemporary = (process: ProcessState, path: ParsedPath, flags: number, mode: number): Fd => {
  const { walk, caller } = process;
  walk.toEnd(path, true);
  const { mount, inode: dir } = walk;
  if (dir.type !== S_IFDIR) fail('ENOTDIR');
  requireWritable(mount);
  requireCreatable(mount, dir, caller);
  const inode = mount.fs.tmpfile(dir, mode & PERMISSION_BITS, caller);
  if ((flags & O_EXCL) !== 0) keepNameless(inode);
  const file = mount.fs.open(inode, flags & O_ACCMODE, caller);
  return process.descriptors.add(new Description({ mount, inode }, flags, process.credentials, file));
};

const openExisting = (process: ProcessState, walk: Walk, flags: number, wanted: number): Fd => {
  const { mount, inode } = walk;
  const { caller } = process;
  const { type } = inode;
  const { fs } = mount;
  if ((flags & O_DIRECTORY) !== 0 && type !== S_IFDIR) fail('ENOTDIR');
  const truncates = (flags & O_TRUNC) !== 0 && type === S_IFREG;
  if (truncates) requireWritable(mount);
  if (type === S_IFLNK) fail('ELOOP');
  if (type === S_IFDIR && (wanted & MAY_WRITE) !== 0) fail('EISDIR');
  if ((type === S_IFCHR || type === S_IFBLK) && mount.flags.noDev === true) fail('EACCES');
  permit(mount, inode, wanted, caller);
  const grows = (flags & O_ACCMODE) === O_RDONLY || (flags & O_APPEND) !== 0;
  if (!grows || (flags & O_TRUNC) !== 0) requireFlagless(mount, inode, FS_APPEND_FL);
  if ((flags & O_NOATIME) !== 0 && !isOwner(fs.getattr(inode), caller)) fail('EPERM');
  if (type === S_IFDIR) return process.descriptors.add(new Description(walk, flags, process.credentials));
  if (type !== S_IFREG) {
    const device = openDevice(process.devices, type, fs.getattr(inode).rdev);
    return process.descriptors.add(new Description(walk, flags, process.credentials, undefined, device));
  }
  if ((flags & O_ACCMODE) !== O_RDONLY) requireWritable(mount);
  const file = fs.open(inode, flags & ~(O_CREAT | O_EXCL), caller);
  if (truncates) {
    removeCapabilities(mount, inode);
    const stat = fs.getattr(inode);
    const left = modeAfterWrite(stat, caller);
    if (left !== stat.mode) fs.setattr(inode, { mode: left }, caller);
  }
  return process.descriptors.add(new Description(walk, flags, process.credentials, file));
};
