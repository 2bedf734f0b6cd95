/** What one `mount` call of the Kernel port mounted belongs together: it comes and goes as one. */
import { S_IFDIR, fail } from '../../fs/index.ts';
import { Cell } from '../../timeline/index.ts';
import type { Mounted, Place, Process } from '../../vfs/index.ts';
import type { Mount } from '../kernel.ts';
import type { Machine } from '../machine.ts';
import { mountOne } from './mount-system-call.ts';

export interface MountGroups {
  mount(mounts: readonly Mount[], target: string): void;
  unmount(target: string): void;
}

interface Group {
  readonly target: string;
  readonly mounted: readonly Mounted[];
}

export const mountGroups = (machine: Machine): MountGroups => {
  const { namespace, process } = machine;
  /** Latest last; several groups may lie over each other at one target. */
  const groups = new Cell<readonly Group[]>(machine.recorder, []);

  const takeDown = (mounted: readonly Mounted[]): void => {
    for (const one of mounted.toReversed()) namespace.unmount(one);
  };

  return {
    mount: (mounts, target) => {
      const root = process.place(target);
      if (root.inode.type !== S_IFDIR && mounts.some(({ type }) => type === 'overlay' || type === 'tmpfs'))
        fail('ENOTDIR', target);
      const mounted: Mounted[] = [];
      try {
        for (const mount of mounts) {
          const at: Place =
            mount.target === undefined ? process.place(target) : resolveInRoot(process, target, mount.target);
          const made = mountOne(machine, mount, at, target);
          if (made !== undefined) mounted.push(made);
        }
      } catch (error) {
        takeDown(mounted);
        throw error;
      }
      // A remount changes what is there: nothing comes, nothing is to go.
      if (mounted.length > 0) groups.value = [...groups.value, { target: normal(target), mounted }];
      machine.emit?.({ type: 'mount', target, mounts });
    },

    unmount: (target) => {
      const wanted = normal(target);
      const group =
        groups.value.findLast((candidate) => candidate.target === wanted) ??
        groupAt(groups.value, process.place(target));
      const inGroup = new Set(group.mounted);
      for (const one of group.mounted) {
        const foreign = [...one.children.values()].some((child) => !inGroup.has(child));
        if (one.users > 0 || foreign) fail('EBUSY', target);
      }
      takeDown(group.mounted);
      groups.value = groups.value.filter((candidate) => candidate !== group);
      machine.emit?.({ type: 'unmount', target });
    },
  };
};

const normal = (path: string): string =>
  `/${path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')}`;

/** The group whose mount is seen at `place`, when it was mounted under another spelling of the path. */
const groupAt = (groups: readonly Group[], { mount, inode }: Place): Group =>
  (inode === mount.root ? groups.find(({ mounted }) => mounted.includes(mount)) : undefined) ??
  fail('EINVAL', 'not a mount point');

/**
 * containerd's `fs.RootPath`: an entry's `target` below the mount's root, links bounded by that root. ENOENT when
 * something on the way is missing: containerd mounts only on what is there.
 */
const resolveInRoot = (process: Process, root: string, target: string): Place => {
  const inside = process.fork();
  try {
    inside.chroot(root);
    return inside.place(`/${target}`);
  } finally {
    inside.exit();
  }
};
