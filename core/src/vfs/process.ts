/**
 * A process: a caller with a root, a working directory and descriptors in one mount namespace.
 * Its methods are the system calls; what they do stands by topic in `calls/`.
 */
import { type Caller, MAY_WRITE, S_IFDIR, S_IFLNK, S_IFREG, type Stat, type StatFs, fail } from '../fs/index.ts';
import * as attributes from './calls/attributes.ts';
import { Descriptors } from './calls/descriptors.ts';
import type { Devices } from './devices.ts';
import * as directories from './calls/directories.ts';
import * as files from './calls/files.ts';
import * as names from './calls/names.ts';
import { open } from './calls/open.ts';
import { ProcessState, type Protections, accessed, resolve } from './calls/process-state.ts';
import { rename } from './calls/rename.ts';
import * as xattrs from './calls/xattrs.ts';
import type { MountNamespace, Place } from './mount-table.ts';
import { permit, requireWritable } from './permission.ts';
import type { Dirent, Fd, SystemCalls, TimeChange } from './system-calls.ts';

export interface ProcessOptions {
  readonly namespace: MountNamespace;
  readonly caller: Caller;
  /** Default: the namespace's root. */
  readonly root?: Place;
  /** Default: `root`. */
  readonly cwd?: Place;
  /** Device drivers; none by default, see `memoryDevices`. */
  readonly devices?: Devices;
  /** sysctl fs.protected_*; default hard links only. */
  readonly protections?: Protections;
  /** Nothing above the directory that a call starts at can be reached (openat2's RESOLVE_BENEATH): EXDEV. */
  readonly beneath?: boolean;
}

/** What a process adds to its system calls. */
export interface Process extends SystemCalls {
  readonly namespace: MountNamespace;
  /** fork(2): same descriptions at the same numbers, own table; `caller` changes who it is. */
  fork(caller?: Caller): Process;
  /** setresuid(2) and its kin: who the calls from now on are made by. What is open stays open. */
  become(caller: Caller): void;
  /** Switches `beneath` for the calls from now on; see `ProcessOptions`. */
  confine(beneath: boolean): void;
  /** _exit(2): closes everything, so that the mounts it stood on can be unmounted. */
  exit(): void;
  /** The place a path names now; follows links. */
  place(path: string): Place;
}

const HARD_LINKS: Protections = { hardlinks: true, symlinks: false, regular: 0, fifos: 0 };

/** Makes a process. It holds its root's and cwd's mounts busy until `exit`. */
export const createProcess = (options: ProcessOptions): Process => {
  const root = options.root ?? options.namespace.rootPlace;
  return new SimulatedProcess(
    new ProcessState({
      namespace: options.namespace,
      caller: options.caller,
      credentials: options.caller,
      root,
      cwd: options.cwd ?? root,
      devices: options.devices ?? new Map(),
      protections: options.protections ?? HARD_LINKS,
      beneath: options.beneath ?? false,
      descriptors: new Descriptors(options.namespace.recorder),
    }),
  );
};

class SimulatedProcess implements Process {
  readonly #state: ProcessState;

  constructor(state: ProcessState) {
    this.#state = state;
  }

  get caller(): Caller {
    return this.#state.caller;
  }

  get namespace(): MountNamespace {
    return this.#state.namespace;
  }

  fork(caller?: Caller): Process {
    const state = this.#state;
    const { namespace, root, cwd, devices, protections, beneath, credentials } = state;
    const shared = { namespace, root, cwd, devices, protections, beneath };
    const descriptors = state.descriptors.copy();
    const child = new ProcessState({ ...shared, descriptors, caller: state.caller, credentials });
    if (caller !== undefined) child.become(caller);
    return new SimulatedProcess(child);
  }

  become(caller: Caller): void {
    this.#state.become(caller);
  }

  confine(beneath: boolean): void {
    this.#state.changing();
    this.#state.beneath = beneath;
  }

  exit(): void {
    this.#state.release();
  }

  place(path: string): Place {
    const { mount, inode } = resolve(this.#state, path, true);
    return { mount, inode };
  }

  mkdir(path: string, mode: number, at?: Fd): void {
    names.mkdir(this.#state, path, mode, at);
  }
  rmdir(path: string, at?: Fd): void {
    names.rmdir(this.#state, path, at);
  }
  unlink(path: string, at?: Fd): void {
    names.unlink(this.#state, path, at);
  }
  rename(from: string, to: string, flags = 0, fromAt?: Fd, toAt?: Fd): void {
    rename(this.#state, from, to, flags, fromAt, toAt);
  }
  link(from: string, to: string, follow = false, fromAt?: Fd, toAt?: Fd): void {
    names.link(this.#state, from, to, follow, fromAt, toAt);
  }
  symlink(target: string, path: string, at?: Fd): void {
    names.symlink(this.#state, target, path, at);
  }
  readlink(path: string, at?: Fd): string {
    const { mount, inode } = resolve(this.#state, path, false, at);
    if (inode.type !== S_IFLNK) fail('EINVAL');
    accessed(mount, inode);
    return mount.fs.readlink(inode);
  }
  mknod(path: string, mode: number, rdev: number, at?: Fd): void {
    names.mknod(this.#state, path, mode, rdev, at);
  }

  stat(path: string, follow = true, at?: Fd): Stat {
    const { mount, inode } = resolve(this.#state, path, follow, at);
    return mount.fs.getattr(inode);
  }
  access(path: string, mask: number, at?: Fd): void {
    if ((mask & ~7) !== 0) fail('EINVAL');
    const { mount, inode } = resolve(this.#state, path, true, at);
    permit(mount, inode, mask, this.caller);
    // Devices, fifos and sockets can be written to on a read-only mount.
    const stored = inode.type === S_IFREG || inode.type === S_IFDIR || inode.type === S_IFLNK;
    if ((mask & MAY_WRITE) !== 0 && stored) requireWritable(mount);
  }
  chmod(path: string, mode: number, at?: Fd): void {
    attributes.chmod(this.#state, resolve(this.#state, path, true, at), mode);
  }
  chown(path: string, uid: number, gid: number, follow = true, at?: Fd): void {
    attributes.chown(this.#state, resolve(this.#state, path, follow, at), uid, gid);
  }
  utimens(path: string, atime: TimeChange, mtime: TimeChange, follow = true, at?: Fd): void {
    // Linux does not even look at the path when there is nothing to do.
    if (atime === 'omit' && mtime === 'omit') return;
    attributes.utimens(this.#state, resolve(this.#state, path, follow, at), atime, mtime);
  }
  truncate(path: string, size: number): void {
    attributes.requireSize(size);
    attributes.truncate(this.#state, resolve(this.#state, path, true), size);
  }
  getxattr(path: string, name: string, follow = true): Uint8Array {
    xattrs.requireName(name);
    return xattrs.getxattr(this.#state, resolve(this.#state, path, follow), name);
  }
  listxattr(path: string, follow = true): readonly string[] {
    return xattrs.listxattr(this.#state, resolve(this.#state, path, follow));
  }
  setxattr(path: string, name: string, value: Uint8Array, flags = 0, follow = true): void {
    xattrs.requireSettable(name, value, flags);
    xattrs.setxattr(this.#state, resolve(this.#state, path, follow), name, value, flags);
  }
  removexattr(path: string, name: string, follow = true): void {
    xattrs.requireName(name);
    xattrs.removexattr(this.#state, resolve(this.#state, path, follow), name);
  }
  statfs(path: string): StatFs {
    return resolve(this.#state, path, true).mount.fs.statfs();
  }

  open(path: string, flags: number, mode = 0, at?: Fd): Fd {
    return open(this.#state, path, flags, mode, at);
  }
  close(fd: Fd): void {
    this.#state.descriptors.close(fd);
  }
  dup(fd: Fd): Fd {
    const { descriptors } = this.#state;
    const description = descriptors.place(fd);
    descriptors.requireRoom();
    return descriptors.add(description.share());
  }
  dup2(fd: Fd, to: Fd): Fd {
    const { descriptors } = this.#state;
    const description = descriptors.place(fd);
    if (fd !== to) descriptors.put(to, description.share());
    return to;
  }
  read(fd: Fd, into: Uint8Array): number {
    return files.read(this.#state.descriptors.get(fd), into);
  }
  pread(fd: Fd, into: Uint8Array, position: number): number {
    files.requirePosition(position);
    return files.pread(this.#state.descriptors.get(fd), into, position);
  }
  write(fd: Fd, from: Uint8Array): number {
    return files.write(this.#state, this.#state.descriptors.get(fd), from);
  }
  pwrite(fd: Fd, from: Uint8Array, position: number): number {
    files.requirePosition(position);
    return files.pwrite(this.#state, this.#state.descriptors.get(fd), from, position);
  }
  lseek(fd: Fd, offset: number, whence: files.Whence): number {
    return files.lseek(this.#state.descriptors.get(fd), offset, whence);
  }
  fstat(fd: Fd): Stat {
    const { mount, inode } = this.#state.descriptors.place(fd);
    return mount.fs.getattr(inode);
  }
  fchmod(fd: Fd, mode: number): void {
    attributes.chmod(this.#state, this.#state.descriptors.reach(fd), mode);
  }
  fchown(fd: Fd, uid: number, gid: number): void {
    attributes.chown(this.#state, this.#state.descriptors.reach(fd), uid, gid);
  }
  futimens(fd: Fd, atime: TimeChange, mtime: TimeChange): void {
    if (atime === 'omit' && mtime === 'omit') return;
    attributes.utimens(this.#state, this.#state.descriptors.reach(fd), atime, mtime);
  }
  ftruncate(fd: Fd, size: number): void {
    attributes.requireSize(size);
    files.ftruncate(this.#state, this.#state.descriptors.reach(fd), size);
  }
  fallocate(fd: Fd, mode: number, offset: number, length: number): void {
    files.fallocate(this.#state, this.#state.descriptors.get(fd), mode, offset, length);
  }
  fsync(fd: Fd): void {
    files.fsync(this.#state.descriptors.get(fd));
  }
  getdents(fd: Fd, count = Number.MAX_SAFE_INTEGER): readonly Dirent[] {
    return directories.getdents(this.#state.descriptors.get(fd), count);
  }
  fgetxattr(fd: Fd, name: string): Uint8Array {
    return xattrs.getxattr(this.#state, this.#state.descriptors.get(fd), name);
  }
  getFlags(fd: Fd): number {
    return attributes.getFlags(this.#state.descriptors.get(fd));
  }
  setFlags(fd: Fd, flags: number): void {
    attributes.setFlags(this.#state, this.#state.descriptors.reach(fd), flags);
  }
  fsetxattr(fd: Fd, name: string, value: Uint8Array, flags = 0): void {
    xattrs.requireSettable(name, value, flags);
    xattrs.setxattr(this.#state, this.#state.descriptors.reach(fd), name, value, flags);
  }

  chdir(path: string): void {
    directories.chdir(this.#state, path);
  }
  fchdir(fd: Fd): void {
    directories.fchdir(this.#state, this.#state.descriptors.place(fd));
  }
  getcwd(): string {
    return directories.getcwd(this.#state);
  }
  chroot(path: string): void {
    directories.chroot(this.#state, path);
  }
  umask(mask: number): number {
    const { caller } = this.#state;
    this.#state.changing();
    this.#state.caller = { ...caller, umask: mask & 0o777 };
    return caller.umask;
  }
}
