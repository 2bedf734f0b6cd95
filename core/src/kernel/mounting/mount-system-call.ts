/** One mount of containerd's list, carried out as containerd and then mount(2) would. */
import { ROOT, createMemoryFileSystem, fail } from '../../fs/index.ts';
import { type MountFlags, type Mounted, type Place, Superblock } from '../../vfs/index.ts';
import type { Mount } from '../kernel.ts';
import type { Machine } from '../machine.ts';
import { type IdMaps, createIdMappedFileSystem } from './id-mapped-file-system.ts';
import {
  MS_BIND,
  MS_NOATIME,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  parseMountOptions,
} from './mount-options.ts';
import { mountSubvolume } from '../btrfs/btrfs-mount.ts';
import { mountOverlay } from './overlay-mount.ts';
import { parseTmpfsOptions } from './tmpfs-options.ts';

/**
 * Mounts `mount` over `at`; `target` names the mount in events. Answers the new mount, `undefined` for a remount.
 *
 * ENODEV for a file system type this machine does not have, ENOENT for a missing source or layer, ENOTDIR when a
 * directory meets a file, EINVAL for options (the log says which).
 */
export const mountOne = (machine: Machine, mount: Mount, at: Place, target: string): Mounted | undefined => {
  const { flags, data, uidmap, gidmap } = parseMountOptions(mount.options);
  const maps = uidmap === undefined && gidmap === undefined ? undefined : { uidmap, gidmap };
  const { namespace } = machine;
  if ((flags & MS_REMOUNT) !== 0) {
    remount(at, flags);
    return undefined;
  }
  if ((flags & MS_BIND) !== 0) {
    const source = machine.process.place(mount.source);
    const mounted =
      maps === undefined ? namespace.bind(source, at, (flags & MS_REC) !== 0) : bindMapped(machine, source, at, maps);
    // mount(2) binds with the flags of the source; containerd makes it read-only with a second call.
    if ((flags & MS_RDONLY) !== 0) setFlags(mounted, flags);
    return mounted;
  }
  if (mount.type === 'btrfs') {
    const { superblock, root } = mountSubvolume(machine, mount.source, data, (flags & MS_RDONLY) !== 0);
    return namespace.mount(superblock, at, mountFlags(flags), root);
  }
  return namespace.mount(newSuperblock(machine, mount, flags, data, target, maps), at, mountFlags(flags));
};

const mountFlags = (flags: number): MountFlags => ({
  readOnly: (flags & MS_RDONLY) !== 0,
  noSuid: (flags & MS_NOSUID) !== 0,
  noDev: (flags & MS_NODEV) !== 0,
  noExec: (flags & MS_NOEXEC) !== 0,
  noAtime: (flags & MS_NOATIME) !== 0,
});

const setFlags = (mounted: Mounted, flags: number): void => {
  mounted.changing();
  mounted.flags = mountFlags(flags);
};

/** With `bind` the flags of this mount change, without it the whole file system's read-only state as well. */
const remount = ({ mount, inode }: Place, flags: number): void => {
  if (inode !== mount.root) fail('EINVAL');
  mount.changing();
  if ((flags & MS_BIND) === 0) mount.superblock.setReadOnly((flags & MS_RDONLY) !== 0);
  setFlags(mount, flags);
};

/** Linux maps one mount, not what is mounted below it, so the bind is not recursive. */
const bindMapped = (machine: Machine, { mount, inode }: Place, at: Place, maps: IdMaps): Mounted => {
  const { source, options, readOnly, stackDepth } = mount.superblock;
  const fs = createIdMappedFileSystem(mount.fs, maps);
  const superblock = new Superblock({ fs, source, options, readOnly, stackDepth });
  return machine.namespace.mount(superblock, at, mount.flags, inode);
};

const newSuperblock = (
  machine: Machine,
  mount: Mount,
  flags: number,
  data: string,
  target: string,
  maps: IdMaps | undefined,
): Superblock => {
  const readOnly = (flags & MS_RDONLY) !== 0;
  if (mount.type === 'overlay') return mountOverlay(machine, { source: mount.source, data, readOnly, target, maps });
  if (mount.type === 'tmpfs') return newTmpfs(machine, mount.source, data, readOnly);
  machine.log.write(`VFS: unknown file system type '${mount.type}'`);
  return fail('ENODEV', `file system type '${mount.type}'`);
};

const newTmpfs = (machine: Machine, source: string, data: string, readOnly: boolean): Superblock => {
  const options = parseTmpfsOptions(data, machine.log);
  const fs = createMemoryFileSystem({
    clock: machine.clock,
    dev: machine.newDevice(),
    rootMode: options.mode,
    ...(machine.recorder === undefined ? {} : { recorder: machine.recorder }),
    ...(options.size === undefined ? {} : { capacity: options.size }),
    ...(options.inodes === undefined ? {} : { inodes: options.inodes }),
  });
  if (options.uid !== 0 || options.gid !== 0) fs.setattr(fs.root, { uid: options.uid, gid: options.gid }, ROOT);
  return new Superblock({ fs, source, options: options.shown, readOnly });
};
