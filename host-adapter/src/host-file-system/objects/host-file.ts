import { fail, type OpenFile } from '@layerscope/core/fs';
import { bind, call, throwLast } from '../../linux/index.ts';
import type { HostInode } from '../inodes/host-inode.ts';

const pread = bind('pread');
const pwrite = bind('pwrite');
const SEEK = { data: 3, hole: 4 } as const;

/** An open regular file of the host. */
export class HostFile implements OpenFile {
  readonly fd: number;
  readonly inode: HostInode;
  readonly #onClose: (file: HostFile) => void;
  readonly #onChange: (inode: HostInode) => void;

  constructor(fd: number, inode: HostInode, onChange: (inode: HostInode) => void, onClose: (file: HostFile) => void) {
    this.fd = fd;
    this.inode = inode;
    this.#onChange = onChange;
    this.#onClose = onClose;
  }

  read(into: Uint8Array, position: number): number {
    const count = Number(pread(this.fd, into, into.length, position));
    return count < 0 ? throwLast('pread') : count;
  }

  /** Fewer bytes than asked when the disk is full: the beginning is written. */
  write(from: Uint8Array, position: number): number {
    if (from.length === 0) return 0;
    if (position + from.length > Number.MAX_SAFE_INTEGER) fail('EFBIG');
    this.#onChange(this.inode);
    let done = Number(pwrite(this.fd, from, from.length, position));
    if (done < 0) throwLast('pwrite');
    while (done < from.length)
      done += call('pwrite', this.fd, from.subarray(done), from.length - done, position + done);
    return from.length;
  }

  allocate(mode: number, offset: number, length: number): void {
    if (offset + length > Number.MAX_SAFE_INTEGER) fail('EFBIG');
    this.#onChange(this.inode);
    call('fallocate', this.fd, mode, offset, length);
  }

  seek(offset: number, whence: 'data' | 'hole'): number {
    return call('lseek', this.fd, offset, SEEK[whence]);
  }

  sync(): void {
    call('fsync', this.fd);
  }

  close(): void {
    this.#onClose(this);
  }
}
