/** Where overlays can be mounted, asked of the kernel that runs here. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusedOverlay } from '../../../../host-adapter/src/kernel/index.ts';
import { mount, unmount } from '../../../../host-adapter/src/linux/index.ts';
import { requires } from '../../../requirements.ts';

describe.skipIf(!requires('root', 'linux', 'overlay-mount'))('an overlay on trial', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync('/dev/shm/layerscope-trial-')));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('can be mounted, and nothing is left of it', () => {
    expect(refusedOverlay(folder, [])).toBeUndefined();
    expect(refusedOverlay(folder, ['volatile'])).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has no options that the kernel does not know', () => {
    expect(refusedOverlay(folder, ['nonsense'])?.code).toBe('EINVAL');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has no upper layer on an overlay', () => {
    const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => join(folder, name));
    for (const path of [lower, upper, work, merged]) mkdirSync(path!);
    mount('overlay', merged!, 'overlay', 0, `lowerdir=${lower},upperdir=${upper},workdir=${work}`);
    try {
      expect(refusedOverlay(merged!, [])?.code).toBe('EINVAL');
    } finally {
      unmount(merged!);
    }
  });
});
