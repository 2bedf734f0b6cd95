/** continuity's `fs.DiskUsage`: every inode once, however many names it has, with the space it takes. */
import { S_IFDIR } from '../../fs/index.ts';
import { type Place, topmost } from '../../vfs/index.ts';
import type { Usage } from '../kernel.ts';

const SECTOR = 512;

export const diskUsage = (top: Place): Usage => {
  /** Names beyond the first of inodes with several; keyed by device and number, as a bind shows the same file twice. */
  const seen = new Set<string>();
  let inodes = 0;
  let size = 0;
  const visit = (place: Place): void => {
    const { fs } = place.mount;
    const stat = fs.getattr(place.inode);
    const directory = place.inode.type === S_IFDIR;
    if (!directory && stat.nlink > 1) {
      const id = `${stat.dev}:${stat.ino}`;
      if (seen.has(id)) return;
      seen.add(id);
    }
    inodes += 1;
    size += stat.blocks * SECTOR;
    if (!directory) return;
    for (const { name } of fs.readdir(place.inode)) {
      const inode = fs.lookup(place.inode, name);
      if (inode !== undefined) visit(topmost({ mount: place.mount, inode }));
    }
  };
  visit(top);
  return { inodes, size };
};
