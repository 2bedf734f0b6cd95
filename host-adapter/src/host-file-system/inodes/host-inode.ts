import type { FileMode, Inode, Stat } from '@layerscope/core/fs';
import type { HostFile } from '../objects/host-file.ts';

/** A name of an inode. */
export interface Location {
  readonly parent: HostInode;
  readonly name: string;
}

/**
 * An inode of a directory tree on the host, known by its device, number and time of birth (numbers are used again).
 *
 *            HostInode 4711                       reached, in this order, through
 *            ┌──────────────────────────┐
 *            │ fd ──────────────────────┼──▶ O_PATH of a directory in use, or what keeps a nameless file alive
 *            │ location { parent, name }┼──▶ statx(parent's fd, name): files cost no descriptor
 *            │ others  { … }            │    further names of a hard link, as far as they were met
 *            │ remembered               │    the last attributes of what has neither
 *            └──────────────────────────┘
 */
export class HostInode implements Inode {
  readonly dev: number;
  readonly ino: bigint;
  readonly type: FileMode;
  /** Nanoseconds; what tells two inodes apart that had one number after the other. */
  readonly btime: bigint;
  fd = -1;
  /** A directory descriptor was used since the last sweep. */
  used = false;
  /** Made by O_TMPFILE: `fd` can read and write. */
  isUnnamed = false;
  /** The top of a tree that was handed out: its descriptor stays. */
  pinned = false;
  location: Location | undefined = undefined;
  others: Map<string, Location> | undefined = undefined;
  remembered: Stat | undefined = undefined;
  /** Open files, most of the time none or one. */
  readonly files: HostFile[] = [];
  /** Attributes, and the moment they were read in; see `HostFileSystem.beginMoment`. */
  stat: Stat | undefined = undefined;
  moment = 0;

  constructor(stat: Stat, type: FileMode) {
    this.dev = stat.dev;
    this.ino = stat.ino;
    this.type = type;
    this.btime = stat.btime;
  }

  /** It was found at a name. */
  addLocation(parent: HostInode, name: string): void {
    const { location } = this;
    if (location === undefined) {
      this.location = { parent, name };
      this.remembered = undefined;
    } else if (location.parent !== parent || location.name !== name) {
      (this.others ??= new Map([[keyOf(location), location]])).set(keyOf({ parent, name }), { parent, name });
    }
  }

  /** It has lost a name. */
  removeLocation(parent: HostInode, name: string): void {
    this.others?.delete(keyOf({ parent, name }));
    const { location } = this;
    if (location?.parent !== parent || location.name !== name) return;
    this.location = this.others?.values().next().value;
  }
}

const keyOf = ({ parent, name }: Location): string => `${parent.dev}:${parent.ino}/${name}`;
