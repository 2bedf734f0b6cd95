/**
 * An overlay whose options do not fit the page that mount(2) reads. mount(2) cuts what is too long without a word and
 * may still succeed, with fewer layers and without the upper one (measured with 100 lowers of containerd's length), so
 * it must never see such a string.
 *
 * Linux 6.7 takes the layers one by one (fsconfig(2), `lowerdir+`). Before that the paths are shortened: relative to
 * the directory they have in common, which must then be the working directory during the call, as containerd does.
 */
import { closeSync } from 'node:fs';
import { FsError, O_DIRECTORY, O_PATH, O_RDONLY } from '@layerscope/core/fs';
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
import { commonDirectory, parseOverlayData, withLowerdirs } from './overlay-data.ts';

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

/** How an overlay with long options is mounted; `shortened` for kernels before 6.7. */
export type LongOverlayWay = 'layer-by-layer' | 'shortened';

let knownWay: LongOverlayWay | undefined;

/** What this kernel can do, asked once. */
export const longOverlayWay = (): LongOverlayWay => (knownWay ??= takesSingleLayers() ? 'layer-by-layer' : 'shortened');

const takesSingleLayers = (): boolean => {
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

/** Mounts an overlay with options of any length, up to the kernel's 500 lower directories. */
export const mountLongOverlay = (
  mount: Mount,
  flags: number,
  data: string,
  target: string,
  way: LongOverlayWay = longOverlayWay(),
): void => (way === 'layer-by-layer' ? mountByLayers : mountShortened)(mount, flags, data, target);

const mountByLayers = (mount: Mount, flags: number, data: string, target: string): void => {
  const { lowerdirs, others } = parseOverlayData(data);
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

/** One thread does this from beginning to end, so nobody meets the other working directory but threads that use it. */
const mountShortened = (mount: Mount, flags: number, data: string, target: string): void => {
  const { lowerdirs, others } = parseOverlayData(data);
  const common = commonDirectory(lowerdirs);
  const short = withLowerdirs(
    others,
    lowerdirs.map((path) => path.slice(common === '/' ? 1 : common.length + 1)),
  );
  const length = cString(short).length - 1;
  if (length > MOUNT_DATA_MAX) {
    throw new FsError(
      'E2BIG',
      `mount options is too long: ${lowerdirs.length} layers take ${length} bytes, mount(2) ${MOUNT_DATA_MAX}. ` +
        'Linux 6.7 or later, or a shorter path of the snapshotter root, would do',
    );
  }
  const before = call('open', AT_FDCWD, cString('.'), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  try {
    call('chdir', cString(common));
    mountCall(mount.source, target, mount.type, flags, short);
  } catch (error) {
    throw mountError(error, mount, target);
  } finally {
    call('fchdir', before);
    closeSync(before);
  }
};
