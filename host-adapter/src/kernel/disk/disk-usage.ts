/** continuity's `fs.DiskUsage`: every inode once, however many names it has, with the space it takes. */
import { S_IFDIR, S_IFMT } from '@layerscope/core/fs';
import type { Usage } from '@layerscope/core/kernel';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';
import { entries, failedWith, withDirectory } from './directory.ts';

const SECTOR = 512;

/** What is deleted while it is counted does not count: containers write to what is measured. */
export const diskUsage = (calls: SystemCalls, path: string): Usage => {
  /** Inodes with several names that were counted, by device and number. */
  const seen = new Set<string>();
  let inodes = 0;
  let size = 0;
  const count = (name: string, at?: Fd): boolean => {
    const { mode, nlink, dev, ino, blocks } = calls.stat(name, false, at);
    const directory = (mode & S_IFMT) === S_IFDIR;
    if (!directory && nlink > 1) {
      const id = `${dev}:${ino}`;
      if (seen.has(id)) return false;
      seen.add(id);
    }
    inodes += 1;
    size += blocks * SECTOR;
    return directory;
  };
  const visit = (fd: Fd): void => {
    for (const { name } of entries(calls, fd)) {
      try {
        if (count(name, fd)) withDirectory(calls, name, visit, fd);
      } catch (error) {
        if (!failedWith(error, 'ENOENT')) throw error;
      }
    }
  };
  if (count(path)) withDirectory(calls, path, visit);
  return { inodes, size };
};
