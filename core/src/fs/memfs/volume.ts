/**
 * What we use of a memfs `Volume`, as types of our own: memfs's need Node's, which `core` does not have.
 *
 * Two faces: `Volume` is what users and the plain-file folders hold (Node's `fs` shape), `VolumeCore` is the tree under
 * it, directory entries (`VolumeLink`) pointing to nodes (`VolumeNode`), on which `volumeFileSystem` works: paths would
 * not do, because they lose an open file at its unlinking and meet memfs's own permission checks on the way.
 */
import type { PlainFiles } from '../plain-files.ts';

export interface Volume {
  readonly promises: PlainFiles;
  readFileSync(path: string): Uint8Array;
  readFileSync(path: string, encoding: 'utf8'): string;
  writeFileSync(path: string, data: Uint8Array | string): void;
  readdirSync(path: string): readonly string[];
  mkdirSync(path: string, options?: { readonly recursive?: boolean }): unknown;
  symlinkSync(target: string, path: string): void;
  readlinkSync(path: string): string;
  renameSync(from: string, to: string): void;
  rmSync(path: string, options?: { readonly recursive?: boolean; readonly force?: boolean }): void;
  existsSync(path: string): boolean;
  /** Paths to texts; `null` is an empty directory. */
  toJSON(): Record<string, string | null>;
}

/** A memfs `Volume`, whoever made it: what lies under it is its `VolumeCore`. */
export interface VolumeTree {
  readonly _core: object;
}

/** The tree under a volume; a TypeError for something that only looks like a memfs volume. */
export const coreOf = ({ _core: core }: VolumeTree): VolumeCore => {
  if (!('root' in core) || !('createNode' in core)) {
    throw new TypeError('not a memfs volume: pass what createVolume() or memfs() made, not an fs over it');
  }
  return core as VolumeCore;
};

export interface VolumeCore {
  readonly root: VolumeLink;
  createNode(mode: number): VolumeNode;
  /** Nodes by memfs's inode number; only its own statfs looks at it. */
  readonly inodes: Record<number, VolumeNode>;
}

export interface VolumeLink {
  name: string;
  readonly children: ReadonlyMap<string, VolumeLink | undefined>;
  getNode(): VolumeNode;
  createChild(name: string, node: VolumeNode): VolumeLink;
  setChild(name: string, link: VolumeLink): VolumeLink;
  deleteChild(link: VolumeLink): void;
  syncSteps(): void;
}

export interface VolumeNode {
  readonly ino: number;
  mode: number;
  uid: number;
  gid: number;
  rdev: number;
  nlink: number;
  symlink: string;
  readonly buf: Uint8Array;
  isDirectory(): boolean;
  getSize(): number;
  /** Sets the size, filling with zeros; 0 gives the buffer back. */
  truncate(size: number): void;
  /** Tells memfs's watchers. */
  touch(): void;
  makeSymlink(target: string): void;
}
