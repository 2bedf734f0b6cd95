/** containerd's `fs.RootPath`: an entry's `target` below the mount's root, links bounded by that root. */
import type { Place, Process } from '../../vfs/index.ts';

/** ENOENT when something on the way is missing: containerd mounts only on what is there. */
export const resolveInRoot = (process: Process, root: string, target: string): Place => {
  const inside = process.fork();
  try {
    inside.chroot(root);
    return inside.place(`/${target}`);
  } finally {
    inside.exit();
  }
};
