import {
  type Caller,
  CAP_FSETID,
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
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, bind, call, cString, throwLast } from '../../linux/index.ts';
import type { HostInode } from '../inodes/host-inode.ts';

const openAt = bind('open');
const closeFd = bind('close');
const setUmask = bind('umask');
const O_CLOEXEC = 0o2000000;
const CREATE = O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC;
const EMPTY = new Uint8Array(1);
/** What chown(2) takes away from anything but a directory. */
const PRIVILEGES = S_ISUID | S_ISGID;

/** What is known of a new object's place and looks. */
export interface Surroundings {
  readonly parent: () => Stat;
  /** The attributes of what was just made. */
  readonly made: () => Stat;
}

/**
 * Makes objects as this process and gives them to the caller: its owner and group. The umask is the caller's, and the
 * host applies it: it knows the directories whose default access control list counts instead. In a setgid directory the
 * host has chosen the group already.
 */
export class NewObjects {
  readonly #uid = process.geteuid?.() ?? 0;
  readonly #gid = process.getegid?.() ?? 0;
  readonly #umask = process.umask();
  /** The file made last, still open: most files are opened right after they were made. */
  #made: { readonly inode: HostInode; readonly fd: number } | undefined;
  /** What was made last, and its attributes: whoever unpacks an archive asks at once for many that it has already. */
  #last: { readonly inode: HostInode; readonly stat: Stat } | undefined;

  /** Answers the descriptor that made it. */
  file(at: number, name: Uint8Array, mode: number, caller: Caller, parent: () => Stat, stat: StatOf): number {
    const bits = mode & PERMISSION_BITS;
    const fd = this.#withUmask(bits, caller, () => openAt(at, name, CREATE, bits));
    if (fd < 0) throwLast('open');
    this.#ownFile(fd, bits, caller, parent, stat);
    return fd;
  }

  /** O_TMPFILE. Answers the descriptor that keeps it alive. */
  unnamed(at: number, mode: number, caller: Caller, parent: () => Stat, stat: StatOf): number {
    const bits = mode & PERMISSION_BITS;
    const fd = this.#withUmask(bits, caller, () => openAt(at, DOT, O_TMPFILE | O_RDWR | O_CLOEXEC, bits));
    if (fd < 0) throwLast('open');
    this.#ownFile(fd, bits, caller, parent, stat);
    return fd;
  }

  directory(at: number, name: Uint8Array, mode: number, caller: Caller, parent: () => Stat): undefined {
    const bits = mode & 0o1777;
    this.#withUmask(bits, caller, () => call('mkdir', at, name, bits));
    this.#own(at, name, AT_SYMLINK_NOFOLLOW, caller, parent);
  }

  node(at: number, name: Uint8Array, mode: number, rdev: number, caller: Caller, around: Surroundings): undefined {
    const bits = mode & PERMISSION_BITS;
    this.#withUmask(bits, caller, () => call('mknod', at, name, (mode & S_IFMT || S_IFREG) | bits, rdev));
    const before = (bits & PRIVILEGES) === 0 ? undefined : around.made();
    this.#own(at, name, AT_SYMLINK_NOFOLLOW, caller, around.parent);
    if (before !== undefined) call('chmod', at, name, keptMode(before.mode, caller, around.parent), 0);
  }

  symlink(at: number, name: Uint8Array, target: string, caller: Caller, parent: () => Stat): undefined {
    call('symlink', cString(target), at, name);
    this.#own(at, name, AT_SYMLINK_NOFOLLOW, caller, parent);
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

  /** The attributes that this inode was made with, when it was the last one made and nothing has changed them. */
  freshly(inode: HostInode): Stat | undefined {
    return this.#last?.inode === inode ? this.#last.stat : undefined;
  }

  made(inode: HostInode, stat: Stat): void {
    this.#last = { inode, stat };
  }

  changed(): void {
    this.#last = undefined;
  }

  settle(): void {
    this.changed();
    if (this.#made === undefined) return;
    closeFd(this.#made.fd);
    this.#made = undefined;
  }

  /** Only where it makes a difference: a process has one umask. */
  #withUmask(bits: number, { umask }: Caller, make: () => number): number {
    if ((bits & (umask ^ this.#umask)) === 0) return make();
    setUmask(umask);
    try {
      return make();
    } finally {
      setUmask(this.#umask);
    }
  }

  #ownFile(fd: number, bits: number, caller: Caller, parent: () => Stat, stat: StatOf): void {
    const before = (bits & PRIVILEGES) === 0 ? undefined : stat(fd);
    this.#own(fd, EMPTY, AT_EMPTY_PATH, caller, parent);
    if (before !== undefined) call('fchmod', fd, keptMode(before.mode, caller, parent));
  }

  #own(at: number, path: Uint8Array, flags: number, caller: Caller, parent: () => Stat): void {
    if (caller.uid === this.#uid && caller.gid === this.#gid) return;
    const inherits = (parent().mode & S_ISGID) !== 0;
    call('chown', at, path, caller.uid | 0, inherits ? -1 : caller.gid | 0, flags);
  }
}

/** The attributes of an open descriptor. */
export type StatOf = (fd: number) => Stat;

const DOT = cString('.');

/** A setgid program of a group that its maker is not in would be a gift to himself. */
const keptMode = (mode: number, caller: Caller, parent: () => Stat): number => {
  const bits = mode & PERMISSION_BITS;
  if ((bits & 0o2010) !== 0o2010 || hasCapability(caller, CAP_FSETID)) return bits;
  const directory = parent();
  return (directory.mode & S_ISGID) !== 0 && !inGroup(caller, directory.gid) ? bits & ~S_ISGID : bits;
};
