/**
 * From fstab-style option words to the flags and the data of mount(2), by containerd's table: a word it knows sets or
 * clears flags, everything else is passed to the file system, joined with commas.
 */

/** mount(2) flags, Linux's numbers. */
export const MS_RDONLY = 0x1;
export const MS_NOSUID = 0x2;
export const MS_NODEV = 0x4;
export const MS_NOEXEC = 0x8;
export const MS_SYNCHRONOUS = 0x10;
export const MS_REMOUNT = 0x20;
export const MS_MANDLOCK = 0x40;
export const MS_DIRSYNC = 0x80;
export const MS_NOATIME = 0x400;
export const MS_NODIRATIME = 0x800;
export const MS_BIND = 0x1000;
export const MS_REC = 0x4000;
const MS_UNBINDABLE = 0x20000;
const MS_PRIVATE = 0x40000;
const MS_SLAVE = 0x80000;
const MS_SHARED = 0x100000;
export const MS_RELATIME = 0x200000;
const MS_STRICTATIME = 0x1000000;

const SETS: { readonly [word: string]: number } = {
  bind: MS_BIND,
  dirsync: MS_DIRSYNC,
  mand: MS_MANDLOCK,
  noatime: MS_NOATIME,
  nodev: MS_NODEV,
  nodiratime: MS_NODIRATIME,
  noexec: MS_NOEXEC,
  nosuid: MS_NOSUID,
  private: MS_PRIVATE,
  rbind: MS_BIND | MS_REC,
  relatime: MS_RELATIME,
  remount: MS_REMOUNT,
  ro: MS_RDONLY,
  rprivate: MS_PRIVATE | MS_REC,
  rshared: MS_SHARED | MS_REC,
  rslave: MS_SLAVE | MS_REC,
  runbindable: MS_UNBINDABLE | MS_REC,
  shared: MS_SHARED,
  slave: MS_SLAVE,
  strictatime: MS_STRICTATIME,
  sync: MS_SYNCHRONOUS,
  unbindable: MS_UNBINDABLE,
};

const CLEARS: { readonly [word: string]: number } = {
  async: MS_SYNCHRONOUS,
  atime: MS_NOATIME,
  defaults: 0,
  dev: MS_NODEV,
  diratime: MS_NODIRATIME,
  exec: MS_NOEXEC,
  nomand: MS_MANDLOCK,
  norelatime: MS_RELATIME,
  nostrictatime: MS_STRICTATIME,
  rw: MS_RDONLY,
  suid: MS_NOSUID,
};

/** The propagation words: a mount(2) call of their own; without effect on the simulated machine, where every mount is private. */
const PROPAGATION = MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED;

export interface ParsedMountOptions {
  /** Without the propagation flags. */
  readonly flags: number;
  /** The propagation flags, with MS_REC for a recursive word; 0 when none was given. */
  readonly propagation: number;
  /** What the file system parses, e.g. `workdir=/w,upperdir=/u,lowerdir=/l`. */
  readonly data: string;
  /** `containerID:hostID:size` of an id-mapped mount, several joined with commas. */
  readonly uidmap?: string;
  readonly gidmap?: string;
}

/** containerd's `parseMountOptions`, with the id mapping words that it takes out first. Later words win. */
export const parseMountOptions = (options: readonly string[]): ParsedMountOptions => {
  let flags = 0;
  const data: string[] = [];
  const maps: { uidmap?: string; gidmap?: string } = {};
  for (const word of options) {
    if (word.startsWith('uidmap=')) maps.uidmap = word.slice('uidmap='.length);
    else if (word.startsWith('gidmap=')) maps.gidmap = word.slice('gidmap='.length);
    else {
      // No word of the table has a value; to look for thousands of bytes of layers there takes a while.
      const isPlain = !word.includes('=');
      const sets = isPlain ? SETS[word] : undefined;
      const clears = isPlain ? CLEARS[word] : undefined;
      if (sets !== undefined) flags |= sets;
      else if (clears !== undefined) flags &= ~clears;
      else data.push(word);
    }
  }
  return {
    propagation: flags & PROPAGATION ? flags & (PROPAGATION | MS_REC) : 0,
    flags: flags & PROPAGATION ? flags & ~PROPAGATION & ~bindRecursion(flags) : flags,
    data: data.join(','),
    ...maps,
  };
};

/** MS_REC belongs to the propagation word when nothing is bound. */
const bindRecursion = (flags: number): number => ((flags & MS_BIND) === 0 ? MS_REC : 0);
