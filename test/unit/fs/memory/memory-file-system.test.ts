import { bytesOf, contentOf, createMemoryFileSystem, O_RDWR, ROOT, steppingClock } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { fileSystemLaws } from '../file-system-laws.ts';

describe('the file system in memory', () => {
  fileSystemLaws((options) => createMemoryFileSystem({ clock: steppingClock(0n), ...options }), {
    sparse: true,
    shares: true,
  });

  it('sizes a directory as tmpfs does', () => {
    const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
    expect(fs.getattr(fs.root)).toMatchObject({ size: 40, blocks: 0, blksize: 4096, mode: 0o040755, nlink: 2 });
    fs.create(fs.root, 'f', 0o644, ROOT);
    expect(fs.getattr(fs.root).size).toBe(60);
  });

  it('answers with the options it was given', () => {
    const fs = createMemoryFileSystem({ clock: steppingClock(7n), dev: 42, type: 'ramfs', rootMode: 0o1777 });
    expect([fs.type, fs.dev, fs.getattr(fs.root).dev]).toEqual(['ramfs', 42, 42]);
    expect(fs.getattr(fs.root)).toMatchObject({ mode: 0o041777, btime: 1007n });
  });

  it('keeps a hole of a terabyte in no space', () => {
    const fs = createMemoryFileSystem({ clock: steppingClock(0n), capacity: 8192 });
    const file = fs.create(fs.root, 'f', 0o644, ROOT);
    fs.setattr(file, { size: 2 ** 40 }, ROOT);
    const open = fs.open(file, O_RDWR, ROOT);
    open.write(new Uint8Array([7]), 2 ** 39);
    expect(fs.getattr(file)).toMatchObject({ size: 2 ** 40, blocks: 8 });
    expect(open.seek(0, 'data')).toBe(2 ** 39);
    open.close();
  });

  it('splits a shared content at the page that is written', () => {
    const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
    const blob = new Uint8Array(1 << 20).fill(1);
    const content = contentOf(blob);
    const file = fs.create(fs.root, 'f', 0o644, ROOT);
    fs.setContent?.(file, content, ROOT);
    expect(fs.content?.(file)).toBe(content);
    const open = fs.open(file, O_RDWR, ROOT);
    open.write(new Uint8Array([2]), 500_000);
    open.close();
    const parts = [...(fs.content?.(file).extents() ?? [])];
    expect(parts.map(({ bytes }) => bytes.buffer === blob.buffer)).toEqual([true, false, true]);
    expect(parts[1]?.bytes).toHaveLength(4096);
    expect(blob.every((byte) => byte === 1)).toBe(true);
    expect(bytesOf(fs.content?.(file) ?? content)[500_000]).toBe(2);
  });
});
