import type { Disk, Usage } from '../kernel/index.ts';
import { changes } from '../layers/index.ts';

const SECTOR = 512;

/** What `upper` has and `lower` has not, or has otherwise (continuity's `fs.DiffUsage`): each inode once. */
export const changedUsage = async (disk: Disk, lower: string, upper: string): Promise<Usage> => {
  const before = await disk.tree(lower);
  const after = await disk.tree(upper);
  try {
    const seen = new Set<bigint>();
    let size = 0;
    for (const change of changes(before, after)) {
      if (change.kind !== 'add' && change.kind !== 'modify') continue;
      if (seen.has(change.stat.ino)) continue;
      seen.add(change.stat.ino);
      size += change.stat.blocks * SECTOR;
    }
    return { inodes: seen.size, size };
  } finally {
    before.close();
    after.close();
  }
};
