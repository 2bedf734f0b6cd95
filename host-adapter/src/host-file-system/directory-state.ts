import { fail, type Inode, isLongerThan, NAME_MAX, O_DIRECTORY, S_IFDIR, type Stat } from '@layerscope/core/fs';
import { AT_FDCWD, bind, call, cString } from '../linux/index.ts';
import { HostAccess } from './access/host-access.ts';
import { openApart } from './access/own-mount.ts';
import { HostInode } from './inodes/host-inode.ts';
import { InodeTable } from './inodes/inode-table.ts';
import { holdOpen, Lifetimes } from './inodes/lifetimes.ts';
import { NewObjects } from './objects/new-objects.ts';

/** Bytes for listings and link targets. */
const ROOM = 65_536;
const O_CLOEXEC = 0o2000000;
const O_PATH_DIRECTORY = 0o10000000 | O_DIRECTORY | O_CLOEXEC;

const closeFd = bind('close');

/** What the operations on one host directory share: its inodes, its descriptors, and what was read in this moment. */
export class DirectoryState {
  readonly access: HostAccess;
  readonly table: InodeTable = new InodeTable();
  readonly newObjects: NewObjects = new NewObjects();
  readonly lifetimes: Lifetimes;
  readonly buffer: Buffer = Buffer.alloc(ROOM);
  /** Counts moments; 0 until the first. */
  moment = 0;
  /** By the path that was given. */
  readonly #attached = new Map<string, HostInode>();

  constructor(descriptors: number) {
    this.access = new HostAccess(descriptors);
    this.lifetimes = new Lifetimes(this.access, this.table);
  }

  /** Opens a directory and keeps it open. */
  attach(directory: string): HostInode {
    const inode = this.#pin(call('open', AT_FDCWD, cString(directory), O_PATH_DIRECTORY, 0));
    this.#attached.set(directory, inode);
    return inode;
  }

  /** See `HostFileSystem.detach`. */
  detach(directories: readonly string[]): void {
    const inodes = directories.map((each) => this.#attached.get(each) ?? fail('EINVAL', each));
    const apart = openApart(directories, (fd, index) => this.access.isSame(fd, inodes[index]!));
    if (apart === undefined) return;
    for (const [index, inode] of inodes.entries()) {
      closeFd(inode.fd);
      inode.fd = apart[index]!;
    }
    const attached = new Set(this.#attached.values());
    this.access.directories.closeUnless((inode) => attached.has(inode));
  }

  /** The directory above one that no lookup has led to. */
  above(inode: HostInode): HostInode {
    return this.#pin(call('open', this.access.directories.of(inode), cString('..'), O_PATH_DIRECTORY, 0));
  }

  #pin(fd: number): HostInode {
    const inode = this.table.intern(this.access.statOf(fd));
    if (inode.fd >= 0) closeFd(fd);
    else this.access.directories.adopt(inode, fd);
    inode.pinned = true;
    return inode;
  }

  /** Between operations: what was kept for the next one, or is too much, goes. */
  begin(): void {
    this.newObjects.settle();
    this.access.directories.sweep();
  }

  keep(inode: HostInode, stat: Stat): void {
    if (this.moment === 0) return;
    inode.stat = stat;
    inode.moment = this.moment;
  }

  found(stat: Stat, parent: HostInode, name: string): HostInode {
    const inode = this.table.intern(stat);
    inode.addLocation(parent, name);
    this.keep(inode, stat);
    return inode;
  }

  /** What stands at a name, and its inode if it was met. */
  at(fd: number, name: string): { readonly stat: Stat; readonly inode: HostInode | undefined } | undefined {
    if (isLongerThan(name, NAME_MAX)) return undefined;
    const stat = this.access.statAt(fd, name);
    return stat && { stat, inode: this.table.find(stat) };
  }

  /** Before a name goes: whoever still has the inode open, or works in the directory, can go on. */
  hold(inode: HostInode): void {
    if (inode.type !== S_IFDIR) holdOpen(inode);
    // A server's clients may have it open without our knowing.
    else if (this.moment > 0) this.access.directories.of(inode);
  }
}

/** Its attributes are about to change, or have. */
export const forget = (inode: HostInode): void => {
  inode.stat = undefined;
};

/** ESTALE for an inode of another file system. */
export const own = (inode: Inode): HostInode => (inode instanceof HostInode ? inode : fail('ESTALE'));

export const isRemoved = (dir: HostInode): boolean => dir.remembered !== undefined && dir.location === undefined;
