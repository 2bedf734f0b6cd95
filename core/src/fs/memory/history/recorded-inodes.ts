/** Rows that tell a recorder what they were before they change; see `timeline`. */
import type { Recorded, Recorder } from '../../../timeline/index.ts';
import type { Nanoseconds } from '../../clock.ts';
import type { Content } from '../../content.ts';
import type { EditableContent } from '../../content/editable-content.ts';
import type { FileMode } from '../../mode.ts';
import { DirectoryInode, FileInode, type MemoryInode, NodeInode, SymlinkInode, type Xattrs } from '../inode.ts';
import { EntryChanges } from './entry-changes.ts';

/** What any row may change. */
interface RowState {
  readonly mode: FileMode;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly atime: Nanoseconds;
  readonly mtime: Nanoseconds;
  readonly ctime: Nanoseconds;
  readonly xattrs: Xattrs | undefined;
  readonly flags: number;
}

const copyOf = (xattrs: Xattrs | undefined): Xattrs | undefined => (xattrs === undefined ? undefined : new Map(xattrs));

const saveRow = ({ mode, uid, gid, links, atime, mtime, ctime, xattrs, flags }: MemoryInode): RowState => ({
  mode,
  uid,
  gid,
  links,
  atime,
  mtime,
  ctime,
  xattrs: copyOf(xattrs),
  flags,
});

const restoreRow = (row: MemoryInode, state: RowState): void => {
  row.mode = state.mode;
  row.uid = state.uid;
  row.gid = state.gid;
  row.links = state.links;
  row.atime = state.atime;
  row.mtime = state.mtime;
  row.ctime = state.ctime;
  row.xattrs = copyOf(state.xattrs);
  row.flags = state.flags;
};

/** Rows with extended attributes count as changed. */
const isRowAt = (row: MemoryInode, state: RowState): boolean =>
  row.mode === state.mode &&
  row.uid === state.uid &&
  row.gid === state.gid &&
  row.links === state.links &&
  row.atime === state.atime &&
  row.mtime === state.mtime &&
  row.ctime === state.ctime &&
  row.flags === state.flags &&
  row.xattrs === undefined &&
  state.xattrs === undefined;

interface FileState {
  readonly row: RowState;
  readonly data: Content;
  readonly opens: number;
  readonly linkable: boolean;
}

export class RecordedFile extends FileInode implements Recorded<FileState> {
  noted: number;
  readonly #recorder: Recorder;

  constructor(
    recorder: Recorder,
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    links: number,
    now: Nanoseconds,
  ) {
    super(number, mode, uid, gid, links, now);
    this.#recorder = recorder;
    this.noted = recorder.step;
  }

  override changing(): void {
    this.#recorder.touch(this);
  }

  override edit(): EditableContent {
    this.#recorder.touch(this);
    return super.edit();
  }

  save(): FileState {
    return { row: saveRow(this), data: this.freeze(), opens: this.opens, linkable: this.linkable };
  }

  restore(state: FileState): void {
    restoreRow(this, state.row);
    this.data = state.data;
    this.opens = state.opens;
    this.linkable = state.linkable;
  }

  isAt({ row, data, opens, linkable }: FileState): boolean {
    return this.data === data && this.opens === opens && this.linkable === linkable && isRowAt(this, row);
  }
}

interface DirectoryState {
  readonly row: RowState;
  readonly parent: DirectoryInode;
}

/** Its own fields are a saved state; its entries, which may be many, are noted change by change. */
export class RecordedDirectory extends DirectoryInode implements Recorded<DirectoryState> {
  noted: number;
  readonly #recorder: Recorder;
  readonly #born: number;
  #changes: EntryChanges | undefined = undefined;

  constructor(
    recorder: Recorder,
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    now: Nanoseconds,
    parent?: DirectoryInode,
  ) {
    super(number, mode, uid, gid, now, parent);
    this.#recorder = recorder;
    this.#born = recorder.step;
    this.noted = recorder.step;
  }

  override changing(): void {
    this.#recorder.touch(this);
  }

  override attach(name: string, child: MemoryInode): void {
    this.#entryChanges()?.attached(name, child);
    super.attach(name, child);
  }

  override detach(name: string): void {
    this.#entryChanges()?.detached(name);
    super.detach(name);
  }

  save(): DirectoryState {
    return { row: saveRow(this), parent: this.parent };
  }

  restore(state: DirectoryState): void {
    restoreRow(this, state.row);
    this.parent = state.parent;
  }

  /** Where this step's changes are noted; nowhere in a directory that the step itself made. */
  #entryChanges(): EntryChanges | undefined {
    const { step } = this.#recorder;
    if (this.#born === step) return undefined;
    if (this.#changes?.step === step) return this.#changes;
    const changes = new EntryChanges(this, step);
    this.#recorder.note(changes);
    this.#changes = changes;
    return changes;
  }
}

export class RecordedSymlink extends SymlinkInode implements Recorded<RowState> {
  noted: number;
  readonly #recorder: Recorder;

  constructor(
    recorder: Recorder,
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    now: Nanoseconds,
    target: string,
    length: number,
  ) {
    super(number, mode, uid, gid, now, target, length);
    this.#recorder = recorder;
    this.noted = recorder.step;
  }

  override changing(): void {
    this.#recorder.touch(this);
  }

  save(): RowState {
    return saveRow(this);
  }

  restore(state: RowState): void {
    restoreRow(this, state);
  }
}

export class RecordedNode extends NodeInode implements Recorded<RowState> {
  noted: number;
  readonly #recorder: Recorder;

  constructor(
    recorder: Recorder,
    number: number,
    mode: FileMode,
    uid: number,
    gid: number,
    now: Nanoseconds,
    rdev: number,
  ) {
    super(number, mode, uid, gid, now, rdev);
    this.#recorder = recorder;
    this.noted = recorder.step;
  }

  override changing(): void {
    this.#recorder.touch(this);
  }

  save(): RowState {
    return saveRow(this);
  }

  restore(state: RowState): void {
    restoreRow(this, state);
  }
}
