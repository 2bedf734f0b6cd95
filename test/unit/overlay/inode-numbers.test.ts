/** st_dev and st_ino with the layers on one file system and on two (xino=off). */
import {
  createMemoryFileSystem,
  ROOT,
  seededRandom,
  steppingClock,
  type FileSystem,
  type Inode,
} from '@layerscope/core/fs';
import { createOverlayFileSystem, type OverlayFileSystem } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';

const find = (fs: FileSystem, path: string): Inode =>
  path
    .split('/')
    .filter(Boolean)
    .reduce((dir, name) => fs.lookup(dir, name) ?? expect.fail(`no ${name} of ${path}`), fs.root);

const idOf = (fs: FileSystem, path: string): readonly [dev: number, ino: number, nlink: number] => {
  const { dev, ino, nlink } = fs.getattr(find(fs, path));
  return [dev, Number(ino), nlink];
};

const listed = (overlay: OverlayFileSystem, dir: string, name: string): number =>
  Number(overlay.readdir(find(overlay, dir)).find((entry) => entry.name === name)?.ino);

/** Two lowers and an upper: `d` in both lowers, files `f` (single), `h1`/`h2` (hard links), an upper directory `up`. */
const build = (separate: boolean) => {
  const clock = steppingClock(0n);
  const upper = createMemoryFileSystem({ clock, dev: 8 });
  const lower = separate ? createMemoryFileSystem({ clock, dev: 9 }) : upper;
  const [l0, l1] = ['l0', 'l1'].map((name) => lower.mkdir(lower.root, name, 0o755, ROOT)) as [Inode, Inode];
  const [u, w] = ['u', 'w'].map((name) => upper.mkdir(upper.root, name, 0o755, ROOT)) as [Inode, Inode];
  const d0 = lower.mkdir(l0, 'd', 0o755, ROOT);
  lower.create(d0, 'a', 0o644, ROOT);
  lower.create(lower.mkdir(l1, 'd', 0o755, ROOT), 'b', 0o644, ROOT);
  lower.mkdir(lower.mkdir(l0, 'plain', 0o755, ROOT), 'sub', 0o755, ROOT);
  lower.create(l0, 'f', 0o644, ROOT);
  lower.link(lower.create(l0, 'h1', 0o644, ROOT), l0, 'h2', ROOT);
  upper.create(upper.mkdir(u, 'up', 0o755, ROOT), 'x', 0o644, ROOT);
  const mount = (): OverlayFileSystem =>
    createOverlayFileSystem({
      lowers: [l0, l1].map((root) => ({ fs: lower, root })),
      upper: { fs: upper, root: u },
      work: { fs: upper, root: w },
      dev: 47,
      random: seededRandom(1),
      mounter: ROOT,
    });
  return { upper, lower, mount, real: (fs: FileSystem, path: string): number => Number(find(fs, path).ino) };
};

const touch = (overlay: OverlayFileSystem, path: string): void =>
  overlay.setattr(find(overlay, path), { mode: 0o600 }, ROOT);

describe('all layers on one file system', () => {
  it('shows the lower number for good, across copy-up and remount', () => {
    const { upper, mount, real } = build(false);
    const overlay = mount();
    const paths = ['d', 'd/a', 'd/b', 'plain', 'plain/sub', 'f', 'up', 'up/x'];
    const before = paths.map((path) => idOf(overlay, path).slice(0, 2));
    expect(before[0]).toEqual([47, real(upper, 'l0/d')]);
    expect(before[2]).toEqual([47, real(upper, 'l1/d/b')]);
    for (const path of paths) touch(overlay, path);
    expect(paths.map((path) => idOf(overlay, path).slice(0, 2))).toEqual(before);
    const again = mount();
    expect(paths.map((path) => idOf(again, path).slice(0, 2))).toEqual(before);
    expect(listed(again, 'd', 'a')).toBe(idOf(again, 'd/a')[1]);
  });

  it('counts one link for merged directories, and the real ones for others', () => {
    const overlay = build(false).mount();
    expect(idOf(overlay, '')[2]).toBe(1);
    expect(idOf(overlay, 'd')[2]).toBe(1);
    expect(idOf(overlay, 'plain')[2]).toBe(3);
    touch(overlay, 'plain');
    expect(idOf(overlay, 'plain')[2]).toBe(1);
    expect(idOf(overlay, 'up')[2]).toBe(2);
  });

  it('gives a broken hard link its own number', () => {
    const { upper, mount, real } = build(false);
    const overlay = mount();
    const shared = real(upper, 'l0/h1');
    expect([idOf(overlay, 'h1'), idOf(overlay, 'h2')]).toEqual([
      [47, shared, 2],
      [47, shared, 2],
    ]);
    touch(overlay, 'h1');
    expect(idOf(overlay, 'h1')).toEqual([47, real(upper, 'u/h1'), 1]);
    expect(idOf(overlay, 'h2')).toEqual([47, shared, 2]);
    expect(upper.listxattr(find(upper, 'u/h1'))).toEqual([]);
  });

  it('keeps the number of a copied-up file that moves into an upper directory, in listings too', () => {
    const { upper, mount, real } = build(false);
    const overlay = mount();
    overlay.rename(overlay.root, 'f', find(overlay, 'up'), 'g', 0, ROOT);
    expect(idOf(overlay, 'up/g')[1]).toBe(real(upper, 'l0/f'));
    expect(listed(overlay, 'up', 'g')).toBe(real(upper, 'l0/f'));
    expect(upper.listxattr(find(upper, 'u/up'))).toContain('trusted.overlay.impure');
    overlay.unlink(find(overlay, 'up'), 'g', ROOT);
    overlay.readdir(find(overlay, 'up'));
    expect(upper.listxattr(find(upper, 'u/up'))).not.toContain('trusted.overlay.impure');
  });
});

describe('upper and lower layers on different file systems', () => {
  it('shows a device for each file system, and numbers directories as they are met', () => {
    const { lower, upper, mount, real } = build(true);
    const overlay = mount();
    expect(idOf(overlay, '')).toEqual([47, 2, 1]);
    expect(idOf(overlay, 'd')).toEqual([47, 3, 1]);
    expect(idOf(overlay, 'plain')).toEqual([47, 4, 3]);
    expect(idOf(overlay, 'd/a')).toEqual([49, real(lower, 'l0/d/a'), 1]);
    expect(idOf(overlay, 'up/x')).toEqual([48, real(upper, 'u/up/x'), 1]);
    touch(overlay, 'd/a');
    expect(idOf(overlay, 'd/a')).toEqual([49, real(lower, 'l0/d/a'), 1]);
    expect(idOf(overlay, 'd')).toEqual([47, 3, 1]);
    expect(listed(overlay, 'd', 'a')).toBe(real(upper, 'u/d/a'));
    const again = mount();
    expect(idOf(again, 'd/a')).toEqual([49, real(lower, 'l0/d/a'), 1]);
  });

  it('moves a broken hard link to the device of the upper file system', () => {
    const { lower, upper, mount, real } = build(true);
    const overlay = mount();
    expect(idOf(overlay, 'h1')).toEqual([49, real(lower, 'l0/h1'), 2]);
    touch(overlay, 'h1');
    expect(idOf(overlay, 'h1')).toEqual([48, real(upper, 'u/h1'), 1]);
  });
});
