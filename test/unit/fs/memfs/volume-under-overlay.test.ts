import {
  createVolume,
  type FileSystem,
  type Inode,
  O_RDWR,
  RENAME_EXCHANGE,
  ROOT,
  S_IFCHR,
  seededRandom,
  steppingClock,
  volumeFileSystem,
} from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';

const at = (fs: FileSystem, path: string): Inode =>
  path.split('/').reduce((inode, name) => fs.lookup(inode, name) ?? expect.fail(`no ${path}`), fs.root);

const scene = () => {
  const lower = createVolume({ '/etc/motd': 'hello', '/etc/gone': 'x', '/dir/a': '1', '/dir/b': '2' });
  const disk = createVolume({ '/upper': null, '/work': null });
  const clock = steppingClock(0n);
  const lowerFs = volumeFileSystem(lower, { clock, dev: 2 });
  const diskFs = volumeFileSystem(disk, { clock, dev: 3 });
  const overlay = createOverlayFileSystem({
    lowers: [{ fs: lowerFs, root: lowerFs.root }],
    upper: { fs: diskFs, root: at(diskFs, 'upper') },
    work: { fs: diskFs, root: at(diskFs, 'work') },
    dev: 9,
    random: seededRandom(1),
    mounter: ROOT,
  });
  return { lower, disk, diskFs, overlay };
};

describe('an overlay between memfs volumes', () => {
  it('copies up what is written, and leaves the lower volume alone', () => {
    const { lower, disk, diskFs, overlay } = scene();
    const file = overlay.open(at(overlay, 'etc/motd'), O_RDWR, ROOT);
    file.write(new TextEncoder().encode('J'), 0);
    file.close();
    expect([lower.readFileSync('/etc/motd', 'utf8'), disk.readFileSync('/upper/etc/motd', 'utf8')]).toEqual([
      'hello',
      'Jello',
    ]);
    expect(diskFs.listxattr(at(diskFs, 'upper/etc'))).toContain('trusted.overlay.origin');
    expect(disk.readdirSync('/work/work')).toEqual([]);
  });

  it('removes and renames by whiteouts', () => {
    const { lower, disk, diskFs, overlay } = scene();
    overlay.unlink(at(overlay, 'etc'), 'gone', ROOT);
    overlay.rename(at(overlay, 'dir'), 'a', at(overlay, 'etc'), 'moved', 0, ROOT);
    overlay.rename(at(overlay, 'etc'), 'moved', at(overlay, 'dir'), 'b', RENAME_EXCHANGE, ROOT);
    for (const path of ['upper/etc/gone', 'upper/dir/a']) {
      expect([path, at(diskFs, path).type, diskFs.getattr(at(diskFs, path)).rdev]).toEqual([path, S_IFCHR, 0]);
    }
    expect([disk.readFileSync('/upper/dir/b', 'utf8'), disk.readFileSync('/upper/etc/moved', 'utf8')]).toEqual([
      '1',
      '2',
    ]);
    expect(
      overlay
        .readdir(at(overlay, 'etc'))
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['motd', 'moved']);
    expect(lower.readFileSync('/etc/gone', 'utf8')).toBe('x');
  });
});
