import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readSync, readdirSync, readlinkSync, type BigIntStats } from 'node:fs';
import { decodeName, S_IFMT, S_IFREG, isDevice, isSymlink } from '@layerscope/core/fs';
import type { TreeRecord } from './record.ts';
import { hostXattrs } from './xattrs.ts';

const chunk = Buffer.alloc(1 << 20);

const contentHash = (path: Buffer): string => {
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  try {
    for (let length = readSync(fd, chunk); length > 0; length = readSync(fd, chunk))
      hash.update(chunk.subarray(0, length));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
};

const deviceText = (rdev: bigint): string =>
  `${((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn)}:${(rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n)}`;

const recordOf = (path: string, at: Buffer, stat: BigIntStats): TreeRecord => {
  const mode = Number(stat.mode);
  const regular = (mode & S_IFMT) === S_IFREG;
  return {
    path,
    mode,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime: stat.mtimeNs,
    device: isDevice(mode) ? deviceText(stat.rdev) : undefined,
    target: isSymlink(mode) ? decodeName(readlinkSync(at, { encoding: 'buffer' })) : undefined,
    size: regular ? Number(stat.size) : undefined,
    content: regular ? contentHash(at) : undefined,
    inode: stat.nlink > 1n && !stat.isDirectory() ? `${stat.dev}:${stat.ino}` : undefined,
    xattrs: hostXattrs(at),
  };
};

/** Everything below (and including) a folder of the host. */
export const hostTree = (folder: string): readonly TreeRecord[] => {
  const records: TreeRecord[] = [];
  const visit = (path: string, at: Buffer): void => {
    const stat = lstatSync(at, { bigint: true });
    records.push(recordOf(path, at, stat));
    if (!stat.isDirectory()) return;
    for (const name of readdirSync(at, { encoding: 'buffer' })) {
      const text = decodeName(name);
      visit(path === '' ? text : `${path}/${text}`, Buffer.concat([at, Buffer.from('/'), name]));
    }
  };
  visit('', Buffer.from(folder));
  return records;
};
