/** What containerd's overlayfs plugin finds out before it works on a root. */
import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { FsError } from '@layerscope/core/fs';
import { OPEN_TREE_CLONE, createLinuxSystemCalls, mapOwners, openTree } from '../linux/index.ts';
import { entries, withDirectory } from './disk/directory.ts';

const TMPFS_MAGIC = 0x01021994;

export interface OverlayFaculties {
  /** Listings tell the types of entries, without which overlayfs shows whiteouts as files. */
  readonly dType: boolean;
  /** Overlays here want the option `userxattr`: in a user namespace `trusted.*` attributes cannot be written. */
  readonly needsUserxattr: boolean;
  /** Overlays can have id-mapped lower layers here (`uidmap=`, `gidmap=`). */
  readonly idMappedLayers: boolean;
}

/** A root without d_type, in containerd's words. */
export class NoDirectoryTypesError extends Error {
  readonly code = 'NO_D_TYPE';
  readonly advice =
    'Pass --root a directory on another file system, or serve --snapshotter native, which mounts no overlay.';

  constructor(root: string) {
    super(
      `${root} does not support d_type. If the backing filesystem is xfs, please reformat with ftype=1 to enable d_type support`,
    );
    this.name = 'NoDirectoryTypesError';
  }
}

/** `6.18.44-…` as [6, 18]. */
const kernelVersion = (): readonly [major: number, minor: number] => {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return [major, minor];
};

const isAtLeast = (wantedMajor: number, wantedMinor: number): boolean => {
  const [major, minor] = kernelVersion();
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
};

const inUserNamespace = (): boolean => !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));

/** Whether the file system of an existing, writable directory, and the kernel, can do what overlays may ask of them. */
export const probeOverlay = (root: string): OverlayFaculties => {
  const calls = createLinuxSystemCalls();
  const scratch = mkdtempSync(join(root, 'probe-'));
  try {
    mkdirSync(join(scratch, 'entry'));
    const types = withDirectory(calls, scratch, (fd) => entries(calls, fd).map(({ type }) => type));
    return {
      dType: types.every((type) => type !== 0),
      needsUserxattr: inUserNamespace() && calls.statfs(root).type !== TMPFS_MAGIC && isAtLeast(5, 11),
      idMappedLayers: isAtLeast(5, 19) && takesOwnerMaps(scratch),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

const takesOwnerMaps = (directory: string): boolean => {
  try {
    const clone = openTree(directory, OPEN_TREE_CLONE);
    try {
      mapOwners(clone, '0 100000 65536\n', '0 100000 65536\n');
      return true;
    } finally {
      closeSync(clone);
    }
  } catch (error) {
    // EINVAL: not this file system; EPERM: not this user; ENOSYS: not this kernel.
    if (error instanceof FsError || (error as NodeJS.ErrnoException).code !== undefined) return false;
    throw error;
  }
};

/** Throws `NoDirectoryTypesError` for a root that overlayfs cannot work on. */
export const requireOverlayRoot = (root: string): OverlayFaculties => {
  const faculties = probeOverlay(root);
  if (!faculties.dType) throw new NoDirectoryTypesError(root);
  return faculties;
};
