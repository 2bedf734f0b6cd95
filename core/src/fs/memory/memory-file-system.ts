/**
 * A file system in memory: our own inode table, tmpfs's answers.
 *
 * Inode numbers count up from 1, the root, and are never used twice: the same calls give the same numbers.
 * Listings are in order of creation (tmpfs has the newest first; POSIX promises nothing).
 */
import type { Recorder } from '../../timeline/index.ts';
import type { Nanoseconds } from '../clock.ts';
import type { FileSystem } from '../file-system.ts';
import { PERMISSION_BITS, S_IFDIR, type FileMode } from '../mode.ts';
import { InodeFileSystem, type InodeFileSystemOptions } from './inode-file-system.ts';
import { RecordedTable } from './history/recorded-table.ts';
import { Space } from './space.ts';
import { DirectoryInode, FileInode, type InodeTable, NodeInode, SymlinkInode } from './inode.ts';

export interface MemoryFileSystemOptions extends InodeFileSystemOptions {
  /** Permission bits of the root, default 0o755. */
  readonly rootMode?: number;
  /** Hears of every change, so that it can be taken back; none by default. */
  readonly recorder?: Recorder;
}

/** An empty file system in memory: a root directory of 0:0 and nothing else. Inode numbers and times come out the same in every run. */
export const createMemoryFileSystem = (options: MemoryFileSystemOptions): FileSystem => {
  const { rootMode = 0o755, clock, recorder } = options;
  const space = new Space(options, recorder);
  space.addInodes(1);
  const now = clock.now();
  const table = recorder === undefined ? new MemoryTable(rootMode, now) : new RecordedTable(recorder, rootMode, now);
  return new InodeFileSystem(table, space, options);
};

class MemoryTable implements InodeTable {
  readonly root: DirectoryInode;
  /** The largest offset that a double holds exactly; Linux's own limit is 2^63 - 1. */
  readonly largestFile: number = Number.MAX_SAFE_INTEGER;
  #last = 1;

  constructor(rootMode: number, now: Nanoseconds) {
    this.root = new DirectoryInode(1, S_IFDIR | (rootMode & PERMISSION_BITS), 0, 0, now);
  }

  file(mode: FileMode, uid: number, gid: number, links: number, now: Nanoseconds): FileInode {
    return new FileInode((this.#last += 1), mode, uid, gid, links, now);
  }

  directory(mode: FileMode, uid: number, gid: number, now: Nanoseconds, parent: DirectoryInode): DirectoryInode {
    return new DirectoryInode((this.#last += 1), mode, uid, gid, now, parent);
  }

  symlink(mode: FileMode, uid: number, gid: number, now: Nanoseconds, target: string, length: number): SymlinkInode {
    return new SymlinkInode((this.#last += 1), mode, uid, gid, now, target, length);
  }

  node(mode: FileMode, uid: number, gid: number, now: Nanoseconds, rdev: number): NodeInode {
    return new NodeInode((this.#last += 1), mode, uid, gid, now, rdev);
  }
}
