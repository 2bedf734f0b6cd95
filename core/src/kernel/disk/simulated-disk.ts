/**
 * The disk of the simulated machine: a snapshotter's directory operations as system calls of a root process.
 * Mounts are seen through: what is mounted on a directory is what an operation below it meets.
 */
import { FsError, O_DIRECTORY, O_RDONLY, S_IFDIR, compareNames, fail } from '../../fs/index.ts';
import type { Process } from '../../vfs/index.ts';
import type { Disk } from '../kernel.ts';
import type { Machine } from '../machine.ts';
import { copyTree } from './copy-tree.ts';
import { readOnlyTree } from './read-only-tree.ts';
import { removeTree } from './remove-tree.ts';
import { diskUsage } from './disk-usage.ts';

export const createSimulatedDisk = ({ process, random, emit }: Machine): Disk => {
  const tell = (call: string, path: string, to?: string): void =>
    emit?.(to === undefined ? { type: 'disk', call, path } : { type: 'disk', call, path, to });
  return {
    mkdir: async (path, mode) => {
      tell('mkdir', path);
      makeDirectories(process, path, mode);
    },
    makeTemporary: async (prefix) => {
      tell('makeTemporary', prefix);
      for (;;) {
        const path = prefix + suffix(random.bytes(4));
        if (makeDirectory(process, path, 0o700)) return path;
      }
    },
    rename: async (from, to) => {
      tell('rename', from, to);
      process.rename(from, to);
    },
    removeAll: async (path) => {
      tell('removeAll', path);
      removeTree(process, path);
    },
    chmod: async (path, mode) => {
      tell('chmod', path);
      process.chmod(path, mode);
    },
    lchown: async (path, uid, gid) => {
      tell('lchown', path);
      process.chown(path, uid, gid, false);
    },
    lstat: async (path) => {
      try {
        const { mode, uid, gid } = process.stat(path, false);
        return { mode, uid, gid };
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    readdir: async (path) => list(process, path).toSorted(compareNames),
    usage: async (path) => diskUsage(process.place(path)),
    copyTree: async (from, to) => {
      tell('copyTree', from, to);
      const source = process.place(from);
      const target = process.place(to);
      if (source.inode.type !== S_IFDIR || target.inode.type !== S_IFDIR) fail('ENOTDIR');
      copyTree({ fs: source.mount.fs, root: source.inode }, { fs: target.mount.fs, root: target.inode });
    },
    tree: async (path) => {
      const { mount, inode } = process.place(path);
      if (inode.type !== S_IFDIR) fail('ENOTDIR', path);
      const tree = { fs: mount.fs, root: inode };
      return { ...(mount.readOnly ? readOnlyTree(tree) : tree), close: () => {} };
    },
  };
};

/** Decimal digits, as Go's MkdirTemp has them. */
const suffix = (bytes: Uint8Array): string =>
  String(bytes.reduce((number, byte) => (number * 256 + byte) % 2 ** 32, 0));

const codeOf = (error: unknown): string | undefined => (error instanceof FsError ? error.code : undefined);

/** Answers whether it was made; `false` when the name is taken. */
const makeDirectory = (process: Process, path: string, mode: number): boolean => {
  try {
    process.mkdir(path, mode);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  // mkdir(2) takes no setuid and setgid bits.
  if ((mode & 0o6000) !== 0) process.chmod(path, mode);
  return true;
};

/** Tries the whole path first: the parents are there nearly always. */
const makeDirectories = (process: Process, path: string, mode: number): void => {
  try {
    if (makeDirectory(process, path, mode)) return;
  } catch (error) {
    const parent = path.replace(/\/+[^/]*\/*$/, '');
    if (codeOf(error) !== 'ENOENT' || parent === '' || parent === path) throw error;
    makeDirectories(process, parent, mode);
    makeDirectories(process, path, mode);
    return;
  }
  if ((process.stat(path).mode & S_IFDIR) !== S_IFDIR) fail('ENOTDIR', path);
};

const list = (process: Process, path: string): readonly string[] => {
  const fd = process.open(path, O_RDONLY | O_DIRECTORY);
  try {
    return process
      .getdents(fd)
      .map(({ name }) => name)
      .filter((name) => name !== '.' && name !== '..');
  } finally {
    process.close(fd);
  }
};
