/**
 * The `Kernel` port: what a snapshotter may ask of the machine it runs on.
 *
 * A snapshotter written against it runs on the simulated kernel (a browser tab, a unit test) and on Linux, unchanged.
 * Paths are absolute, on the machine's own disk. Failures are `FsError`s with Linux's errno on both.
 */
import type { Clock, Random, Tree } from '../fs/index.ts';

/** A mount as containerd describes it: its type, source, fstab-style options, and (1.7+) a path below the mount root. */
export interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target?: string;
  readonly options: readonly string[];
}

/** Disk usage as containerd counts it (continuity `fs.DiskUsage`): unique inodes, and `st_blocks` x 512 of each. */
export interface Usage {
  readonly inodes: number;
  readonly size: number;
}

/** What lstat tells a snapshotter. `mode` holds type and permission bits. */
export interface DiskStat {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A directory as a tree. `close` gives back what keeps it open; unmounting what it lies on does so, too. */
export interface DiskTree extends Tree {
  close(): void;
}

/** Directory operations on the machine's disk. Each is atomic; `rename` replaces only what rename(2) would. */
export interface Disk {
  /** mkdir -p. `mode` is exact (no umask) and used for what is made; existing directories stay as they are. */
  mkdir(path: string, mode: number): Promise<void>;
  /** Makes `prefix` + a random suffix with mode 0700 and answers the path (mkdtemp(3)). */
  makeTemporary(prefix: string): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  /** rm -rf: missing is fine, odd modes inside are coped with. */
  removeAll(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  lchown(path: string, uid: number, gid: number): Promise<void>;
  /** `undefined` when nothing is there. */
  lstat(path: string): Promise<DiskStat | undefined>;
  /** Names, in byte order. */
  readdir(path: string): Promise<readonly string[]>;
  usage(path: string): Promise<Usage>;
  /**
   * Owner, mode, times, xattrs, devices, hard links among the copied files; a directory that is not empty ends with the
   * time of the copy, as containerd's copy leaves it. `to` exists and is a directory.
   */
  copyTree(from: string, to: string): Promise<void>;
  /**
   * A directory as a synchronous tree, for applying and comparing layers. It is seen through the mounts: a mount point
   * answers what is mounted there, and below a read-only mount every change is EROFS.
   */
  tree(path: string): Promise<DiskTree>;
}

/** btrfs's own operations, on a file system of it that is mounted. Failures are `FsError`s. */
export interface Btrfs {
  /** What the btrfs that `path` lies on is mounted from, e.g. `/dev/sdb`; `undefined` when it lies on another file system. */
  source(path: string): Promise<string | undefined>;
  /** Makes an empty subvolume, a file tree of its own. EEXIST. */
  createSubvolume(path: string): Promise<void>;
  /** Makes the subvolume `to` with everything that is in the subvolume `from`, shared until one of them is written. */
  snapshot(from: string, to: string, readOnly: boolean): Promise<void>;
  /** Deletes a subvolume, a read-only one, too, with the subvolumes in it. */
  deleteSubvolume(path: string): Promise<void>;
  /** The number that the mount option `subvolid` takes. */
  subvolumeId(path: string): Promise<number>;
}

export interface Kernel {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  /** Absent where there is no btrfs. */
  readonly btrfs?: Btrfs;
  /** Whether an option of a file system type is known here, e.g. `('overlay', 'index')` (/sys/module/…/parameters). */
  supports(type: string, option: string): Promise<boolean>;
  /** Mounts a list in order at `target` (an existing directory), entry `target`s joined below it. All or nothing. */
  mount(mounts: readonly Mount[], target: string): Promise<void>;
  /** umount2(2) of everything mounted at `target` by one `mount` call. EINVAL when it is no mount point, EBUSY in use. */
  unmount(target: string): Promise<void>;
}
