/** Mounts on the kernel that runs here: the shapes that containerd's snapshotters hand out, and those that go wrong. */
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Mount } from '@layerscope/core/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountLongOverlay } from '../../../../host-adapter/src/kernel/mounting/long-overlay.ts';
import { createLinuxKernel, probeOverlay } from '../../../../host-adapter/src/kernel/index.ts';
import { mountTable } from '../../../../host-adapter/src/linux/index.ts';
import { requires } from '../../../requirements.ts';

const kernel = createLinuxKernel();
let folder: string;
let target: string;

/** Paths as long as those of containerd. */
const DEEP = 'var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';

beforeEach(() => {
  folder = mkdtempSync('/dev/shm/layerscope-mounts-');
  target = join(folder, 'target');
  mkdirSync(target);
});
afterEach(() => {
  for (const { target: at } of mountTable()
    .filter((row) => row.target.startsWith(folder))
    .toReversed()) {
    spawnSync('umount', ['-l', at]);
  }
  rmSync(folder, { recursive: true, force: true });
});

const directory = (...names: readonly string[]): string => {
  const path = join(folder, ...names);
  mkdirSync(path, { recursive: true });
  return path;
};

const bind = (source: string, ...options: readonly string[]): Mount => ({ type: 'bind', source, options });

/** An overlay of so many lower directories, each with a file of its own. */
const overlay = (lowers: number, at: (index: number) => string = (index) => `${DEEP}/${index}/fs`): Mount => {
  const layers = Array.from({ length: lowers }, (_, index) => directory(at(index)));
  layers.forEach((path, index) => writeFileSync(join(path, `file-${index}`), `${index}`));
  const options = [
    `workdir=${directory('work')}`,
    `upperdir=${directory('upper')}`,
    `lowerdir=${layers.join(':')}`,
    'index=off',
  ];
  return { type: 'overlay', source: 'overlay', options };
};

const dataLength = ({ options }: Mount): number => options.join(',').length;

describe.skipIf(!requires('root', 'linux', 'overlay-mount'))('mounts', () => {
  it('binds, read-only when asked, and comes apart again', async () => {
    const source = directory('source');
    await kernel.mount([bind(source, 'rbind', 'rw')], target);
    writeFileSync(join(target, 'file'), 'x');
    await kernel.unmount(target);
    expect(readdirSync(target)).toEqual([]);
    await kernel.mount([bind(source, 'ro', 'rbind')], target);
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('x');
    expect(() => writeFileSync(join(target, 'other'), '')).toThrow('EROFS');
    await kernel.unmount(target);
    await expect(kernel.unmount(target)).rejects.toMatchObject({ code: 'EINVAL' });
  });

  it.each([1, 10, 50, 128, 500])('stacks %i lower directories, all of them', async (lowers) => {
    const mount = overlay(lowers);
    await kernel.mount([mount], target);
    writeFileSync(join(target, 'written'), '');
    expect(existsSync(join(folder, 'upper', 'written'))).toBe(true);
    expect(readdirSync(target).length).toBe(lowers + 1);
    const row = mountTable().find((one) => one.target === target)!;
    expect(row.options.split(/[:,]/).filter((word) => word.endsWith('/fs')).length).toBe(lowers);
    await kernel.unmount(target);
  });

  it('stacks layers one by one where even short paths are too long', async () => {
    const mount = overlay(400, (index) => `layers-of-a-snapshotter-with-long-names/${index}/fs`);
    const long = overlay(90, (index) => `${index}-${'x'.repeat(80)}/fs`);
    for (const one of [mount, long]) {
      await kernel.mount([one], target);
      writeFileSync(join(target, 'written'), '');
      await kernel.unmount(target);
    }
    mountLongOverlay(mount, 0, mount.options.join(','), target, 'layer-by-layer');
    expect(readdirSync(target).filter((name) => name.startsWith('file-')).length).toBe(400);
    const row = mountTable().find((one) => one.target === target)!;
    expect(row.options.split(',').filter((word) => word.startsWith('lowerdir+=')).length).toBe(400);
    await kernel.unmount(target);
  });

  it('never hands mount(2) more than it reads: what it would cut is refused or goes another way', async () => {
    const mount = overlay(100);
    expect(dataLength(mount)).toBeGreaterThan(4095);
    // No file system but overlayfs has another way.
    const tmpfs = { type: 'tmpfs', source: 'tmpfs', options: ['x'.repeat(5000)] };
    await expect(kernel.mount([tmpfs], target)).rejects.toThrow('mount options is too long');
    // And overlayfs had none before Linux 6.7, but for shorter paths.
    const [work, upper, lowers] = mount.options;
    const data = `${work},${upper},${lowers}`;
    mountLongOverlay(mount, 0, data, target, 'shortened');
    expect(readdirSync(target).length).toBe(100);
    await kernel.unmount(target);
    const many = overlay(400, (index) => `${DEEP}/${'long-'.repeat(4)}${index}/fs`);
    const manyData = many.options.slice(0, 3).join(',');
    expect(() => mountLongOverlay(many, 0, manyData, target, 'shortened')).toThrow(/400 layers take \d+ bytes/);
    expect(readdirSync(target)).toEqual([]);
    expect(process.cwd()).not.toBe(folder);
  });

  it('takes paths longer than a string of fsconfig(2)', async () => {
    const long = `${'deep-directory-name/'.repeat(15)}layer`;
    await kernel.mount([overlay(20, (index) => `${long}/${index}/fs`)], target);
    expect(readdirSync(target).length).toBe(20);
    await kernel.unmount(target);
  });

  it('says what the kernel disliked, and where', async () => {
    const missing = {
      ...overlay(80),
      options: [...overlay(80).options.slice(0, 2), `lowerdir=${folder}/none${':/x'.repeat(1500)}`],
    };
    await expect(kernel.mount([missing], target)).rejects.toThrow(`mounting overlay overlay on ${target}`);
    await expect(kernel.mount([bind(join(folder, 'none'), 'rbind')], target)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(kernel.mount([{ type: 'nofs', source: 'x', options: [] }], target)).rejects.toThrow(
      'is its module loaded?',
    );
  });

  it('mounts all of a list or nothing, and targets never lead out of the root', async () => {
    const source = directory('source');
    mkdirSync(join(source, 'inside'));
    symlinkSync('/etc', join(source, 'link'));
    const tmpfs = { type: 'tmpfs', source: 'tmpfs', options: ['size=1m'] };
    await kernel.mount([bind(source, 'rbind'), { ...tmpfs, target: '/inside' }], target);
    writeFileSync(join(target, 'inside', 'file'), '');
    expect(readdirSync(join(source, 'inside'))).toEqual([]);
    await kernel.unmount(target);
    expect(mountTable().filter((row) => row.target.startsWith(folder))).toEqual([]);
    // /etc of the mounted root, which it has not.
    const failing = kernel.mount([bind(source, 'rbind'), { ...tmpfs, target: 'link' }], target);
    await expect(failing).rejects.toMatchObject({ code: 'ENOENT' });
    expect(mountTable().filter((row) => row.target.startsWith(folder))).toEqual([]);
  });

  it('unmounts what it handed out itself', async () => {
    await kernel.mount([bind(directory('source'), 'rbind')], target);
    const tree = await kernel.disk.tree(target);
    tree.fs.readdir(tree.root);
    await kernel.unmount(target);
    expect(mountTable().filter((row) => row.target.startsWith(folder))).toEqual([]);
  });
});

const canMap = requires('root', 'linux', 'overlay-mount') && probeOverlay('/dev/shm').idMappedLayers;

describe.skipIf(!canMap)('id-mapped mounts', () => {
  const maps = ['uidmap=0:100000:65536', 'gidmap=0:200000:65536'];

  it('show the host ids of a bind, and write with them', async () => {
    const source = directory('source');
    writeFileSync(join(source, 'file'), '');
    chownSync(join(source, 'file'), 5, 6);
    await kernel.mount([bind(source, ...maps, 'rw', 'rbind')], target);
    const { uid, gid } = statSync(join(target, 'file'));
    expect([uid, gid]).toEqual([100_005, 200_006]);
    chownSync(join(target, 'file'), 100_007, 200_008);
    await kernel.unmount(target);
    expect([statSync(join(source, 'file')).uid, statSync(join(source, 'file')).gid]).toEqual([7, 8]);
  });

  it.each([2, 100])('show the host ids of %i lower layers, and leave no clone behind', async (lowers) => {
    const mount = overlay(lowers);
    await kernel.mount([{ ...mount, options: [...maps, ...mount.options] }], target);
    const { uid, gid } = statSync(join(target, `file-${lowers - 1}`));
    expect([uid, gid]).toEqual([100_000, 200_000]);
    expect(mountTable().filter((row) => row.target.includes('ovl-idmapped'))).toEqual([]);
    await kernel.unmount(target);
  });

  it('refuse a mapping that is none', async () => {
    await expect(kernel.mount([bind(directory('source'), 'uidmap=0:1', 'rbind')], target)).rejects.toThrow(
      "id mapping '0:1' is not container:host:size",
    );
    expect(mountTable().filter((row) => row.target.startsWith(folder))).toEqual([]);
  });
});
