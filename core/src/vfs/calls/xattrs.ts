/** Extended attributes (xattr(7)): which names a caller may see and change. */
import {
  ACL_DEFAULT,
  CAP_SETFCAP,
  CAP_SYS_ADMIN,
  FS_PROTECTION_FL,
  type Inode,
  ROOT,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_ISVTX,
  XATTR_CREATE,
  XATTR_REPLACE,
  decodeAcl,
  fail,
  hasCapability,
  isAcl,
  isLongerThan,
  MAY_READ,
  MAY_WRITE,
  requireValidAcl,
} from '../../fs/index.ts';
import type { Mounted, Place } from '../mount-table.ts';
import { isOwner, permit, requireFlagless, requireWritable } from '../permission.ts';
import type { ProcessState } from './process-state.ts';

const NAME_MAX = 255;
const VALUE_MAX = 65_536;
const CAPABILITY = 'security.capability';

export const getxattr = (process: ProcessState, place: Place, name: string): Uint8Array => {
  const { mount, inode } = place;
  requireName(name);
  if (isSystem(name)) return mount.fs.getxattr(inode, name) ?? fail('ENODATA');
  if (!name.startsWith('security.')) requireReadable(process, mount, inode, name);
  return mount.fs.getxattr(inode, name) ?? fail('ENODATA');
};

/** `trusted.*` exists only for CAP_SYS_ADMIN. */
export const listxattr = (process: ProcessState, place: Place): readonly string[] => {
  const names = place.mount.fs.listxattr(place.inode);
  if (hasCapability(process.caller, CAP_SYS_ADMIN)) return names;
  return names.filter((name) => !name.startsWith('trusted.'));
};

/** What Linux checks before it looks at the file at all: EINVAL, ERANGE, E2BIG. */
export const requireSettable = (name: string, value: Uint8Array, flags: number): void => {
  if ((flags & ~(XATTR_CREATE | XATTR_REPLACE)) !== 0) fail('EINVAL');
  requireName(name);
  if (value.length > VALUE_MAX) fail('E2BIG');
};

export const setxattr = (process: ProcessState, place: Place, name: string, value: Uint8Array, flags: number): void => {
  const { mount, inode } = place;
  requireWritable(mount);
  if (name === CAPABILITY) requireCapabilityFormat(process, value);
  if (isAcl(name)) {
    const acl = decodeAcl(value);
    if (!isAclSettable(process, place, name, acl !== undefined)) return;
    if (acl !== undefined) requireValidAcl(acl);
  } else requireChangeable(process, mount, inode, name);
  mount.fs.setxattr(inode, name, value, flags, process.caller);
};

export const removexattr = (process: ProcessState, place: Place, name: string): void => {
  const { mount, inode } = place;
  requireWritable(mount);
  if (isAcl(name)) {
    if (!isAclSettable(process, place, name, false)) return;
  } else requireChangeable(process, mount, inode, name);
  if (name === CAPABILITY && !hasCapability(process.caller, CAP_SETFCAP)) fail('EPERM');
  mount.fs.removexattr(inode, name, process.caller);
};

/** ERANGE for a name of no or more than 255 bytes. */
export const requireName = (name: string): void => {
  if (name === '' || isLongerThan(name, NAME_MAX)) fail('ERANGE');
};

/** File capabilities do not outlive a change of the file's bytes or owner, whoever makes it. */
export const removeCapabilities = (mount: Mounted, inode: Inode): void => {
  if (mount.fs.getxattr(inode, CAPABILITY) !== undefined) mount.fs.removexattr(inode, CAPABILITY, ROOT);
};

/**
 * The checks of Linux's `set_posix_acl`, before the list itself is looked at. False where there is nothing to do: only
 * directories have a default list to lose.
 */
const isAclSettable = (process: ProcessState, { mount, inode }: Place, name: string, isSet: boolean): boolean => {
  requireFlagless(mount, inode, FS_PROTECTION_FL);
  if (inode.type === S_IFLNK) fail('EOPNOTSUPP');
  if (name === ACL_DEFAULT && inode.type !== S_IFDIR) return isSet ? fail('EACCES') : false;
  if (!isOwner(mount.fs.getattr(inode), process.caller)) fail('EPERM');
  return true;
};

const isSystem = (name: string): boolean => name.startsWith('system.');

const requireReadable = (process: ProcessState, mount: Mounted, inode: Inode, name: string): void => {
  if (name.startsWith('trusted.')) {
    if (!hasCapability(process.caller, CAP_SYS_ADMIN)) fail('ENODATA');
    return;
  }
  if (name.startsWith('user.') && !carriesUserAttributes(inode)) fail('ENODATA');
  permit(mount, inode, MAY_READ, process.caller);
};

const requireChangeable = (process: ProcessState, mount: Mounted, inode: Inode, name: string): void => {
  const { caller } = process;
  requireFlagless(mount, inode, FS_PROTECTION_FL);
  if (name.startsWith('security.')) {
    if (name !== CAPABILITY && !hasCapability(caller, CAP_SYS_ADMIN)) fail('EPERM');
    return;
  }
  if (isSystem(name)) return;
  if (name.startsWith('trusted.')) {
    if (!hasCapability(caller, CAP_SYS_ADMIN)) fail('EPERM');
    return;
  }
  if (name.startsWith('user.')) {
    if (!carriesUserAttributes(inode)) fail('EPERM');
    // In /tmp anybody may write, but not hang things on the directory itself.
    if (inode.type === S_IFDIR) {
      const stat = mount.fs.getattr(inode);
      if ((stat.mode & S_ISVTX) !== 0 && !isOwner(stat, caller)) fail('EPERM');
    }
  }
  permit(mount, inode, MAY_WRITE, caller);
};

/** Links and special files have no bytes of their own whose permission could govern them. */
const carriesUserAttributes = (inode: Inode): boolean => inode.type === S_IFREG || inode.type === S_IFDIR;

const XATTR_CAPS_SIZES: { readonly [revision: number]: number } = { 0x01: 12, 0x02: 20, 0x03: 24 };

/** capabilities(7), "File capability extended attribute versioning". */
const requireCapabilityFormat = (process: ProcessState, value: Uint8Array): void => {
  if (value.length < 4 || XATTR_CAPS_SIZES[value[3] ?? 0] !== value.length) fail('EINVAL');
  if (!hasCapability(process.caller, CAP_SETFCAP)) fail('EPERM');
};
