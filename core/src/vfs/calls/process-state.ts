/** What the system calls of one process work on. Only `process.ts` makes one; the calls change it. */
import { type Caller, type Inode, fail } from '../../fs/index.ts';
import type { Recorded } from '../../timeline/index.ts';
import type { MountNamespace, Mounted, Place } from '../mount-table.ts';
import { type ParsedPath, parsePath } from '../parsed-path.ts';
import type { Fd } from '../system-calls.ts';
import { Walk, type Viewpoint } from '../walk.ts';
import type { Descriptors } from './descriptors.ts';
import type { Devices } from '../devices.ts';

/** Switches of the machine that change what a process may do (sysctl fs.protected_*, proc_sys_fs(5)). */
export interface Protections {
  /** Links only to files that one owns or may read and write, and to no setuid ones. */
  readonly hardlinks: boolean;
  /** In sticky world-writable directories, only links of one's own or the directory owner's are followed. */
  readonly symlinks: boolean;
  /** O_CREAT opens somebody else's file in a sticky directory: 0 yes, 1 not in world-writable, 2 not in group-writable ones. */
  readonly regular: number;
  /** The same for fifos. */
  readonly fifos: number;
}

/** What system calls may change of a process, but for its descriptors. */
interface SavedProcess {
  readonly beneath: boolean;
  readonly caller: Caller;
  readonly credentials: Caller;
  readonly root: Place;
  readonly cwd: Place;
}

export class ProcessState implements Viewpoint, Recorded<SavedProcess> {
  noted: number;
  readonly namespace: MountNamespace;
  readonly devices: Devices;
  readonly protections: Protections;
  beneath: boolean;
  readonly descriptors: Descriptors;
  /** The cursor of every call; a call that needs two paths takes what it needs from the first before the second. */
  readonly walk: Walk = new Walk();
  caller: Caller;
  /** The caller as it was last set as a whole. Compared by identity; umask(2) does not change it. */
  credentials: Caller;
  root: Place;
  cwd: Place;

  constructor(
    from: Pick<
      ProcessState,
      'namespace' | 'devices' | 'protections' | 'beneath' | 'descriptors' | 'caller' | 'credentials' | 'root' | 'cwd'
    >,
  ) {
    this.noted = from.namespace.recorder?.step ?? 0;
    this.namespace = from.namespace;
    this.devices = from.devices;
    this.protections = from.protections;
    this.beneath = from.beneath;
    this.descriptors = from.descriptors;
    this.caller = from.caller;
    this.credentials = from.credentials;
    this.root = from.root;
    this.cwd = from.cwd;
    this.root.mount.hold();
    this.cwd.mount.hold();
  }

  get protectedSymlinks(): boolean {
    return this.protections.symlinks;
  }

  /** To be called before a field changes. */
  changing(): void {
    this.namespace.recorder?.touch(this);
  }

  save(): SavedProcess {
    const { beneath, caller, credentials, root, cwd } = this;
    return { beneath, caller, credentials, root, cwd };
  }

  restore(state: SavedProcess): void {
    Object.assign(this, state);
  }

  become(caller: Caller): void {
    this.changing();
    this.caller = caller;
    this.credentials = caller;
  }

  setRoot(place: Place): void {
    this.changing();
    place.mount.hold();
    this.root.mount.release();
    this.root = place;
  }

  setCwd(place: Place): void {
    this.changing();
    place.mount.hold();
    this.cwd.mount.release();
    this.cwd = place;
  }

  /** Gives back everything that keeps mounts busy. */
  release(): void {
    this.descriptors.closeAll();
    this.root.mount.release();
    this.cwd.mount.release();
  }
}

/** Sets the process's walk off along `path`. A descriptor matters only to a relative path (openat(2)). */
export const setOff = (process: ProcessState, path: string, at: Fd | undefined): ParsedPath => {
  const parsed = parsePath(path);
  const base = at === undefined || parsed.absolute ? process.cwd : process.descriptors.place(at);
  process.walk.begin(process, parsed, base);
  return parsed;
};

/** Walks to the end of `path`; the process's walk then stands on the object. */
export const resolve = (process: ProcessState, path: string, follow: boolean, at?: Fd): Walk => {
  const parsed = setOff(process, path, at);
  process.walk.toEnd(parsed, follow);
  return process.walk;
};

/** Walks to the directory of the last component of `path`. */
export const resolveParent = (process: ProcessState, path: string, at?: Fd): Walk => {
  const parsed = setOff(process, path, at);
  process.walk.toLast(parsed);
  return process.walk;
};

/** A removed directory holds nothing and takes nothing: ENOENT. Only a cwd or a descriptor can still stand on one. */
export const isRemoved = (walk: Walk): boolean => walk.atStart && walk.mount.fs.getattr(walk.inode).nlink === 0;

export const requireLive = (walk: Walk): void => {
  if (isRemoved(walk)) fail('ENOENT');
};

/** Reading through a place moves its atime, by relatime's rule, where the mount allows. */
export const accessed = (mount: Mounted, inode: Inode): void => {
  if (!mount.readOnly && mount.flags.noAtime !== true) mount.fs.accessed?.(inode);
};
