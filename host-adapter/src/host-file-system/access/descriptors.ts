import { fail, O_DIRECTORY, O_NOFOLLOW, O_PATH, S_IFDIR } from '@layerscope/core/fs';
import { bind, throwLast } from '../../linux/index.ts';
import type { HostInode } from '../inodes/host-inode.ts';
import type { HostNames } from './host-names.ts';

const openAt = bind('open');
const closeFd = bind('close');
const O_CLOEXEC = 0o2000000;

/**
 * The O_PATH descriptors of directories, which all work at names goes through: they follow their directory through
 * renames, and no link can lead out of the tree. A bounded number stays open; what was not used since the last sweep
 * goes first, and is opened again from its parent when it is needed.
 */
export class DirectoryDescriptors {
  readonly #limit: number;
  readonly #names: HostNames;
  /** Whether a descriptor is that of the inode: the name may lead to another directory by now. */
  readonly #isSame: (fd: number, inode: HostInode) => boolean;
  #open: HostInode[] = [];

  constructor(limit: number, names: HostNames, isSame: (fd: number, inode: HostInode) => boolean) {
    this.#limit = limit;
    this.#names = names;
    this.#isSame = isSame;
  }

  /** Throws ENOTDIR, ENOENT for a directory that was removed, ESTALE for one that was moved behind our back. */
  of(dir: HostInode): number {
    if (dir.fd >= 0) {
      dir.used = true;
      return dir.fd;
    }
    if (dir.type !== S_IFDIR) fail('ENOTDIR');
    const { parent, name } = dir.location ?? fail('ENOENT');
    const at = this.of(parent);
    const fd = openAt(at, this.#names.encode(name), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
    if (fd < 0) throwLast('open');
    if (!this.#isSame(fd, dir)) {
      closeFd(fd);
      fail('ESTALE', name);
    }
    this.adopt(dir, fd);
    return fd;
  }

  adopt(dir: HostInode, fd: number): void {
    dir.fd = fd;
    dir.used = true;
    this.#open.push(dir);
  }

  /** Closes what is too much. Not in the middle of an operation: it may hold two descriptors. */
  sweep(): void {
    if (this.#open.length <= this.#limit) return;
    const kept: HostInode[] = [];
    for (const dir of this.#open) {
      if (dir.pinned || dir.used) {
        dir.used = false;
        kept.push(dir);
      } else this.#close(dir);
    }
    // All were in use: the older half goes.
    const surplus = kept.length - this.#limit / 2;
    this.#open = surplus <= 0 ? kept : kept.filter((dir, index) => index >= surplus || dir.pinned || this.#close(dir));
  }

  closeAll(): void {
    this.closeUnless(() => false);
  }

  /** What is closed is opened again, from above, when it is needed. */
  closeUnless(isKept: (dir: HostInode) => boolean): void {
    this.#open = this.#open.filter((dir) => isKept(dir) || this.#close(dir));
  }

  #close(dir: HostInode): false {
    if (dir.fd >= 0) closeFd(dir.fd);
    dir.fd = -1;
    return false;
  }
}
