import { resolve } from 'node:path';
import type { OverlayRequest } from './mount-options.ts';

/** Changes the flags of a mounted overlay, `ro` and `rw` first; its other options stay, as those of Linux's overlay do. */
export const remountOverlay = async ({ readOnly, flags }: OverlayRequest, mountpoint: string): Promise<void> => {
  const { flagsOf, mount, MS_RDONLY, MS_REMOUNT } = await import('../linux/index.ts');
  mount('none', resolve(mountpoint), '', MS_REMOUNT | flagsOf(flags) | (readOnly ? MS_RDONLY : 0), '');
};
