/** One mount of containerd's list as the system calls that containerd makes of it. */
import { FsError } from '@layerscope/core/fs';
import { MS_BIND, MS_RDONLY, MS_REMOUNT, parseMountOptions } from '@layerscope/core/kernel';
import type { Mount } from '@layerscope/core/kernel';
import { MOUNT_ATTR_RDONLY, mount as mountCall } from '../../linux/index.ts';
import { idMapsOf } from './id-mapping.ts';
import { MOUNT_DATA_MAX, mountLongOverlay } from './long-overlay.ts';
import { bindMapped, mountMappedOverlay } from './mapped-mounts.ts';
import { mountError } from './mount-error.ts';

/**
 * Mounts `mount` over `target`; a remount changes what is there.
 *
 * E2BIG for options longer than mount(2) takes, of a file system that has no other way; else Linux's errno.
 */
export const mountOne = (mount: Mount, target: string): void => {
  const options = parseMountOptions(mount.options);
  const { flags, propagation, data } = options;
  const explained = (source: string, type: string, callFlags: number, callData: string): void => {
    try {
      mountCall(source, target, type, callFlags, callData);
    } catch (error) {
      throw mountError(error, mount, target);
    }
  };

  const maps = idMapsOf(options);
  if (maps !== undefined) {
    if ((flags & MS_BIND) !== 0) {
      const attributes = (flags & MS_RDONLY) === 0 ? 0 : MOUNT_ATTR_RDONLY;
      try {
        bindMapped(mount.source, target, maps, attributes);
      } catch (error) {
        throw mountError(error, mount, target);
      }
      return;
    }
    mountMappedOverlay(mount, data, maps, target, (mapped) => mountNew(mount, flags, mapped, target, explained));
  } else mountNew(mount, flags, data, target, explained);

  if (propagation !== 0) explained('', '', propagation, '');
  // mount(2) binds with the flags of the source, whatever it was told.
  const readOnlyBind = MS_BIND | MS_RDONLY;
  if ((flags & readOnlyBind) === readOnlyBind && (flags & MS_REMOUNT) === 0) {
    explained('', '', flags | MS_REMOUNT, '');
  }
};

type MountCall = (source: string, type: string, flags: number, data: string) => void;

const mountNew = (mount: Mount, flags: number, data: string, target: string, call: MountCall): void => {
  const length = Buffer.byteLength(data);
  if (length <= MOUNT_DATA_MAX) call(mount.source, mount.type, flags, data);
  else if (mount.type === 'overlay') mountLongOverlay(mount, flags, data, target);
  else {
    throw new FsError(
      'E2BIG',
      `mount options is too long: ${length} bytes for ${mount.type} on ${target}, mount(2) takes ${MOUNT_DATA_MAX}`,
    );
  }
};
