/** Directory operations on a real file system, held against what they promise and, where there is one, a system tool. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { O_RDONLY } from '@layerscope/core/fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxKernel } from '../../../../host-adapter/src/kernel/index.ts';
import { asUser, createLinuxSystemCalls } from '../../../../host-adapter/src/linux/index.ts';
import { requires } from '../../../requirements.ts';
import { hostTree } from '../../../trees/host-tree.ts';

const { disk } = createLinuxKernel();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-disk-'));
  chmodSync(folder, 0o755);
});
// Node's own rm gives up on long paths.
afterEach(() => void spawnSync('rm', ['-rf', folder]));

const at = (...names: readonly string[]): string => join(folder, ...names);
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

describe.skipIf(!requires('linux'))('directories', () => {
  it('are made with exactly the mode, whatever the umask; those that are there stay as they are', async () => {
    const before = process.umask(0o077);
    try {
      await disk.mkdir(at('a', 'b'), 0o2775);
      expect([modeOf(at('a')), modeOf(at('a', 'b'))]).toEqual(['2775', '2775']);
      chmodSync(at('a'), 0o700);
      await disk.mkdir(at('a'), 0o755);
      expect(modeOf(at('a'))).toBe('700');
    } finally {
      process.umask(before);
    }
    writeFileSync(at('file'), '');
    await expect(disk.mkdir(at('file'), 0o755)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(disk.mkdir(at('file', 'x'), 0o755)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('have temporary names of their own, and list in byte order', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => disk.makeTemporary(at('new-'))));
    expect(new Set(made).size).toBe(50);
    expect(modeOf(made[0]!)).toBe('700');
    for (const path of made) await disk.removeAll(path);
    for (const name of ['b', 'a', 'B', 'é', '\udc80x']) await disk.mkdir(`${folder}/${name}`, 0o755);
    expect(await disk.readdir(folder)).toEqual(['B', 'a', 'b', '\udc80x', 'é']);
    expect(await disk.lstat(at('none'))).toBeUndefined();
  });
});

/** Directories in directories, their path longer than any system call takes. */
const makeDeep = (top: string, levels: number): void => {
  const calls = createLinuxSystemCalls();
  const name = 'x'.repeat(100);
  let fd = calls.open(top, O_RDONLY);
  for (let level = 0; level < levels; level++) {
    calls.mkdir(name, 0o755, fd);
    const below = calls.open(name, O_RDONLY, 0, fd);
    calls.close(fd);
    fd = below;
  }
  calls.close(fd);
};

describe.skipIf(!requires('linux', 'root'))('removeAll', () => {
  it('copes with odd modes, deep trees and names that are no UTF-8', async () => {
    makeDeep(folder, 60);
    spawnSync('sh', ['-c', 'cd "$0" && mkdir odd && touch "$(printf \'odd/\\377\')" && chmod 000 odd', folder]);
    for (const name of await disk.readdir(folder)) await disk.removeAll(at(name));
    expect(readdirSync(folder)).toEqual([]);
    await disk.removeAll(at('none'));
    await disk.removeAll(at('none', 'below'));
  });

  it('keeps none of the directories open, wherever their descriptors lie between others', async () => {
    const others: number[] = [];
    for (let round = 0; round < 4; round++) {
      for (const name of ['1/fs', '1/work', '1/more', '2/fs']) mkdirSync(at(name), { recursive: true });
      others.push(openSync(folder, 'r'), openSync(folder, 'r'));
      closeSync(others.shift()!);
      await Promise.all([disk.removeAll(at('1')), disk.removeAll(at('2'))]);
    }
    const held = (): readonly string[] =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
        } catch {
          return false;
        }
      });
    // The last removals' are closed when the next one begins.
    await disk.removeAll(at('none'));
    expect(held().length).toBe(others.length);
    for (const fd of others) closeSync(fd);
    expect(held()).toEqual([]);
  });

  it('copes with directories that their owner locked', async () => {
    chmodSync(folder, 0o777);
    await asUserDone(async () => {
      mkdirSync(at('locked', 'inner'), { recursive: true });
      writeFileSync(at('locked', 'inner', 'file'), '');
      chmodSync(at('locked', 'inner'), 0);
      chmodSync(at('locked'), 0o500);
      await disk.removeAll(at('locked'));
    });
    expect(existsSync(at('locked'))).toBe(false);
  });

  it('stops at a mount point before anything on it is touched', async () => {
    mkdirSync(at('top', 'mounted'), { recursive: true });
    mkdirSync(at('source'));
    writeFileSync(at('source', 'precious'), '');
    expect(spawnSync('mount', ['--bind', at('source'), at('top', 'mounted')]).status).toBe(0);
    try {
      await expect(disk.removeAll(at('top'))).rejects.toMatchObject({ code: 'EBUSY' });
      await expect(disk.removeAll(at('top', 'mounted'))).rejects.toMatchObject({ code: 'EBUSY' });
      expect(existsSync(at('source', 'precious'))).toBe(true);
    } finally {
      spawnSync('umount', [at('top', 'mounted')]);
    }
    await disk.removeAll(at('top'));
  });
});

/** The whole of an asynchronous body as another user: it must not wait for anything but our own synchronous calls. */
const asUserDone = async (body: () => Promise<void>): Promise<void> => {
  let done: Promise<void> = Promise.resolve();
  asUser(12_345, 12_345, () => {
    done = body();
  });
  await done;
};

/** One of everything. */
const fill = (): void => {
  mkdirSync(at('from', 'dir', 'empty'), { recursive: true });
  writeFileSync(at('from', 'dir', 'file'), 'bytes');
  linkSync(at('from', 'dir', 'file'), at('from', 'hard'));
  symlinkSync('dir/file', at('from', 'soft'));
  writeFileSync(at('from', 'setuid'), 'x');
  spawnSync('sh', [
    '-c',
    'cd "$0" && mkfifo fifo && mknod device c 1 3 && mknod whiteout c 0 0 && chown 7:8 setuid && chmod 4711 setuid',
    at('from'),
  ]);
  spawnSync('setfattr', ['-n', 'user.one', '-v', 'two', at('from', 'dir', 'file')]);
  spawnSync('setfattr', ['-n', 'trusted.overlay.opaque', '-v', 'y', at('from', 'dir')]);
  const sparse = openSync(at('from', 'sparse'), 'w');
  ftruncateSync(sparse, 50 << 20);
  writeSync(sparse, Buffer.alloc(5000, 1), 0, 5000, 10 << 20);
  closeSync(sparse);
  utimesSync(at('from', 'dir', 'file'), 1, 2);
  utimesSync(at('from', 'dir', 'empty'), 3, 4);
};

/** What a copy has to have, its names and order aside. */
const timeless = (path: string) =>
  hostTree(path).map((record) => ({
    ...record,
    inode: record.inode === undefined ? undefined : 'linked',
    // A directory that is not empty has the time of the copy.
    mtime: ['', 'dir'].includes(record.path) ? 0n : record.mtime,
  }));

describe.skipIf(!requires('linux', 'root', 'setfattr'))('copyTree', () => {
  it('copies owners, modes, times, attributes, devices, links and holes', async () => {
    fill();
    mkdirSync(at('to'));
    await disk.copyTree(at('from'), at('to'));
    expect(timeless(at('to')).toSorted(byPath)).toEqual(timeless(at('from')).toSorted(byPath));
    expect(statSync(at('to', 'hard')).ino).toBe(statSync(at('to', 'dir', 'file')).ino);
    expect(lstatSync(at('to', 'sparse')).blocks).toBe(lstatSync(at('from', 'sparse')).blocks);
    expect(readFileSync(at('to', 'sparse')).equals(readFileSync(at('from', 'sparse')))).toBe(true);
  });

  it('counts as du does: each inode once, holes not at all', async () => {
    fill();
    const du = spawnSync('du', ['-s', '--block-size=512', at('from')], { encoding: 'utf8' });
    const inodes = spawnSync('du', ['-s', '--inodes', at('from')], { encoding: 'utf8' });
    expect(await disk.usage(at('from'))).toEqual({
      size: Number(du.stdout.split('\t')[0]) * 512,
      inodes: Number(inodes.stdout.split('\t')[0]),
    });
  });
});

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : 1);
