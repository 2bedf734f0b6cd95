import { type FileMode, S_IFMT, type Stat } from '@layerscope/core/fs';
import { HostInode } from './host-inode.ts';

/** The inodes met so far: one object for each, however many names lead to it. */
export class InodeTable {
  readonly #devices = new Map<number, Map<bigint, HostInode>>();

  /** The inode with these attributes, known or new. */
  intern(stat: Stat): HostInode {
    const inodes = this.#of(stat.dev);
    const type: FileMode = stat.mode & S_IFMT;
    const known = inodes.get(stat.ino);
    // The kernel gives the number of a removed inode to a new one.
    if (known !== undefined && known.type === type && known.btime === stat.btime) return known;
    const inode = new HostInode(stat, type);
    inodes.set(stat.ino, inode);
    return inode;
  }

  /** The inode with these attributes, if it was met. */
  find(stat: Stat): HostInode | undefined {
    const known = this.#devices.get(stat.dev)?.get(stat.ino);
    return known?.btime === stat.btime ? known : undefined;
  }

  /** Nothing on the host has this identity any more. */
  drop(inode: HostInode): void {
    const inodes = this.#of(inode.dev);
    if (inodes.get(inode.ino) === inode) inodes.delete(inode.ino);
  }

  #of(dev: number): Map<bigint, HostInode> {
    let inodes = this.#devices.get(dev);
    if (inodes === undefined) this.#devices.set(dev, (inodes = new Map()));
    return inodes;
  }
}
