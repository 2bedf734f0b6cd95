/** btrfs's own operations by ioctl(2) (linux/btrfs.h): no library, no program. */
import { FsError, encodeName, fail } from '@layerscope/core/fs';
import type { Btrfs } from '@layerscope/core/kernel';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';
import { call, mountTable } from '../../linux/index.ts';
import { entries, isDirectoryRow, withDirectory } from '../disk/directory.ts';

const SUPER_MAGIC = 0x9123683e;

/** All of their records are a page. */
const RECORD = 4096;
const SUBVOL_CREATE = 0x5000940e;
const SNAP_DESTROY = 0x5000940f;
const SNAP_CREATE_V2 = 0x50009417;
const INO_LOOKUP = 0xd0009412;

/** Where the name of the subvolume stands in the records of the first version and the second. */
const NAME_V1 = 8;
const NAME_V2 = 56;
const NAME_MAX = 255;
const SUBVOL_RDONLY = 2n;

/** The root directory of every subvolume has this number. */
const ROOT_INODE = 256n;

const named = (at: number, name: string): Buffer => {
  const bytes = encodeName(name);
  if (bytes.length > NAME_MAX) fail('ENAMETOOLONG', name);
  const record = Buffer.alloc(RECORD);
  record.set(bytes, at);
  return record;
};

const split = (path: string): readonly [parent: string, name: string] => {
  const cut = path.lastIndexOf('/');
  return [path.slice(0, cut) || '/', path.slice(cut + 1)];
};

export const createLinuxBtrfs = (calls: SystemCalls): Btrfs => {
  const inParent = <T>(path: string, body: (parent: Fd, name: string) => T): T => {
    const [parent, name] = split(path);
    return withDirectory(calls, parent, (fd) => body(fd, name));
  };
  return {
    source: async (path) => {
      if (calls.statfs(path).type !== SUPER_MAGIC) return undefined;
      const holds = ({ target }: { readonly target: string }): boolean =>
        path === target || path.startsWith(target === '/' ? '/' : `${target}/`);
      const on = mountTable()
        .filter(holds)
        .toSorted((a, b) => a.target.length - b.target.length)
        .at(-1);
      return on?.source;
    },
    createSubvolume: async (path) =>
      inParent(path, (parent, name) => void call('ioctl', parent, SUBVOL_CREATE, named(NAME_V1, name))),
    snapshot: async (from, to, readOnly) =>
      withDirectory(calls, from, (source) =>
        inParent(to, (parent, name) => {
          const record = named(NAME_V2, name);
          record.writeBigInt64LE(BigInt(source), 0);
          record.writeBigUInt64LE(readOnly ? SUBVOL_RDONLY : 0n, 16);
          call('ioctl', parent, SNAP_CREATE_V2, record);
        }),
      ),
    deleteSubvolume: async (path) => inParent(path, (parent, name) => deleteSubvolume(calls, parent, name)),
    subvolumeId: async (path) =>
      withDirectory(calls, path, (fd) => {
        if (calls.fstat(fd).ino !== ROOT_INODE) fail('EINVAL', `${path} is not a subvolume`);
        const record = Buffer.alloc(RECORD);
        record.writeBigUInt64LE(ROOT_INODE, 8);
        call('ioctl', fd, INO_LOOKUP, record);
        return Number(record.readBigUInt64LE(0));
      }),
  };
};

/** With the subvolumes that a container has made in it, without which btrfs refuses: ENOTEMPTY. */
const deleteSubvolume = (calls: SystemCalls, parent: Fd, name: string): void => {
  const destroy = (): void => void call('ioctl', parent, SNAP_DESTROY, named(NAME_V1, name));
  try {
    destroy();
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== 'ENOTEMPTY') throw error;
    withDirectory(calls, name, (fd) => deleteNested(calls, fd), parent);
    destroy();
  }
};

const deleteNested = (calls: SystemCalls, fd: Fd): void => {
  for (const row of entries(calls, fd)) {
    if (!isDirectoryRow(calls, fd, row)) continue;
    const { ino } = calls.stat(row.name, false, fd);
    if (ino === ROOT_INODE) deleteSubvolume(calls, fd, row.name);
    else withDirectory(calls, row.name, (below) => deleteNested(calls, below), fd);
  }
};
