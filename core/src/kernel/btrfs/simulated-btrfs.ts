/**
 * btrfs as far as a snapshotter sees it, on the simulated machine's disk: subvolumes are directories with a number, a
 * snapshot of one shares its bytes. A read-only one is read-only when it is mounted.
 */
import { type Inode, S_IFDIR, fail } from '../../fs/index.ts';
import { Cell, changeRow } from '../../timeline/index.ts';
import { copyTree } from '../disk/copy-tree.ts';
import { removeTree } from '../disk/remove-tree.ts';
import type { Btrfs } from '../kernel.ts';
import type { Machine } from '../machine.ts';

export interface Subvolume {
  readonly id: number;
  readonly readOnly: boolean;
}

/** What the disk is mounted from. */
export const DISK_SOURCE = '/dev/sda1';

/** The first number that btrfs gives a subvolume. */
const FIRST_ID = 256;

export const createSimulatedBtrfs = (machine: Machine): Btrfs => {
  const { process, subvolumes, emit } = machine;
  const lastId = new Cell(machine.recorder, FIRST_ID - 1);

  const make = (path: string, readOnly: boolean): Inode => {
    process.mkdir(path, 0o755);
    const { inode } = process.place(path);
    changeRow(machine.recorder, subvolumes, inode, { id: (lastId.value += 1), readOnly });
    return inode;
  };
  const known = (path: string): readonly [Inode, Subvolume] => {
    const { inode } = process.place(path);
    return [inode, subvolumes.get(inode) ?? fail('EINVAL', `${path} is not a subvolume`)];
  };

  return {
    source: async (path) => (process.place(path).inode.type === S_IFDIR ? DISK_SOURCE : fail('ENOTDIR', path)),
    createSubvolume: async (path) => {
      emit?.({ type: 'disk', call: 'createSubvolume', path });
      make(path, false);
    },
    snapshot: async (from, to, readOnly) => {
      emit?.({ type: 'disk', call: 'snapshot', path: from, to });
      const [source] = known(from);
      const { fs } = process.place(from).mount;
      copyTree({ fs, root: source }, { fs, root: make(to, readOnly) }, { keepTimes: true });
    },
    deleteSubvolume: async (path) => {
      emit?.({ type: 'disk', call: 'deleteSubvolume', path });
      const [inode] = known(path);
      removeTree(process, path);
      changeRow(machine.recorder, subvolumes, inode, undefined);
    },
    subvolumeId: async (path) => known(path)[1].id,
  };
};
