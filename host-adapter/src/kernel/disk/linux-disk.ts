/**
 * The disk of a real machine: a snapshotter's directory operations as system calls, synchronous ones: they are many
 * times as fast as Node's asynchronous functions, and a snapshotter's are short. What is long (copying, counting and
 * removing trees) holds the thread up all the same.
 */
import { PERMISSION_BITS, S_IFDIR, S_IFMT, compareNames, fail } from '@layerscope/core/fs';
import type { Random } from '@layerscope/core/fs';
import type { Disk, DiskTree } from '@layerscope/core/kernel';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';
import { closeLater } from './close-later.ts';
import { copyTree } from './copy-tree.ts';
import { entries, failedWith, withDirectory } from './directory.ts';
import { diskUsage } from './disk-usage.ts';
import { removeTree } from './remove-tree.ts';

export const createLinuxDisk = (calls: SystemCalls, random: Random, openTree: (path: string) => DiskTree): Disk => ({
  mkdir: async (path, mode) => makeDirectories(calls, path, mode),
  makeTemporary: async (prefix) => {
    for (;;) {
      const path = prefix + suffix(random.bytes(4));
      if (makeDirectory(calls, path, 0o700)) return path;
    }
  },
  rename: async (from, to) => calls.rename(from, to),
  removeAll: createRemoval(calls),
  chmod: async (path, mode) => calls.chmod(path, mode),
  lchown: async (path, uid, gid) => calls.chown(path, uid, gid, false),
  lstat: async (path) => {
    try {
      const { mode, uid, gid } = calls.stat(path, false);
      return { mode, uid, gid };
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return undefined;
      throw error;
    }
  },
  readdir: async (path) =>
    withDirectory(calls, path, (fd) => entries(calls, fd).map(({ name }) => name)).toSorted(compareNames),
  usage: async (path) => diskUsage(calls, path),
  copyTree: async (from, to) => copyTree(calls, from, to),
  tree: async (path) => openTree(path),
});

/** In a snapshot: its own directory, what is in it, and a few more. The rest of a flat tree is closed as it goes. */
const HELD = 8;

/**
 * `removeAll`. The space of files is free when it resolves, and the names are gone; that of the directories themselves
 * follows, as other threads close them: the disk is waited for there, which whoever asked for the removal need not. The
 * next removal does, so that they never become many.
 */
const createRemoval = (calls: SystemCalls): ((path: string) => Promise<void>) => {
  let closing: Promise<unknown> | undefined;
  return async (path) => {
    const held: Fd[] = [];
    await closing;
    try {
      removeTree(calls, path, (fd) => void (held.length < HELD ? held.push(fd) : calls.close(fd)));
    } finally {
      closing = closeLater(held);
    }
  };
};

/** Decimal digits, as Go's MkdirTemp has them. */
const suffix = (bytes: Uint8Array): string =>
  String(bytes.reduce((number, byte) => (number * 256 + byte) % 2 ** 32, 0));

/** Answers whether it was made, with exactly `mode`; `false` when the name is taken. */
const makeDirectory = (calls: SystemCalls, path: string, mode: number): boolean => {
  try {
    calls.mkdir(path, mode);
  } catch (error) {
    if (failedWith(error, 'EEXIST')) return false;
    throw error;
  }
  // mkdir(2) obeys the umask and takes no setuid and setgid bits.
  if ((calls.stat(path).mode & PERMISSION_BITS) !== mode) calls.chmod(path, mode);
  return true;
};

/** Tries the whole path first: the parents are there nearly always. */
const makeDirectories = (calls: SystemCalls, path: string, mode: number): void => {
  try {
    if (makeDirectory(calls, path, mode)) return;
  } catch (error) {
    const parent = path.replace(/\/+[^/]*\/*$/, '');
    if (!failedWith(error, 'ENOENT') || parent === '' || parent === path) throw error;
    makeDirectories(calls, parent, mode);
    // Once: where there can be no new name, as in /proc, the answer is ENOENT as often as one asks.
    if (makeDirectory(calls, path, mode)) return;
  }
  if ((calls.stat(path).mode & S_IFMT) !== S_IFDIR) fail('ENOTDIR', path);
};
