/** chattr(1)'s flags in memory, as tmpfs keeps them. */
import {
  createMemoryFileSystem,
  FS_IMMUTABLE_FL,
  FS_NOATIME_FL,
  FS_NODUMP_FL,
  ROOT,
  steppingClock,
} from '@layerscope/core/fs';
import { expect, it } from 'vitest';

const make = () => createMemoryFileSystem({ clock: steppingClock(1_000_000_000n) });

it('are handed on to what is made in a directory, but for those that protect', () => {
  const fs = make();
  const dir = fs.mkdir(fs.root, 'd', 0o755, ROOT);
  const all = FS_NODUMP_FL | FS_NOATIME_FL | FS_IMMUTABLE_FL;
  fs.setFlags?.(dir, all, ROOT);
  expect(fs.getFlags?.(dir)).toBe(all);
  expect(fs.getFlags?.(fs.create(dir, 'f', 0o644, ROOT))).toBe(FS_NODUMP_FL | FS_NOATIME_FL);
  expect(fs.getFlags?.(fs.mkdir(dir, 'sub', 0o755, ROOT))).toBe(FS_NODUMP_FL | FS_NOATIME_FL);
});

it('stamp ctime, and noatime keeps atime', () => {
  const fs = make();
  const inode = fs.create(fs.root, 'f', 0o644, ROOT);
  const before = fs.getattr(inode);
  fs.setFlags?.(inode, FS_NOATIME_FL, ROOT);
  fs.accessed?.(inode);
  const after = fs.getattr(inode);
  expect([after.atime, after.mtime]).toEqual([before.atime, before.mtime]);
  expect(after.ctime).toBeGreaterThan(before.ctime);
});
