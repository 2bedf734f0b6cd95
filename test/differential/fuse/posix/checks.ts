/**
 * What POSIX and Linux promise of every file system, as observations: a check does things in an empty directory and
 * answers lines. On any two file systems the lines must be the same.
 */
import { FsError, type Stat } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';

export const NOBODY = 65_534;

/** One machine: its calls, and how to make them as somebody else. */
export interface Machine {
  readonly calls: SystemCalls;
  /** Without the capabilities that setfsuid(2) takes away. */
  readonly as: <Result>(uid: number, gid: number, run: () => Result) => Result;
  /** Has /proc, and offsets of 64 bits. */
  readonly isLinux: boolean;
}

export type Check = (world: World) => void;

/** One directory, and the lines that were observed in it. */
export class World {
  readonly machine: Machine;
  readonly calls: SystemCalls;
  readonly root: string;
  readonly lines: string[] = [];
  readonly #store: string;

  /** What is there at first is made in `store`: the directory itself, or the same one of a lower layer. */
  constructor(machine: Machine, root: string, store: string = root) {
    this.machine = machine;
    this.calls = machine.calls;
    this.root = root;
    this.#store = store;
  }

  #stored(name: string): string {
    return `${this.#store}/${name}`;
  }

  path(name: string): string {
    return `${this.root}/${name}`;
  }

  /** Writes down what `run` answers, or the errno it fails with. */
  see(what: string, run: () => unknown): void {
    this.lines.push(`${what}: ${this.outcome(run)}`);
  }

  seeAs(uid: number, what: string, run: () => unknown): void {
    this.seeAsMember(uid, uid, what, run);
  }

  seeAsMember(uid: number, gid: number, what: string, run: () => unknown): void {
    this.see(`uid ${uid}:${gid}: ${what}`, () => (uid === 0 ? run() : this.machine.as(uid, gid, run)));
  }

  outcome(run: () => unknown): string {
    try {
      const answer = run();
      return answer === undefined ? 'ok' : String(answer);
    } catch (error) {
      if (error instanceof FsError) return error.code;
      throw error;
    }
  }

  file(name: string, mode = 0o644, uid = 0, data = 'data', gid = uid): string {
    const path = this.#stored(name);
    const fd = this.calls.open(path, 0o102, 0o600);
    this.calls.write(fd, new TextEncoder().encode(data));
    this.calls.close(fd);
    this.calls.chown(path, uid, gid, false);
    this.calls.chmod(path, mode);
    return this.path(name);
  }

  dir(name: string, mode = 0o755, uid = 0, gid = uid): string {
    const path = this.#stored(name);
    this.calls.mkdir(path, 0o700);
    this.calls.chown(path, uid, gid, false);
    this.calls.chmod(path, mode);
    return this.path(name);
  }

  /** Whose it is at first, and its mode. */
  own(name: string, uid: number, gid = uid, mode?: number): void {
    this.calls.chown(this.#stored(name), uid, gid, false);
    if (mode !== undefined) this.calls.chmod(this.#stored(name), mode);
  }

  /** An attribute of what is there at first. */
  attribute(name: string, attribute: string, value: Uint8Array): void {
    this.calls.setxattr(this.#stored(name), attribute, value, 0, false);
  }

  /** One object of each kind at this name. */
  object(kind: Kind, name: string): string {
    const path = this.#stored(name);
    if (kind === 'file') this.file(name);
    if (kind === 'empty directory') this.dir(name);
    if (kind === 'full directory') {
      this.dir(name);
      this.file(`${name}/inside`);
    }
    if (kind === 'symlink') this.calls.symlink('nowhere', path);
    if (kind === 'fifo') this.calls.mknod(path, 0o010644, 0);
    return this.path(name);
  }

  attributes(path: string): string {
    return this.outcome(() => this.shown(this.calls.stat(path, false)));
  }

  /** Directories have sizes of their own everywhere. */
  shown({ mode, uid, gid, nlink, size }: Stat): string {
    return `${mode.toString(8)} ${uid}:${gid} n${nlink}${(mode & 0o170000) === 0o040000 ? '' : ` s${size}`}`;
  }

  /** Which of atime, mtime and ctime `run` changed, and in which direction mtime and ctime went. */
  stamped(path: string, run: () => unknown): string {
    const before = this.calls.stat(path, false);
    // Kernel clocks advance by the tick.
    const until = performance.now() + 6;
    while (performance.now() < until);
    run();
    const after = this.outcome(() => {
      const stat = this.calls.stat(path, false);
      return (
        (['atime', 'mtime', 'ctime'] as const).filter((time) => stat[time] !== before[time]).join('+') || 'nothing'
      );
    });
    return after;
  }
}

export const KINDS = ['nothing', 'file', 'empty directory', 'full directory', 'symlink', 'fifo'] as const;
export type Kind = (typeof KINDS)[number];

/** Calls on a path; two of them with another name, `other`, or an other file, `file`. */
export const NAME_CALLS_AT: Readonly<Record<string, (world: World, path: string) => unknown>> = {
  create: (world, path) => world.calls.close(world.calls.open(path, 0o301, 0o644)),
  open: (world, path) => world.calls.close(world.calls.open(path, 0)),
  mkdir: (world, path) => world.calls.mkdir(path, 0o755),
  rmdir: (world, path) => world.calls.rmdir(path),
  unlink: (world, path) => world.calls.unlink(path),
  symlink: (world, path) => world.calls.symlink('x', path),
  mkfifo: (world, path) => world.calls.mknod(path, 0o010644, 0),
  readlink: (world, path) => world.calls.readlink(path),
  stat: (world, path) => world.calls.stat(path).nlink,
  'link to': (world, path) => world.calls.link(world.path('file'), path),
  'link from': (world, path) => world.calls.link(path, world.path('other')),
  'rename to': (world, path) => world.calls.rename(world.path('file'), path),
  'rename from': (world, path) => world.calls.rename(path, world.path('other')),
  chmod: (world, path) => world.calls.chmod(path, 0o644),
  chown: (world, path) => world.calls.chown(path, 1, 1, false),
  truncate: (world, path) => world.calls.truncate(path, 0),
  utimens: (world, path) => world.calls.utimens(path, 1n, 1n, false),
};
