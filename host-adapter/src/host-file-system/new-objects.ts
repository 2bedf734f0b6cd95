import {
  type Caller,
  CAP_FSETID,
  fail,
  hasCapability,
  inGroup,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_RDWR,
  O_TMPFILE,
  PERMISSION_BITS,
  S_IFMT,
  S_IFREG,
  S_ISGID,
  S_ISUID,
  type Stat,
} from '@layerscope/core/fs';
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, bind, call, cString, throwLast } from '../linux/index.ts';
import type { HostInode } from './host-inode.ts';

const openAt = bind('open');
const closeFd = bind('close');
const O_CLOEXEC = 0o2000000;
const CREATE = O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC;
const EMPTY = new Uint8Array(1);

/**
 * Makes objects as this process and gives them to the caller: its owner, group and umask. In a setgid directory the
 * host has chosen the group already.
 */
export class NewObjects {
  readonly #uid = process.geteuid?.() ?? 0;
  readonly #gid = process.getegid?.() ?? 0;
  /** This process's umask, which the host takes away from every mode. */
  readonly #umask = process.umask();
  /** The file made last, still open: most files are opened right after they were made. */
  #made: { readonly inode: HostInode; readonly fd: number } | undefined;

  /** Answers the descriptor that made it. */
  file(at: number, name: Uint8Array, mode: number, caller: Caller, parent: () => Stat): number {
    const bits = mode & PERMISSION_BITS & ~caller.umask;
    const fd = openAt(at, name, CREATE, bits);
    if (fd < 0) throwLast('open');
    this.#own(fd, EMPTY, AT_EMPTY_PATH, bits, caller, parent, (kept) => call('fchmod', fd, kept));
    return fd;
  }

  /** O_TMPFILE. Answers the descriptor that keeps it alive. */
  unnamed(at: number, mode: number, caller: Caller, parent: Stat): number {
    const bits = mode & PERMISSION_BITS & ~caller.umask;
    const fd = call('open', at, cString('.'), O_TMPFILE | O_RDWR | O_CLOEXEC, bits);
    this.#own(
      fd,
      EMPTY,
      AT_EMPTY_PATH,
      bits,
      caller,
      () => parent,
      (kept) => call('fchmod', fd, kept),
    );
    return fd;
  }

  directory(at: number, name: Uint8Array, mode: number, caller: Caller, parent: () => Stat): undefined {
    const bits = mode & 0o1777 & ~caller.umask;
    call('mkdir', at, name, bits);
    // chmod would take the setgid bit away that the directory has inherited.
    this.#own(at, name, AT_SYMLINK_NOFOLLOW, bits, caller, parent, (kept) =>
      call('chmod', at, name, kept | (parent().mode & S_ISGID), 0),
    );
  }

  node(at: number, name: Uint8Array, mode: number, rdev: number, caller: Caller, parent: () => Stat): undefined {
    const bits = mode & PERMISSION_BITS & ~caller.umask;
    call('mknod', at, name, (mode & S_IFMT || S_IFREG) | bits, rdev);
    this.#own(at, name, AT_SYMLINK_NOFOLLOW, bits, caller, parent, (kept) => call('chmod', at, name, kept, 0));
  }

  symlink(at: number, name: Uint8Array, target: string, caller: Caller, parent: () => Stat): undefined {
    call('symlink', cString(target), at, name);
    this.#own(at, name, AT_SYMLINK_NOFOLLOW, 0, caller, parent, () => fail('EINVAL'));
  }

  /** Keeps the descriptor of a file just made for an `open` that comes right after. */
  offer(inode: HostInode, fd: number): void {
    this.#made = { inode, fd };
  }

  /** The descriptor that made this file, which can read and write; the taker closes it. */
  take(inode: HostInode): number | undefined {
    if (this.#made?.inode !== inode) return undefined;
    const { fd } = this.#made;
    this.#made = undefined;
    return fd;
  }

  settle(): void {
    if (this.#made === undefined) return;
    closeFd(this.#made.fd);
    this.#made = undefined;
  }

  #own(
    at: number,
    path: Uint8Array,
    flags: number,
    bits: number,
    caller: Caller,
    parent: () => Stat,
    chmod: (bits: number) => void,
  ): void {
    let kept = bits;
    const isOther = caller.uid !== this.#uid || caller.gid !== this.#gid;
    if (isOther) {
      const { mode, gid } = parent();
      const inherits = (mode & S_ISGID) !== 0;
      call('chown', at, path, caller.uid | 0, inherits ? -1 : caller.gid | 0, flags);
      // A setgid program of a group that its maker is not in would be a gift to himself.
      const isGift =
        inherits && (bits & 0o2010) === 0o2010 && !inGroup(caller, gid) && !hasCapability(caller, CAP_FSETID);
      if (isGift) kept &= ~S_ISGID;
    }
    const lostInChown = isOther && (bits & (S_ISUID | S_ISGID)) !== 0;
    if (lostInChown || (bits & this.#umask) !== 0) chmod(kept);
  }
}
