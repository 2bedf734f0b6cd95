/** The descriptor table of a process, and the open file descriptions that several descriptors may share (open(2)). */
import {
  type Caller,
  type DirectoryEntry,
  type Inode,
  O_ACCMODE,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  type OpenFile,
  fail,
} from '../../fs/index.ts';
import type { Recorded, Recorder } from '../../timeline/index.ts';
import type { Mounted, Place } from '../mount-table.ts';
import type { Fd } from '../system-calls.ts';
import type { Device } from '../devices.ts';

/** What an open made: shared by dup and fork, position included. */
interface SavedDescription {
  readonly position: number;
  readonly listing: readonly DirectoryEntry[] | undefined;
  readonly holders: number;
}

export class Description implements Place, Recorded<SavedDescription> {
  noted: number;
  readonly mount: Mounted;
  readonly inode: Inode;
  readonly flags: number;
  /** The open regular file; absent for directories, devices and O_PATH. */
  readonly file: OpenFile | undefined;
  readonly device: Device | undefined;
  /** The credentials it was opened with; see `ProcessState.credentials`. */
  readonly opener: Caller;
  /** Bytes; for a directory, rows. */
  position = 0;
  /** A directory's rows since the last rewind. */
  listing: readonly DirectoryEntry[] | undefined = undefined;
  #holders = 1;

  constructor(place: Place, flags: number, opener: Caller, file?: OpenFile, device?: Device) {
    this.noted = place.mount.recorder?.step ?? 0;
    this.mount = place.mount;
    this.inode = place.inode;
    this.flags = flags;
    this.opener = opener;
    this.file = file;
    this.device = device;
    this.mount.hold();
  }

  get readable(): boolean {
    const access = this.flags & O_ACCMODE;
    return access !== O_WRONLY && access !== 3;
  }

  get writable(): boolean {
    const access = this.flags & O_ACCMODE;
    return access !== O_RDONLY && access !== 3;
  }

  /** To be called before a field changes. */
  changing(): void {
    this.mount.recorder?.touch(this);
  }

  save(): SavedDescription {
    return { position: this.position, listing: this.listing, holders: this.#holders };
  }

  restore({ position, listing, holders }: SavedDescription): void {
    this.position = position;
    this.listing = listing;
    this.#holders = holders;
  }

  share(): this {
    this.changing();
    this.#holders += 1;
    return this;
  }

  close(): void {
    this.changing();
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.mount.release();
    this.file?.close();
  }
}

/** RLIMIT_NOFILE's usual soft limit. */
const LIMIT = 1024;

type Row = Description | undefined;

export class Descriptors implements Recorded<readonly Row[]> {
  noted: number;
  readonly #recorder: Recorder | undefined;
  readonly #rows: Row[];
  /** No descriptor below this is free. */
  #lowestFree = 0;

  constructor(recorder: Recorder | undefined, rows: readonly Row[] = []) {
    this.#recorder = recorder;
    this.noted = recorder?.step ?? 0;
    this.#rows = rows.map((row) => row?.share());
    this.#findFree();
  }

  /** EBADF for a descriptor that is not open, and for one opened with O_PATH, which only names a place. */
  get(fd: Fd): Description {
    const description = this.place(fd);
    return (description.flags & O_PATH) === 0 ? description : fail('EBADF');
  }

  /** As `get`, for a call that is about to change attributes of the inode. */
  reach(fd: Fd): Description {
    const description = this.get(fd);
    description.file?.reached?.();
    return description;
  }

  /** As `get`, for calls that take an O_PATH descriptor as well. */
  place(fd: Fd): Description {
    return this.#rows[fd] ?? fail('EBADF');
  }

  /** EMFILE when the table is full. */
  requireRoom(): void {
    if (this.#lowestFree >= LIMIT) fail('EMFILE');
  }

  /** Puts a description at the lowest free number. */
  add(description: Description): Fd {
    this.requireRoom();
    const fd = this.#lowestFree;
    this.#recorder?.touch(this);
    this.#rows[fd] = description;
    this.#findFree();
    return fd;
  }

  /** dup2(2): closes what `fd` was. */
  put(fd: Fd, description: Description): void {
    if (!Number.isInteger(fd) || fd < 0 || fd >= LIMIT) fail('EBADF');
    this.#recorder?.touch(this);
    this.#rows[fd]?.close();
    this.#rows[fd] = description;
    this.#findFree();
  }

  close(fd: Fd): void {
    const description = this.place(fd);
    this.#recorder?.touch(this);
    this.#rows[fd] = undefined;
    if (fd < this.#lowestFree) this.#lowestFree = fd;
    description.close();
  }

  closeAll(): void {
    for (const [fd, row] of this.#rows.entries()) if (row !== undefined) this.close(fd);
  }

  /** fork(2): the same descriptions at the same numbers. */
  copy(): Descriptors {
    return new Descriptors(this.#recorder, this.#rows);
  }

  save(): readonly Row[] {
    return [...this.#rows];
  }

  restore(rows: readonly Row[]): void {
    this.#rows.splice(0, Infinity, ...rows);
    this.#lowestFree = 0;
    this.#findFree();
  }

  #findFree(): void {
    while (this.#rows[this.#lowestFree] !== undefined) this.#lowestFree += 1;
  }
}
