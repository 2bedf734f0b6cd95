import { S_IFDIR, S_IFREG, type Stat } from '@layerscope/core/fs';
import { bind, call } from '../../linux/index.ts';
import type { HostAccess } from '../access/host-access.ts';
import type { HostInode } from './host-inode.ts';
import type { InodeTable } from './inode-table.ts';

const closeFd = bind('close');

/** Before a name goes: the inode of an open file can from now on be reached without one. */
export const holdOpen = (inode: HostInode): void => {
  const [file] = inode.files;
  if (inode.fd < 0 && file !== undefined) inode.fd = call('dup', file.fd);
};

/** What becomes of inodes that have no name: an open file goes on, anything else answers its last attributes. */
export class Lifetimes {
  readonly #access: HostAccess;
  readonly #table: InodeTable;

  constructor(access: HostAccess, table: InodeTable) {
    this.#access = access;
    this.#table = table;
  }

  /** A name is gone; `before` is what the inode was until then. */
  lostName(inode: HostInode, before: Stat): void {
    if (inode.location !== undefined) return;
    const nlink = inode.type === S_IFDIR ? 0 : before.nlink - 1;
    inode.remembered = { ...before, nlink, ctime: BigInt(Date.now()) * 1_000_000n };
    if (nlink === 0 && inode.fd < 0) this.#table.drop(inode);
  }

  /** What kept a file without a name goes with its last open, and with the first name it gets. */
  releaseIfUnused(inode: HostInode): void {
    if (inode.fd < 0 || inode.files.length > 0 || inode.type !== S_IFREG) return;
    const hasName = inode.location !== undefined;
    if (!hasName) inode.remembered = this.#access.statOf(inode.fd);
    closeFd(inode.fd);
    inode.fd = -1;
    inode.isUnnamed = false;
    if (!hasName) this.#table.drop(inode);
  }
}
