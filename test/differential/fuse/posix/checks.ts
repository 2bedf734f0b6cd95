/**
 * What POSIX and Linux promise of every file system, as observations: a check does things in an empty directory and
 * answers lines. On any two file systems the lines must be the same.
 */
import { FsError, type Stat } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';
import { asUser, createLinuxSystemCalls } from '../../../../host-adapter/src/linux/index.ts';

export const NOBODY = 65_534;

export type Check = (world: World) => void;

/** One directory, and the lines that were observed in it. */
export class World {
  readonly calls: SystemCalls = createLinuxSystemCalls();
  readonly root: string;
  readonly lines: string[] = [];

  constructor(root: string) {
    this.root = root;
  }

  path(name: string): string {
    return `${this.root}/${name}`;
  }

  /** Writes down what `run` answers, or the errno it fails with. */
  see(what: string, run: () => unknown): void {
    this.lines.push(`${what}: ${this.outcome(run)}`);
  }

  seeAs(uid: number, what: string, run: () => unknown): void {
    this.see(`uid ${uid}: ${what}`, () => (uid === 0 ? run() : asUser(uid, uid, run)));
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

  file(name: string, mode = 0o644, uid = 0, data = 'data'): string {
    const path = this.path(name);
    const fd = this.calls.open(path, 0o102, 0o600);
    this.calls.write(fd, new TextEncoder().encode(data));
    this.calls.close(fd);
    this.calls.chown(path, uid, uid, false);
    this.calls.chmod(path, mode);
    return path;
  }

  dir(name: string, mode = 0o755, uid = 0): string {
    const path = this.path(name);
    this.calls.mkdir(path, 0o700);
    this.calls.chown(path, uid, uid, false);
    this.calls.chmod(path, mode);
    return path;
  }

  /** One object of each kind at this name. */
  object(kind: Kind, name: string): string {
    const path = this.path(name);
    if (kind === 'file') return this.file(name);
    if (kind === 'empty directory') return this.dir(name);
    if (kind === 'full directory') {
      this.dir(name);
      this.file(`${name}/inside`);
    }
    if (kind === 'symlink') this.calls.symlink('nowhere', path);
    if (kind === 'fifo') this.calls.mknod(path, 0o010644, 0);
    return path;
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
