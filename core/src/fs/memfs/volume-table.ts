/** The inode table beside a memfs volume. */
import type { Clock, Nanoseconds } from '../clock.ts';
import {
  type DirectoryInode,
  type FileInode,
  type InodeTable,
  type MemoryInode,
  NodeInode,
  SymlinkInode,
} from '../memory/inode.ts';
import { type Space, targetBytes } from '../memory/space.ts';
import { isDirectory, isRegular, isSymlink, S_IFDIR, S_IFMT, S_IFREG, type FileMode } from '../mode.ts';
import { nameLength } from '../names.ts';
import { VolumeContent } from './volume-content.ts';
import { type Rows, VolumeDirectory, VolumeFile } from './volume-inode.ts';
import type { VolumeCore, VolumeLink, VolumeNode } from './volume.ts';

export class VolumeTable implements InodeTable, Rows {
  readonly root: VolumeDirectory;
  /** memfs keeps a file in one buffer, grown by doubling: half of what a buffer can be. */
  readonly largestFile: number = 2 ** 31;
  readonly #core: VolumeCore;
  readonly #space: Space;
  readonly #clock: Clock;
  readonly #rows = new WeakMap<VolumeNode, MemoryInode>();
  readonly #nodes = new WeakMap<MemoryInode, VolumeNode>();
  #last = 0;

  constructor(core: VolumeCore, space: Space, clock: Clock) {
    this.#core = core;
    this.#space = space;
    this.#clock = clock;
    const node = core.root.getNode();
    this.root = new VolumeDirectory(
      this.#next(),
      node.mode,
      node.uid,
      node.gid,
      clock.now(),
      undefined,
      this,
      core.root,
    );
    this.#know(this.root, node);
    space.addInodes(1);
    this.#adoptTree(this.root);
  }

  file(mode: FileMode, uid: number, gid: number, links: number, now: Nanoseconds): FileInode {
    const node = this.#newNode(S_IFREG | 0o666);
    return this.#know(new VolumeFile(this.#next(), mode, uid, gid, links, now, new VolumeContent(node)), node);
  }

  directory(mode: FileMode, uid: number, gid: number, now: Nanoseconds, parent: DirectoryInode): DirectoryInode {
    const node = this.#newNode(S_IFDIR | 0o777);
    node.nlink = 1;
    return this.#know(new VolumeDirectory(this.#next(), mode, uid, gid, now, parent, this), node);
  }

  symlink(mode: FileMode, uid: number, gid: number, now: Nanoseconds, target: string, length: number): SymlinkInode {
    const node = this.#newNode(S_IFREG | 0o666);
    node.makeSymlink(target);
    return this.#know(new SymlinkInode(this.#next(), mode, uid, gid, now, target, length), node);
  }

  node(mode: FileMode, uid: number, gid: number, now: Nanoseconds, rdev: number): NodeInode {
    const node = this.#newNode((mode & S_IFMT) | 0o666);
    node.rdev = rdev;
    return this.#know(new NodeInode(this.#next(), mode, uid, gid, now, rdev), node);
  }

  nodeOf(row: MemoryInode): VolumeNode {
    const node = this.#nodes.get(row);
    if (node === undefined) throw new Error(`inode ${row.ino} has no node in the volume`);
    return node;
  }

  rowOf(link: VolumeLink, parent: VolumeDirectory): MemoryInode {
    const known = this.#rows.get(link.getNode());
    if (known === undefined) return this.#adopt(link, parent);
    // The volume's owner may have moved it.
    if (known instanceof VolumeDirectory && known.parent !== parent) known.parent = parent;
    return known;
  }

  #next(): number {
    return (this.#last += 1);
  }

  #know<Row extends MemoryInode>(row: Row, node: VolumeNode): Row {
    this.#rows.set(node, row);
    this.#nodes.set(row, node);
    return row;
  }

  /** A node that no name points to yet. It stays out of memfs's register,
   * which only its statfs reads and which would keep it for ever. */
  #newNode(mode: FileMode): VolumeNode {
    const node = this.#core.createNode(mode);
    delete this.#core.inodes[node.ino];
    node.nlink = 0;
    return node;
  }

  #adoptTree(dir: VolumeDirectory): void {
    for (const { name } of dir.list()) {
      const child = dir.get(name);
      if (child instanceof VolumeDirectory) this.#adoptTree(child);
    }
  }

  /** A row for what memfs made. */
  #adopt(link: VolumeLink, parent: VolumeDirectory): MemoryInode {
    const node = link.getNode();
    const { mode, uid, gid } = node;
    const now = this.#clock.now();
    const number = this.#next();
    this.#space.addInodes(1);
    if (isDirectory(mode)) {
      parent.links++;
      return this.#know(new VolumeDirectory(number, mode, uid, gid, now, parent, this, link), node);
    }
    if (isSymlink(mode)) {
      const length = nameLength(node.symlink);
      this.#space.addBytes(targetBytes(length));
      return this.#know(new SymlinkInode(number, mode | 0o777, uid, gid, now, node.symlink, length), node);
    }
    if (!isRegular(mode)) return this.#know(new NodeInode(number, mode, uid, gid, now, node.rdev), node);
    const bytes = new VolumeContent(node);
    this.#space.addBytes(bytes.allocated);
    return this.#know(new VolumeFile(number, mode, uid, gid, node.nlink, now, bytes), node);
  }
}
