/**
 * What is mounted where: the mounts of one namespace (mount_namespaces(7)).
 *
 *   superblock  one instance of a file system; every bind of it shares it (and its read-only switch)
 *   mount       a superblock seen from one of its inodes, attached at (parent mount, inode)
 *
 *      ┌ mount 1 ─ root fs ───────────────┐
 *      │  /          /mnt ●               │   ● a mount point is a pair (mount, inode): the same directory seen
 *      └──────────────────┼───────────────┘     through a bind is another place with other mounts on it
 *                 ┌ mount 2 ─ overlay ─┐
 *                 │  / ● ── mount 3    │     mounts stack: the second one at /mnt stands on mount 2's root
 *                 └────────────────────┘
 *
 * Two simplifications against Linux, which keys mount points by dentry: a file with several hard links that is a
 * mount point is covered under all of its names, and propagation (shared, slave) does not exist: all is private.
 */
import { type FileSystem, type Inode, S_IFDIR, fail } from '../fs/index.ts';
import { type Recorded, type Recorder, changeRow } from '../timeline/index.ts';
import { Superblock, type SuperblockOptions } from './superblock.ts';

/** Per-mount switches of mount(2). */
export interface MountFlags {
  readonly readOnly?: boolean;
  readonly noSuid?: boolean;
  readonly noDev?: boolean;
  readonly noExec?: boolean;
  readonly noAtime?: boolean;
}

/** A directory or file of the namespace: an inode seen through a mount. */
export interface Place {
  readonly mount: Mounted;
  readonly inode: Inode;
}

interface MountedState {
  readonly flags: MountFlags;
  readonly parent: Mounted | undefined;
  readonly at: Inode | undefined;
  readonly users: number;
  readonly attached: boolean;
}

/** A mount. Mutable where mount(2) can change it; everything else goes through the namespace. */
export class Mounted implements Recorded<MountedState> {
  noted: number;
  readonly id: number;
  readonly superblock: Superblock;
  readonly fs: FileSystem;
  readonly root: Inode;
  flags: MountFlags;
  /** Where it hangs; both `undefined` for the namespace's root and for a detached mount. */
  parent: Mounted | undefined = undefined;
  at: Inode | undefined = undefined;
  readonly children: Map<Inode, Mounted> = new Map();
  /** Open descriptions, working directories and roots that stand on this mount. */
  users = 0;
  attached = true;
  readonly recorder: Recorder | undefined;

  constructor(id: number, superblock: Superblock, root: Inode, flags: MountFlags, recorder: Recorder | undefined) {
    this.recorder = recorder;
    this.noted = recorder?.step ?? 0;
    this.id = id;
    this.superblock = superblock;
    this.fs = superblock.fs;
    this.root = root;
    this.flags = flags;
    recorder?.touch(superblock);
    superblock.mounts += 1;
  }

  /** Writes are refused: by this mount or by its file system. */
  get readOnly(): boolean {
    return this.superblock.readOnly || this.flags.readOnly === true;
  }

  hold(): void {
    this.changing();
    this.users += 1;
  }

  release(): void {
    this.changing();
    this.users -= 1;
    if (this.users === 0 && !this.attached) this.superblock.drop();
  }

  /** To be called before the mount or its superblock changes, so that it can be taken back. */
  changing(): void {
    this.recorder?.touch(this);
    this.recorder?.touch(this.superblock);
  }

  save(): MountedState {
    const { flags, parent, at, users, attached } = this;
    return { flags, parent, at, users, attached };
  }

  restore({ flags, parent, at, users, attached }: MountedState): void {
    this.flags = flags;
    this.parent = parent;
    this.at = at;
    this.users = users;
    this.attached = attached;
  }
}

/** The mounts that processes of one machine see; changed by mount(2) and umount2(2) alone. */
export class MountNamespace implements Recorded<number> {
  noted: number;
  readonly root: Mounted;
  /** Grows with every change; what remembers resolved paths compares it. */
  generation = 0;
  /** How often an inode is a mount point, through whichever mount: such a name cannot be removed or renamed. */
  readonly #points = new Map<Inode, number>();
  readonly recorder: Recorder | undefined;
  #nextId = 1;

  /** `top` is the directory of the file system that is seen as `/`, its own root by default. */
  constructor(root: SuperblockOptions, flags: MountFlags = {}, top: Inode = root.fs.root, recorder?: Recorder) {
    this.recorder = recorder;
    this.noted = recorder?.step ?? 0;
    this.root = new Mounted(this.#nextId++, new Superblock(root), top, flags, recorder);
  }

  get rootPlace(): Place {
    return topmost({ mount: this.root, inode: this.root.root });
  }

  /** Attaches `root` (the file system's own root when not given) over `at`. ENOTDIR when one is a directory and the other not. */
  mount(superblock: Superblock, at: Place, flags: MountFlags = {}, root: Inode = superblock.fs.root): Mounted {
    const place = topmost(at);
    this.#requireMountable(root, place);
    const mounted = new Mounted(this.#newId(), superblock, root, flags, this.recorder);
    this.#attach(mounted, place.mount, place.inode);
    return mounted;
  }

  /** MS_BIND: `source` again at `at`; `recursive` (MS_REC) takes the mounts below `source` along. */
  bind(source: Place, at: Place, recursive: boolean): Mounted {
    const place = topmost(at);
    this.#requireMountable(source.inode, place);
    const copy = this.#copy(source.mount, source.inode, recursive);
    this.#attach(copy, place.mount, place.inode);
    return copy;
  }

  /** MS_MOVE. EINVAL for the root or when `at` lies in the moved mount (ELOOP on Linux). */
  move(mounted: Mounted, at: Place): void {
    const place = topmost(at);
    if (mounted.parent === undefined) fail('EINVAL');
    for (let above: Mounted | undefined = place.mount; above !== undefined; above = above.parent) {
      if (above === mounted) fail('ELOOP');
    }
    this.#requireMountable(mounted.root, place);
    this.#detach(mounted);
    this.#attach(mounted, place.mount, place.inode);
  }

  isMountPoint(inode: Inode): boolean {
    return this.#points.size !== 0 && this.#points.has(inode);
  }

  isBusy(mounted: Mounted): boolean {
    return mounted.users > 0 || mounted.children.size > 0;
  }

  /** umount2(2). EBUSY while something stands on the mount; `lazy` (MNT_DETACH) takes the whole subtree out of sight at once. */
  unmount(mounted: Mounted, lazy = false): void {
    if (mounted.parent === undefined) fail('EINVAL');
    if (lazy) {
      for (const child of mounted.children.values()) this.unmount(child, true);
    } else if (this.isBusy(mounted)) fail('EBUSY');
    this.#detach(mounted);
    mounted.changing();
    mounted.attached = false;
    if (mounted.users === 0) mounted.superblock.drop();
  }

  /** All mounts, a parent before its children, in the order they were made. */
  *mounts(from: Mounted = this.root): Iterable<Mounted> {
    yield from;
    const children = [...from.children.values()].toSorted((one, other) => one.id - other.id);
    for (const child of children) yield* this.mounts(child);
  }

  save(): number {
    return this.#nextId;
  }

  /** What remembers resolved paths must look again. */
  restore(nextId: number): void {
    this.#nextId = nextId;
    this.generation += 1;
  }

  #newId(): number {
    this.recorder?.touch(this);
    return this.#nextId++;
  }

  #requireMountable(root: Inode, at: Place): void {
    if ((root.type === S_IFDIR) !== (at.inode.type === S_IFDIR)) fail('ENOTDIR');
    if (at.mount.fs.getattr(at.inode).nlink === 0) fail('ENOENT');
  }

  #copy(mount: Mounted, root: Inode, recursive: boolean): Mounted {
    const copy = new Mounted(this.#newId(), mount.superblock, root, mount.flags, this.recorder);
    if (!recursive) return copy;
    for (const [at, child] of mount.children) {
      if (isWithin(mount.fs, at, root)) this.#attach(this.#copy(child, child.root, true), copy, at);
    }
    return copy;
  }

  #attach(mounted: Mounted, parent: Mounted, at: Inode): void {
    mounted.changing();
    mounted.parent = parent;
    mounted.at = at;
    changeRow(this.recorder, parent.children, at, mounted);
    changeRow(this.recorder, this.#points, at, (this.#points.get(at) ?? 0) + 1);
    this.generation += 1;
  }

  #detach(mounted: Mounted): void {
    const at = mounted.at;
    if (at === undefined) return;
    mounted.changing();
    if (mounted.parent !== undefined) changeRow(this.recorder, mounted.parent.children, at, undefined);
    const left = (this.#points.get(at) ?? 1) - 1;
    changeRow(this.recorder, this.#points, at, left === 0 ? undefined : left);
    mounted.parent = undefined;
    mounted.at = undefined;
    this.generation += 1;
  }
}

/** What is seen at a place: the root of the uppermost mount on it. */
export const topmost = (place: Place): Place => {
  let { mount, inode } = place;
  for (let above = mount.children.get(inode); above !== undefined; above = mount.children.get(inode)) {
    mount = above;
    inode = above.root;
  }
  return mount === place.mount ? place : { mount, inode };
};

/** Whether `inode` is `top` or lies below it. For a file, whose parents are not known, only whether it is `top`. */
export const isWithin = (fs: FileSystem, inode: Inode, top: Inode): boolean => {
  if (inode === top || top === fs.root) return true;
  if (inode.type !== S_IFDIR) return false;
  for (let at = inode; ;) {
    const parent = fs.parent(at);
    if (parent === top) return true;
    if (parent === at) return false;
    at = parent;
  }
};
