/**
 * An overlay whose options do not fit the page that mount(2) reads. mount(2) cuts what is too long without a word and
 * may still succeed, with fewer layers and without the upper one (measured with 100 lowers of containerd's length), so
 * it must never see such a string.
 *
 * The paths are shortened first, as containerd does: relative to the directory they have in common, which is the working
 * directory during the call. That is the fastest way (measured: half the time of the other at 50 layers), and 500 layers
 * of one root fit. What still does not fit is given layer by layer (fsconfig(2), `lowerdir+`), which Linux 6.7 can.
 */
import { closeSync } from 'node:fs';
import { FsError, O_DIRECTORY, O_PATH } from '@layerscope/core/fs';
import { MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from '@layerscope/core/kernel';
import type { Mount, Parameter } from '@layerscope/core/kernel';
import {
  AT_FDCWD,
  O_CLOEXEC,
  call,
  cString,
  fscreate,
  fsconfig,
  fsmount,
  fsMessages,
  fsopen,
  mount as mountCall,
  moveMount,
} from '../../linux/index.ts';
import { mountError } from './mount-error.ts';
import { type OverlayData, type ShortenedData, parseOverlayData, shortenLowerdirs } from './overlay-data.ts';

/** What mount(2) takes of its data: a page with the terminating zero. */
export const MOUNT_DATA_MAX = 4095;

/** fsconfig(2) takes strings of 255 bytes. */
const VALUE_MAX = 255;

const ATTRIBUTES: readonly (readonly [flag: number, attribute: number])[] = [
  [MS_RDONLY, 0x01],
  [MS_NOSUID, 0x02],
  [MS_NODEV, 0x04],
  [MS_NOEXEC, 0x08],
  [MS_NOATIME, 0x10],
  [MS_NODIRATIME, 0x80],
];

/** How an overlay with long options is mounted; by default whichever is possible, the faster one first. */
export type LongOverlayWay = 'shortened' | 'layer-by-layer';

/** Mounts an overlay with options of any length, up to the kernel's 500 lower directories. E2BIG where it cannot. */
export const mountLongOverlay = (
  mount: Mount,
  flags: number,
  data: string,
  target: string,
  way?: LongOverlayWay,
): void => {
  const wanted: MountCall = { mount, flags, target };
  const short = way === 'layer-by-layer' ? undefined : shortenLowerdirs(data);
  const length = Buffer.byteLength(short?.data ?? data);
  if (short !== undefined && length <= MOUNT_DATA_MAX) mountShortened(wanted, short);
  else if (way !== 'shortened' && takesSingleLayers()) mountByLayers(wanted, parseOverlayData(data));
  else {
    const { lowerdirs } = parseOverlayData(data);
    throw new FsError(
      'E2BIG',
      `mount options is too long: ${lowerdirs.length} layers take ${length} bytes, mount(2) ${MOUNT_DATA_MAX}. ` +
        'Linux 6.7 or later, or a shorter path of the snapshotter root, would do',
    );
  }
};

interface MountCall {
  readonly mount: Mount;
  readonly flags: number;
  readonly target: string;
}

let takes: boolean | undefined;

/** Asked once. */
const takesSingleLayers = (): boolean => (takes ??= probeSingleLayers());

const probeSingleLayers = (): boolean => {
  try {
    const context = fsopen('overlay');
    try {
      fsconfig(context, 'lowerdir+', '/');
      return true;
    } finally {
      closeSync(context);
    }
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
};

const mountByLayers = ({ mount, flags, target }: MountCall, { lowerdirs, others }: OverlayData): void => {
  const context = fsopen('overlay');
  try {
    fsconfig(context, 'source', mount.source);
    for (const path of lowerdirs) setPath(context, 'lowerdir+', path);
    for (const option of others) set(context, option);
    if ((flags & MS_RDONLY) !== 0) fsconfig(context, 'ro', true);
    fscreate(context);
    const attributes = ATTRIBUTES.reduce((sum, [flag, attribute]) => sum | ((flags & flag) === 0 ? 0 : attribute), 0);
    const made = fsmount(context, attributes);
    try {
      moveMount(made, target);
    } finally {
      closeSync(made);
    }
  } catch (error) {
    throw mountError(error, mount, target, fsMessages(context));
  } finally {
    closeSync(context);
  }
};

const set = (context: number, { key, value }: Parameter): void => {
  if (value === undefined) fsconfig(context, key, true);
  else if (key === 'upperdir' || key === 'workdir') setPath(context, key, value);
  else fsconfig(context, key, value);
};

/** A path too long for a string goes as an open directory, which overlayfs takes since Linux 6.13. */
const setPath = (context: number, key: string, path: string): void => {
  const bytes = cString(path);
  if (bytes.length - 1 <= VALUE_MAX) {
    fsconfig(context, key, path);
    return;
  }
  const directory = call('open', AT_FDCWD, bytes, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  try {
    fsconfig(context, key, directory);
  } finally {
    closeSync(directory);
  }
};

/**
 * Nothing else runs on this thread before the working directory is back; what other threads do with relative paths
 * meanwhile would go astray, and nothing here uses any.
 */
const mountShortened = ({ mount, flags, target }: MountCall, { directory, data }: ShortenedData): void => {
  const before = call('open', AT_FDCWD, cString('.'), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  try {
    call('chdir', cString(directory));
    mountCall(mount.source, target, mount.type, flags, data);
  } catch (error) {
    throw mountError(error, mount, target);
  } finally {
    call('fchdir', before);
    closeSync(before);
  }
};
