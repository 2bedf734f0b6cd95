/** The inode table of a file system whose past can be gone back to. */
import type { Recorded, Recorder } from '../../../timeline/index.ts';
import type { Nanoseconds } from '../../clock.ts';
import { PERMISSION_BITS, S_IFDIR, type FileMode } from '../../mode.ts';
import type { DirectoryInode, FileInode, InodeTable, NodeInode, SymlinkInode } from '../inode.ts';
import { RecordedDirectory, RecordedFile, RecordedNode, RecordedSymlink } from './recorded-inodes.ts';

export class RecordedTable implements InodeTable, Recorded<number> {
  noted: number;
  readonly root: DirectoryInode;
  readonly largestFile: number = Number.MAX_SAFE_INTEGER;
  readonly #recorder: Recorder;
  /** The number given last. */
  #last = 1;

  constructor(recorder: Recorder, rootMode: number, now: Nanoseconds) {
    this.#recorder = recorder;
    this.root = new RecordedDirectory(recorder, 1, S_IFDIR | (rootMode & PERMISSION_BITS), 0, 0, now);
    this.noted = recorder.step;
  }

  file(mode: FileMode, uid: number, gid: number, links: number, now: Nanoseconds): FileInode {
    return new RecordedFile(this.#recorder, this.#next(), mode, uid, gid, links, now);
  }

  directory(mode: FileMode, uid: number, gid: number, now: Nanoseconds, parent: DirectoryInode): DirectoryInode {
    return new RecordedDirectory(this.#recorder, this.#next(), mode, uid, gid, now, parent);
  }

  symlink(mode: FileMode, uid: number, gid: number, now: Nanoseconds, target: string, length: number): SymlinkInode {
    return new RecordedSymlink(this.#recorder, this.#next(), mode, uid, gid, now, target, length);
  }

  node(mode: FileMode, uid: number, gid: number, now: Nanoseconds, rdev: number): NodeInode {
    return new RecordedNode(this.#recorder, this.#next(), mode, uid, gid, now, rdev);
  }

  save(): number {
    return this.#last;
  }

  restore(last: number): void {
    this.#last = last;
  }

  #next(): number {
    this.#recorder.touch(this);
    return (this.#last += 1);
  }
}
