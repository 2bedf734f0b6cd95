import { FsError, O_CREAT, O_RDWR, O_WRONLY, seededRandom, steppingClock, userCaller } from '@layerscope/core/fs';
import { createSimulatedKernel, type KernelEvent, type SimulatedKernel } from '@layerscope/core/kernel';
import { beforeEach, describe, expect, it } from 'vitest';

const overlay = (...options: readonly string[]) => [{ type: 'overlay', source: 'overlay', options }];
const bind = (source: string, ...options: readonly string[]) => [{ type: 'bind', source, options }];
const LAYERS = ['workdir=/w', 'upperdir=/u', 'lowerdir=/l1:/l2'];

describe('the simulated kernel', () => {
  let kernel: SimulatedKernel;
  let events: KernelEvent[];
  beforeEach(async () => {
    events = [];
    kernel = createSimulatedKernel({
      clock: steppingClock(0n),
      random: seededRandom(1),
      onEvent: (event) => events.push(event),
    });
    for (const path of ['/l1', '/l2', '/u', '/w', '/mnt', '/l1/dir']) await kernel.disk.mkdir(path, 0o755);
    const process = kernel.spawn();
    process.close(process.open('/l1/file', O_WRONLY | O_CREAT, 0o644));
  });

  /** The code of the failure and the lines it left in the log. */
  const failure = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = kernel.dmesg().length;
    const code = await run().then(
      () => 'ok',
      (error: unknown) => (error instanceof FsError ? error.code : String(error)),
    );
    return [code, ...kernel.dmesg().slice(before)];
  };

  it('mounts an overlay from what containerd passes, and prints it as Linux does', async () => {
    await kernel.mount(overlay('index=off', ...LAYERS), '/mnt');
    expect(kernel.mounts().at(-1)).toEqual({
      source: 'overlay',
      target: '/mnt',
      type: 'overlay',
      options: 'rw,relatime,lowerdir=/l1:/l2,upperdir=/u,workdir=/w,uuid=on',
    });
    expect(kernel.procMounts()).toContain(
      'overlay /mnt overlay rw,relatime,lowerdir=/l1:/l2,upperdir=/u,workdir=/w,uuid=on 0 0\n',
    );
    const process = kernel.spawn({ root: '/mnt' });
    process.chmod('/file', 0o600);
    process.rmdir('/dir');
    process.exit();
    expect(await kernel.disk.readdir('/u')).toEqual(['dir', 'file']);
    const kinds = events.filter((event) => event.type === 'overlay').map(({ target, event }) => [target, event.type]);
    expect(kinds).toContainEqual(['/mnt', 'copy-up']);
    expect(kinds).toContainEqual(['/mnt', 'whiteout']);
    await kernel.unmount('/mnt');
    expect(kernel.mounts()).toHaveLength(1);
    expect(await kernel.disk.readdir('/mnt')).toEqual([]);
  });

  it('shows uuid=on only where the mount made the id, and uuid=null where there will be none', async () => {
    const shown = async (): Promise<string | undefined> => {
      await kernel.mount(overlay(...LAYERS), '/mnt');
      const options = kernel.mounts().at(-1)?.options.split('workdir=/w')[1];
      await kernel.unmount('/mnt');
      return options;
    };
    expect([await shown(), await shown()]).toEqual([',uuid=on', '']);
    const process = kernel.spawn();
    process.removexattr('/u', 'trusted.overlay.uuid');
    process.setxattr('/u', 'trusted.overlay.impure', new Uint8Array([0x79]));
    expect(await shown()).toBe(',uuid=null');
  });

  it('shows a view read-only, with what Linux turns on for it', async () => {
    await kernel.mount(overlay('lowerdir=/l1:/l2', 'index=off'), '/mnt');
    expect(kernel.mounts().at(-1)?.options).toBe('ro,relatime,lowerdir=/l1:/l2,redirect_dir=on');
    const process = kernel.spawn({ root: '/mnt' });
    expect(() => process.mkdir('/x', 0o755)).toThrow(/EROFS/);
    process.exit();
  });

  it('refuses mount options with the errno and the words of Linux', async () => {
    const mount = (...options: readonly string[]) => failure(() => kernel.mount(overlay(...options), '/mnt'));
    expect(await mount()).toEqual(['EINVAL', "overlayfs: missing 'lowerdir'"]);
    expect(await mount('lowerdir=/l1')).toEqual([
      'EINVAL',
      'overlayfs: at least 2 lowerdir are needed while upperdir nonexistent',
    ]);
    expect(await mount('lowerdir=/l1', 'upperdir=/u')).toEqual(['EINVAL', "overlayfs: missing 'workdir'"]);
    expect(await mount('lowerdir=/l1:/none')).toEqual(['ENOENT', "overlayfs: failed to resolve '/none': -2"]);
    expect(await mount('lowerdir=/l1:/l1/file')).toEqual(['EINVAL', 'overlay: /l1/file is not a directory']);
    expect(await mount('lowerdir=/l1:/l2', 'foo')).toEqual(['EINVAL', "overlay: Unknown parameter 'foo'"]);
    expect(await mount('lowerdir=/l1:/l2', 'index=maybe')).toEqual(['EINVAL', "overlay: Bad value for 'index'"]);
    expect(await mount('lowerdir=/l1:/l2', 'userxattr=1')).toEqual([
      'EINVAL',
      "overlay: Unexpected value for 'userxattr'",
    ]);
    expect(await mount('lowerdir=/l1:')).toEqual([
      'EINVAL',
      'overlayfs: unescaped trailing colons in lowerdir mount option.',
    ]);
    expect(await mount('lowerdir=:/l1')).toEqual(['EINVAL', 'overlayfs: cannot append lower layer']);
    expect(await mount('lowerdir=/l1:::/l2')).toEqual([
      'EINVAL',
      "overlayfs: only single ':' or double '::' sequences of unescaped colons in lowerdir mount option allowed.",
    ]);
    expect(await mount('lowerdir=/l1:/l1')).toEqual(['ELOOP', 'overlayfs: conflicting lowerdir path']);
    expect(await mount('lowerdir=/l1:/l1/dir')).toEqual(['ELOOP', 'overlayfs: overlapping lowerdir path']);
    expect(await mount('workdir=/u', 'upperdir=/u', 'lowerdir=/l1')).toEqual([
      'EINVAL',
      'overlayfs: workdir and upperdir must be separate subtrees',
    ]);
    expect(await mount('userxattr', 'redirect_dir=on', ...LAYERS)).toEqual([
      'EINVAL',
      'overlayfs: conflicting options: userxattr,redirect_dir=on',
    ]);
    expect(await mount(`lowerdir=${'/l1:'.repeat(500)}/l2`)).toEqual([
      'EINVAL',
      'overlayfs: too many lower directories, limit is 500',
    ]);
    expect(kernel.mounts()).toHaveLength(1);
  });

  it('keeps work and upper under one mount, off overlays, and off read-only mounts', async () => {
    const mount = (...options: readonly string[]) => failure(() => kernel.mount(overlay(...options), '/mnt'));
    await kernel.mount([{ type: 'tmpfs', source: 'tmpfs', options: [] }], '/w');
    expect(await mount(...LAYERS)).toEqual([
      'EINVAL',
      'overlayfs: workdir and upperdir must reside under the same mount',
    ]);
    await kernel.unmount('/w');
    await kernel.mount(bind('/u', 'rbind', 'ro'), '/u');
    expect(await mount(...LAYERS)).toEqual(['EINVAL', 'overlay: filesystem on /u is read-only']);
    await kernel.unmount('/u');
    await kernel.mount(overlay(...LAYERS), '/mnt');
    await kernel.disk.mkdir('/mnt/u2', 0o755);
    await kernel.disk.mkdir('/mnt/w2', 0o755);
    await kernel.disk.mkdir('/m2', 0o755);
    await kernel.disk.mkdir('/m3', 0o755);
    expect(
      await failure(() => kernel.mount(overlay('workdir=/mnt/w2', 'upperdir=/mnt/u2', 'lowerdir=/l2'), '/m2')),
    ).toEqual(['EINVAL', 'overlay: filesystem on /mnt/u2 not supported as upperdir']);
    await kernel.mount(overlay('lowerdir=/mnt:/l2'), '/m2');
    expect(await failure(() => kernel.mount(overlay('lowerdir=/m2:/l2'), '/m3'))).toEqual([
      'EINVAL',
      'overlayfs: maximum fs stacking depth exceeded',
    ]);
  });

  it('only warns when an upper directory is in use, and leaves the mark of volatile', async () => {
    await kernel.disk.mkdir('/m2', 0o755);
    await kernel.mount(overlay(...LAYERS), '/mnt');
    const [code, ...lines] = await failure(() => kernel.mount(overlay(...LAYERS), '/m2'));
    expect(code).toBe('ok');
    expect(lines[0]).toMatch(/^overlayfs: upperdir is in-use as upperdir\/workdir of another mount/);
    await kernel.unmount('/m2');
    await kernel.unmount('/mnt');
    await kernel.mount(overlay(...LAYERS, 'volatile'), '/mnt');
    expect(kernel.mounts().at(-1)?.options).toMatch(/,fsync=volatile$/);
    await kernel.unmount('/mnt');
    expect(await failure(() => kernel.mount(overlay(...LAYERS), '/mnt'))).toEqual([
      'EINVAL',
      expect.stringContaining("overlay with incompat feature 'volatile' cannot be mounted"),
    ]);
    await kernel.disk.removeAll(['/w', 'work', 'incompat'].join('/'));
    expect(await failure(() => kernel.mount(overlay(...LAYERS), '/mnt'))).toEqual(['ok']);
  });

  it('takes escaped colons, commas and backslashes in layer paths', async () => {
    await kernel.disk.mkdir('/a:b', 0o755);
    await kernel.disk.mkdir('/c,d', 0o755);
    await kernel.mount(overlay(String.raw`lowerdir=/a\:b:/c\,d`), '/mnt');
    expect(kernel.mounts().at(-1)?.options).toBe(String.raw`ro,relatime,lowerdir=/a\134:b:/c\134\054d,redirect_dir=on`);
  });

  it('binds as containerd does: read-only by a second call, recursively with rbind', async () => {
    await kernel.mount(
      [{ type: 'tmpfs', source: 'tmpfs', options: ['size=8k', 'mode=700', 'nr_inodes=5'] }],
      '/l1/dir',
    );
    await kernel.mount(bind('/l1', 'rbind', 'ro'), '/mnt');
    expect(kernel.mounts().map(({ target, type, options }) => [target, type, options])).toEqual([
      ['/', 'tmpfs', 'rw,relatime'],
      ['/l1/dir', 'tmpfs', 'rw,relatime,size=8k,nr_inodes=5,mode=700,inode64'],
      ['/mnt', 'tmpfs', 'ro,relatime'],
      ['/mnt/dir', 'tmpfs', 'rw,relatime,size=8k,nr_inodes=5,mode=700,inode64'],
    ]);
    const process = kernel.spawn({ root: '/mnt' });
    expect(() => process.mkdir('/x', 0o755)).toThrow(/EROFS/);
    const fd = process.open('/dir/big', O_RDWR | O_CREAT, 0o644);
    expect(() => process.write(fd, new Uint8Array(8193))).toThrow(/ENOSPC/);
    process.exit();
  });

  it('shows the host ids of an id-mapped mount, and writes with them', async () => {
    const maps = ['uidmap=0:1000:10', 'gidmap=0:2000:10'];
    const owner = (path: string) => {
      const process = kernel.spawn();
      const { uid, gid } = process.stat(path);
      process.exit();
      return [uid, gid];
    };
    await kernel.disk.lchown('/l1/dir', 11, 0);
    await kernel.mount(bind('/l1', 'rbind', 'rw', ...maps), '/mnt');
    expect([owner('/mnt/file'), owner('/mnt/dir')]).toEqual([
      [1000, 2000],
      [65_534, 2000],
    ]);
    const user = kernel.spawn({ root: '/mnt', caller: userCaller(1000, 2000) });
    user.mkdir('/mine', 0o755);
    expect(owner('/l1/mine')).toEqual([0, 0]);
    user.exit();
    const root = kernel.spawn({ root: '/mnt' });
    expect(() => root.mkdir('/his', 0o755)).toThrow(/EOVERFLOW/);
    root.exit();
    await kernel.unmount('/mnt');

    await kernel.mount(overlay(...maps, ...LAYERS), '/mnt');
    expect(owner('/mnt/file')).toEqual([1000, 2000]);
    await kernel.disk.chmod('/mnt/file', 0o600);
    expect(owner('/u/file')).toEqual([1000, 2000]);
  });

  it('refuses what it does not have', async () => {
    expect(await failure(() => kernel.mount([{ type: 'xfs', source: '/dev/x', options: [] }], '/mnt'))).toEqual([
      'ENODEV',
      "VFS: unknown file system type 'xfs'",
    ]);
    expect(await failure(() => kernel.mount(bind('/none', 'bind'), '/mnt'))).toEqual(['ENOENT']);
    expect(await failure(() => kernel.mount(bind('/l1/file', 'bind'), '/mnt'))).toEqual(['ENOTDIR']);
    expect(await failure(() => kernel.mount(bind('/l1', 'bind'), '/none'))).toEqual(['ENOENT']);
    expect(await failure(() => kernel.mount([{ type: 'tmpfs', source: 't', options: ['size=many'] }], '/mnt'))).toEqual(
      ['EINVAL', "tmpfs: Bad value for 'size'"],
    );
    expect(await failure(() => kernel.unmount('/mnt'))).toEqual(['EINVAL']);
    expect(await failure(() => kernel.mount(bind('/l1', 'bind', 'uidmap=all'), '/mnt'))).toEqual(['EINVAL']);
  });

  it('mounts a list as one, entry targets inside the root, and takes it down as one', async () => {
    await kernel.disk.mkdir('/l1/dir/deep', 0o755);
    const process = kernel.spawn();
    process.symlink('/dir', '/l1/link');
    const mounts = [
      { type: 'bind', source: '/l1', options: ['rbind', 'rw'] },
      { type: 'tmpfs', source: 'tmpfs', target: '/link/deep', options: [] },
    ];
    await kernel.mount(mounts, '/mnt');
    expect(kernel.mounts().map(({ target }) => target)).toEqual(['/', '/mnt', '/mnt/dir/deep']);
    process.chdir('/mnt/dir');
    expect(await failure(() => kernel.unmount('/mnt'))).toEqual(['EBUSY']);
    expect(kernel.mounts()).toHaveLength(3);
    process.chdir('/');
    await kernel.unmount('/mnt/');
    expect(kernel.mounts()).toHaveLength(1);
    const broken = [mounts[0]!, { ...mounts[1]!, target: '/none' }];
    expect(await failure(() => kernel.mount(broken, '/mnt'))).toEqual(['ENOENT']);
    expect(kernel.mounts()).toHaveLength(1);
  });

  it('stacks mounts at one target and uncovers them in turn', async () => {
    await kernel.mount(bind('/l1', 'bind'), '/mnt');
    await kernel.mount(bind('/l2', 'bind'), '/mnt');
    expect(await kernel.disk.readdir('/mnt')).toEqual([]);
    await kernel.unmount('/mnt');
    expect(await kernel.disk.readdir('/mnt')).toEqual(['dir', 'file']);
    await kernel.unmount('/mnt');
    expect(await failure(() => kernel.unmount('/mnt'))).toEqual(['EINVAL']);
  });

  it('tells its events in order', async () => {
    events.length = 0;
    await kernel.disk.makeTemporary('/u/new-');
    await kernel.mount(bind('/l1', 'bind'), '/mnt');
    await kernel.unmount('/mnt');
    expect(events.map(({ type }) => type)).toEqual(['disk', 'mount', 'unmount']);
  });
});
