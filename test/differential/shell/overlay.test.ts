/** Scripts in a container's merged view: the same output, tree and upper layer as on the kernel's overlayfs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { runRealOverlay, runSimulatedOverlay } from './overlay-sides.ts';
import { LOWER, overlay } from './scripts/overlay.ts';

const ready = requires('linux', 'root', 'dash', 'getfattr', 'setfattr', 'overlay-mount', 'trusted-xattrs');

describe.skipIf(!ready)('the shell in a merged view against dash on the mounted overlay', () => {
  let base = '';
  beforeAll(() => {
    base = mkdtempSync('/dev/shm/layerscope-shell-');
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it.each(Object.entries(overlay))('%s', async (_name, script) => {
    expect(await runSimulatedOverlay(LOWER, script)).toEqual(runRealOverlay(LOWER, script, base));
  });
});
