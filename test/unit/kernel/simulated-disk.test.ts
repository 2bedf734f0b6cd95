import { FsError, O_CREAT, O_WRONLY, S_IFCHR, S_IFDIR, S_IFMT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel, type SimulatedKernel } from '@layerscope/core/kernel';
import type { Process } from '@layerscope/core/vfs';
import { beforeEach, describe, expect, it } from 'vitest';

const codeOf = (run: () => Promise<unknown>): Promise<string> =>
  run().then(
    () => 'ok',
    (error: unknown) => (error instanceof FsError ? error.code : String(error)),
  );

describe('the simulated disk', () => {
  let kernel: SimulatedKernel;
  let process: Process;
  beforeEach(() => {
    kernel = createSimulatedKernel({ clock: steppingClock(0n), random: seededRandom(1) });
    process = kernel.spawn();
  });

  const write = (path: string, size: number): void => {
    const fd = process.open(path, O_WRONLY | O_CREAT, 0o644);
    process.write(fd, new Uint8Array(size).fill(7));
    process.close(fd);
  };

  it('makes directories with an exact mode and leaves existing ones alone', async () => {
    await kernel.disk.mkdir('/a/b/c', 0o711);
    await kernel.disk.mkdir('/a', 0o700);
    expect(await kernel.disk.lstat('/a')).toEqual({ mode: 0o40711, uid: 0, gid: 0 });
    expect(await kernel.disk.lstat('/a/b/c')).toEqual({ mode: 0o40711, uid: 0, gid: 0 });
    expect(await kernel.disk.lstat('/none')).toBeUndefined();
    write('/file', 1);
    expect(await codeOf(() => kernel.disk.mkdir('/file', 0o700))).toBe('ENOTDIR');
    expect(await codeOf(() => kernel.disk.mkdir('/file/x/y', 0o700))).toBe('ENOTDIR');
  });

  it('makes temporary directories whose names follow from the seed', async () => {
    const first = await kernel.disk.makeTemporary('/new-');
    const again = createSimulatedKernel({ clock: steppingClock(0n), random: seededRandom(1) });
    expect(await again.disk.makeTemporary('/new-')).toBe(first);
    expect(first).toMatch(/^\/new-\d+$/);
    expect(await kernel.disk.makeTemporary('/new-')).not.toBe(first);
    expect((await kernel.disk.lstat(first))?.mode).toBe(0o40700);
  });

  it('removes everything but what is mounted', async () => {
    await kernel.disk.mkdir('/a/b/c', 0);
    write('/a/b/f', 1);
    process.symlink('/a', '/a/b/link');
    await kernel.disk.removeAll('/a');
    await kernel.disk.removeAll('/a');
    await kernel.disk.removeAll('/none/at/all');
    expect(await kernel.disk.readdir('/')).toEqual([]);
    await kernel.disk.mkdir('/m/n', 0o755);
    await kernel.mount([{ type: 'tmpfs', source: 'tmpfs', options: [] }], '/m/n');
    write('/m/n/kept', 1);
    expect(await codeOf(() => kernel.disk.removeAll('/m'))).toBe('EBUSY');
    expect(await kernel.disk.readdir('/m/n')).toEqual(['kept']);
  });

  it('counts each inode once, in blocks', async () => {
    await kernel.disk.mkdir('/a/sub', 0o755);
    write('/a/one', 1);
    write('/a/two', 5000);
    process.link('/a/two', '/a/sub/again');
    expect(await kernel.disk.usage('/a')).toEqual({ inodes: 4, size: 4096 + 8192 });
  });

  it('lists names in byte order', async () => {
    for (const name of ['b', 'a', 'Z', '\u{1F600}', '\uffee']) await kernel.disk.mkdir(`/${name}`, 0o755);
    expect(await kernel.disk.readdir('/')).toEqual(['Z', 'a', 'b', '\uffee', '\u{1F600}']);
  });

  it('copies trees with everything cp -a keeps', async () => {
    await kernel.disk.mkdir('/from/dir', 0o755);
    await kernel.disk.mkdir('/to', 0o755);
    write('/from/file', 3);
    process.link('/from/file', '/from/dir/again');
    process.symlink('../file', '/from/dir/link');
    process.mknod('/from/null', S_IFCHR | 0o666, 0x103);
    process.setxattr('/from/dir', 'user.x', new Uint8Array([1]));
    process.setxattr('/from/file', 'trusted.y', new Uint8Array([2]));
    process.chown('/from/file', 1000, 1000);
    process.chmod('/from/file', 0o4750);
    process.utimens('/from/file', 5n, 6n);
    process.utimens('/from/dir', 7n, 8n);
    await kernel.disk.copyTree('/from', '/to');
    const describeTree = (top: string) =>
      ['', '/dir', '/dir/again', '/dir/link', '/file', '/null'].map((path) => {
        const { mode, uid, gid, nlink, rdev, size, atime, mtime } = process.stat(top + path, false);
        // A directory that was filled after it was made has the time of that.
        const changed = (mode & S_IFMT) === S_IFDIR ? 0n : mtime;
        return [path, mode, uid, gid, nlink, rdev, size, atime, changed, process.listxattr(top + path, false)];
      });
    expect(describeTree('/to')).toEqual(describeTree('/from'));
    expect(process.stat('/to/file').ino).toBe(process.stat('/to/dir/again').ino);
    process.truncate('/from/file', 0);
    expect(process.stat('/to/file').size).toBe(3);
  });
});
