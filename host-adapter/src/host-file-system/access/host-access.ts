import {
  FsError,
  fail,
  O_ACCMODE,
  O_NOATIME,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_TRUNC,
  PERMISSION_BITS,
  S_IFDIR,
  type Stat,
} from '@layerscope/core/fs';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_SYMLINK_NOFOLLOW,
  addressOf,
  bind,
  bindAddresses,
  call,
  decodeStatx,
  lastErrno,
  STATX_MASK,
  STATX_SIZE,
  SYSTEM_CALLS,
  throwLast,
} from '../../linux/index.ts';
import { DirectoryDescriptors } from './descriptors.ts';
import type { HostInode } from '../inodes/host-inode.ts';
import { HostNames } from './host-names.ts';

const statx = bindAddresses('statx');
const openAt = bind('open');
const close = bind('close');
const read = bind('read');
const getdents = bind('getdents');
const ENOENT = 2;
const EPERM = 1;
const O_CLOEXEC = 0o2000000;
const O_NOCTTY = 0o400;
/** Whatever stands at the name by now: a fifo must not block, a terminal must not become ours. */
const SAFELY = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/**
 * Reaches inodes with system calls: by a descriptor where there is one, else by a name in a directory's descriptor,
 * never through a symbolic link.
 */
export class HostAccess {
  readonly names: HostNames = new HostNames();
  readonly directories: DirectoryDescriptors;
  readonly #statx = Buffer.alloc(STATX_SIZE);
  readonly #statxAt = Number(addressOf(this.#statx));
  readonly #view = new DataView(this.#statx.buffer, this.#statx.byteOffset, STATX_SIZE);

  constructor(limit: number) {
    this.directories = new DirectoryDescriptors(limit, this.names, (fd, inode) => this.isSame(fd, inode));
  }

  /** Whether a descriptor is that of an inode. */
  isSame(fd: number, inode: HostInode): boolean {
    const stat = this.statOf(fd);
    return stat.ino === inode.ino && stat.dev === inode.dev && stat.btime === inode.btime;
  }

  /** The attributes of an open descriptor. */
  statOf(fd: number): Stat {
    if (statx(fd, EMPTY_AT, AT_EMPTY_PATH, STATX_MASK, this.#statxAt) < 0) throwLast('statx');
    return decodeStatx(this.#view);
  }

  /** The attributes of what stands at a name; `undefined` = ENOENT. */
  statAt(at: number, name: string): Stat | undefined {
    const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    this.names.encode(name);
    if (statx(at, this.names.address, flags, STATX_MASK, this.#statxAt) < 0) {
      return lastErrno() === ENOENT ? undefined : throwLast('statx');
    }
    return decodeStatx(this.#view);
  }

  /** The attributes of an inode; `undefined` when none of its names leads to it any more. */
  stat(inode: HostInode): Stat | undefined {
    if (inode.fd >= 0) return this.statOf(inode.fd);
    for (;;) {
      const { location } = inode;
      if (location === undefined) return undefined;
      const stat = this.#statLocation(location.parent, location.name);
      if (stat?.ino === inode.ino && stat.dev === inode.dev && stat.btime === inode.btime) return stat;
      inode.removeLocation(location.parent, location.name);
    }
  }

  #statLocation(parent: HostInode, name: string): Stat | undefined {
    try {
      return this.statAt(this.directories.of(parent), name);
    } catch (error) {
      if (error instanceof FsError && (error.code === 'ENOENT' || error.code === 'ESTALE')) return undefined;
      throw error;
    }
  }

  /**
   * Calls `run` with the place of an inode for an `*at` call. Throws ESTALE when it cannot be reached: its last name is
   * gone, and nobody has it open.
   */
  at<Result>(inode: HostInode, run: (at: number, path: Uint8Array, flags: number) => Result): Result {
    if (inode.fd >= 0) return run(inode.fd, EMPTY, AT_EMPTY_PATH);
    const { parent, name } = inode.location ?? fail('ESTALE');
    const at = this.directories.of(parent);
    return run(at, this.names.encode(name), AT_SYMLINK_NOFOLLOW);
  }

  /** A path for calls that take nothing else, and whether its last component is a link that the call must follow. */
  proc(inode: HostInode): { readonly path: Uint8Array; readonly follow: boolean } {
    if (inode.fd >= 0) return { path: this.names.encodeProc(inode.fd, ''), follow: true };
    const { parent, name } = inode.location ?? fail('ESTALE');
    return { path: this.names.encodeProc(this.directories.of(parent), name), follow: false };
  }

  /** Opens a regular file or a directory. O_NOATIME where it is allowed: access times are `accessed`'s business. */
  open(inode: HostInode, flags: number): number {
    const wanted = (flags & (O_ACCMODE | O_TRUNC)) | SAFELY;
    const open = (extra: number): number => {
      if (inode.fd >= 0) {
        const path = this.names.encodeProc(inode.fd, '');
        return openAt(AT_FDCWD, path, ((wanted & ~O_NOFOLLOW) | extra) >>> 0, 0);
      }
      const { parent, name } = inode.location ?? fail('ESTALE');
      return openAt(this.directories.of(parent), this.names.encode(name), (wanted | extra) >>> 0, 0);
    };
    let fd = open(O_NOATIME);
    if (fd < 0 && lastErrno() === EPERM) fd = open(0);
    return fd < 0 ? throwLast('open') : fd;
  }

  /** Does `run` with a descriptor that is closed afterwards. */
  withOpen<Result>(inode: HostInode, flags: number, run: (fd: number) => Result): Result {
    const fd = this.open(inode, flags);
    try {
      return run(fd);
    } finally {
      close(fd);
    }
  }

  /** Reads a byte or a row, so that the host stamps the access time by its own rule. */
  touch(inode: HostInode): void {
    const flags = SAFELY & ~O_NOFOLLOW;
    this.withPath(inode, (path) => {
      const fd = openAt(AT_FDCWD, path, flags, 0);
      if (fd < 0) throwLast('open');
      if (inode.type === S_IFDIR) getdents(fd, this.#statx, STATX_SIZE);
      else read(fd, this.#statx, 1);
      close(fd);
    });
  }

  /** A descriptor for exactly this inode that needs no permission on it; closed afterwards. */
  withPath<Result>(inode: HostInode, run: (path: Uint8Array) => Result): Result {
    if (inode.fd >= 0) return run(this.names.encodeProc(inode.fd, ''));
    const { parent, name } = inode.location ?? fail('ESTALE');
    const at = this.directories.of(parent);
    const fd = call('open', at, this.names.encode(name), O_PATH_NOFOLLOW, 0);
    try {
      return run(this.names.encodeProc(fd, ''));
    } finally {
      close(fd);
    }
  }

  /**
   * What the owner of a file asks of it was allowed by whoever asked us; but without root's capabilities the mode that
   * the file has by now binds this process, too. It is lifted for the moment.
   */
  asOwner(inode: HostInode, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (process.geteuid?.() === 0 || !(error instanceof FsError) || error.code !== 'EACCES') throw error;
      const { mode } = this.stat(inode) ?? fail('ESTALE');
      this.chmod(inode, (mode & PERMISSION_BITS) | 0o600);
      try {
        run();
      } finally {
        this.chmod(inode, mode & PERMISSION_BITS);
      }
    }
  }

  /** chmod(2) of exactly this inode. Before Linux 6.6 there was no such call that does not follow links. */
  chmod(inode: HostInode, mode: number): void {
    const done = this.at(inode, (at, path, flags) => fchmodat2(SYSTEM_CALLS.fchmodat2, at, path, mode, flags));
    if (Number(done) >= 0) return;
    if (lastErrno() !== ENOSYS) throwLast('fchmodat2');
    this.withPath(inode, (path) => call('chmod', AT_FDCWD, path, mode, 0));
  }
}

const EMPTY = new Uint8Array(1);
const EMPTY_AT = Number(addressOf(EMPTY));
const ENOSYS = 38;
const O_PATH_NOFOLLOW = 0o10000000 | O_CLOEXEC | O_NOFOLLOW;
const fchmodat2 = bind('fchmodat2');
