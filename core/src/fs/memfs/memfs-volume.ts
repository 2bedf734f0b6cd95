/** The one file that imports memfs. */
import { memfs } from 'memfs';
import type { Volume, VolumeTree } from './volume.ts';

/**
 * A fresh memfs volume, Node's `fs` in memory, owned by uid 0 whoever runs us.
 * `files` maps absolute paths to texts; `null` makes an empty directory.
 */
export const createVolume = (files: Readonly<Record<string, string | null>> = {}): Volume & VolumeTree => {
  const process = {
    getuid: () => 0,
    getgid: () => 0,
    cwd: () => '/',
    platform: 'linux',
    emitWarning: () => {},
    env: {},
  };
  return memfs({ ...files }, { process }).vol as unknown as Volume & VolumeTree;
};
