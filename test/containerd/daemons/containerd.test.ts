import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { startContainerd } from './containerd.ts';

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe.skipIf(!requires('root', 'containerd', 'ctr', 'overlay-mount'))('a containerd of our own', () => {
  it('answers, has both snapshotters, and leaves nothing behind', async () => {
    const containerd = await startContainerd();
    try {
      expect(containerd.ctr(['version'])).toContain('Server:');
      const plugins = containerd.ctr(['plugins', 'ls']);
      for (const name of ['overlayfs', 'native']) expect(plugins).toMatch(new RegExp(`${name}\\s.*\\bok\\b`));
      // A mount that a test forgot is the fixture's to remove.
      containerd.ctr(['snapshots', 'prepare', 'forgotten']);
      expect(alive(containerd.pid)).toBe(true);
    } finally {
      await containerd.stop();
    }
    await containerd.stop();
    expect(alive(containerd.pid)).toBe(false);
    expect(existsSync(containerd.folder)).toBe(false);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(containerd.folder);
  });

  it('says why it does not start', async () => {
    await expect(startContainerd({ configuration: 'nonsense =' })).rejects.toThrow('containerd ended at once');
  });
});
