import type { Caller, FileSystem, Inode } from '../fs/index.ts';
import type { Recorded, Recorder } from '../timeline/index.ts';
import type { OverlayEvent } from './events.ts';
import type { UserNamespace } from './options.ts';
import type { OverlayInode } from './tree/overlay-inode.ts';
import type { MarkNames } from './xattr/marks.ts';

/** A read-only layer. `index` 0 is the topmost. */
export interface LowerLayer {
  readonly fs: FileSystem;
  readonly root: Inode;
  readonly index: number;
  /** The st_dev shown for its non-directories when the layers are on several file systems. */
  readonly dev: number;
  /** What xino adds to its inode numbers; `undefined` adds nothing. */
  readonly highBits: bigint | undefined;
}

/** An object in a lower layer. */
export interface LowerPath {
  readonly layer: LowerLayer;
  readonly inode: Inode;
}

/** The writable layer. */
export interface UpperLayer {
  readonly fs: FileSystem;
  readonly root: Inode;
  readonly dev: number;
  /** `work/work`, with an index `work/index`; without it (it could not be made) the mount is read-only. */
  readonly work: Inode | undefined;
}

/** What it counts. */
export interface SuperblockState {
  readonly sharedWhiteout: Inode | undefined;
  readonly lastTemporary: number;
  readonly lastDirectoryNumber: bigint;
}

/** What a mounted overlay knows beside its inodes. */
export interface Superblock extends Recorded<SuperblockState> {
  readonly dev: number;
  readonly upper: UpperLayer | undefined;
  readonly lowers: readonly LowerLayer[];
  /** Data-only layers: reached through an absolute redirect of a metacopy file, and in no other way. */
  readonly dataLowers: readonly LowerLayer[];
  /** Objects show their real inode numbers under one device: all layers are on one file system, or xino tells them apart. */
  readonly oneDevice: boolean;
  /** Lower numbers get high bits (several file systems, xino=on or auto). */
  readonly xino: boolean;
  readonly writable: boolean;
  readonly marks: MarkNames;
  /** The mounter may write marks; not so without `userxattr` in a user namespace. */
  readonly canMark: boolean;
  readonly userNamespace: UserNamespace | undefined;
  readonly createRedirects: boolean;
  /** Regular files are copied up without their bytes where that will do. */
  readonly metacopy: boolean;
  /**
   * Which copied-up objects have an entry in the index (`work/index`, which is the work directory then): none, those
   * with several lower names (index=on), or all (nfs_export=on).
   */
  readonly indexed: 'none' | 'hard-links' | 'all';
  /** Whether the digest in a metacopy mark is heeded. */
  readonly verity: 'off' | 'on' | 'require';
  /** sync(2) of an upper file is not passed on. */
  readonly volatile: boolean;
  /** With any of the younger features on, a new directory in a merged one is marked opaque: it saves lookups below. */
  readonly marksNewDirectories: boolean;
  readonly followRedirects: boolean;
  /** The mounter's credentials, umask 0. */
  readonly mounter: Caller;
  /** Layer roots and work directory. To reach one of them through the mount is a loop. */
  readonly traps: ReadonlySet<Inode>;
  readonly emit: ((event: OverlayEvent) => void) | undefined;
  readonly recorder: Recorder | undefined;

  root: OverlayInode;
  /** Upper inodes with several names (with an index: lower ones, too), so that each name answers the same OverlayInode. */
  links: WeakMap<Inode, OverlayInode>;
  /** The directory that continues in a lower one. */
  directories: WeakMap<Inode, OverlayInode>;
  /** Layers in which a directory was met that may hold whiteouts that are files with a mark. */
  readonly markedLayers: Set<LowerLayer>;
  /** The whiteout that unlink and rmdir make hard links of. */
  sharedWhiteout: Inode | undefined;
  lastTemporary: number;
  lastDirectoryNumber: bigint;
}

/** Logs what the kernel would log. */
export const kernelLog = (superblock: Superblock, text: string): void =>
  superblock.emit?.({ type: 'kernel-log', text });
