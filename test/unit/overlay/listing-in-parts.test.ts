/** A listing that is read in parts while the directory changes, as Linux 6.18 gave it. */
import { O_CREAT, O_RDONLY, O_WRONLY } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { put } from './layer-entries.ts';
import { SimulatedMount } from './simulated-mount.ts';

describe('a listing that is read in parts while the directory changes', () => {
  it.each([
    ['a lower directory', false],
    ['a merged directory', true],
  ])('%s shows what was there at first', (_what, isCopiedUp) => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { d: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, ''])) });
    mount.mount();
    const { root } = mount;
    root.chdir('/m');
    if (isCopiedUp) root.chmod('d', 0o700);
    const fd = root.open('d', O_RDONLY);
    const names = root.getdents(fd, 10).map(({ name }) => name);
    root.close(root.open('d/zzz', O_WRONLY | O_CREAT, 0o644));
    root.unlink('d/f150');
    for (let rows = root.getdents(fd, 50); rows.length > 0; rows = root.getdents(fd, 50)) {
      names.push(...rows.map(({ name }) => name));
    }
    expect([names.length, names.includes('zzz'), names.includes('f150')]).toEqual([202, false, true]);
  });
});
