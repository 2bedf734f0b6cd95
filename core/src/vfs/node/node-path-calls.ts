/** Node's calls on paths that are one system call each. */
import { O_WRONLY, type Stat } from '../../fs/index.ts';
import type { SystemCalls } from '../system-calls.ts';
import { type PathLike, pathOf, timeOf } from './node-arguments.ts';
import { modeOf } from './node-descriptor-calls.ts';
import { NodeFsError, named } from './node-error.ts';
import type { NodeFsSync } from './node-fs-types.ts';
import { NodeBigIntStats, NodeStats } from './node-stats.ts';

type PathCalls = Pick<
  NodeFsSync,
  | 'accessSync'
  | 'chmodSync'
  | 'chownSync'
  | 'existsSync'
  | 'lchownSync'
  | 'linkSync'
  | 'lstatSync'
  | 'lutimesSync'
  | 'readlinkSync'
  | 'renameSync'
  | 'rmdirSync'
  | 'statSync'
  | 'statfsSync'
  | 'symlinkSync'
  | 'truncateSync'
  | 'unlinkSync'
  | 'utimesSync'
>;

interface StatOptions {
  readonly bigint?: boolean;
  readonly throwIfNoEntry?: boolean;
}

const on = <Result>(syscall: string, path: PathLike, run: (name: string) => Result): Result => {
  const name = pathOf(path);
  return named(syscall, name, () => run(name));
};

export const pathCalls = (calls: SystemCalls): PathCalls => {
  const stat = (syscall: 'stat' | 'lstat'): NodeFsSync['statSync'] => {
    const find = (path: PathLike): Stat => on(syscall, path, (name) => calls.stat(name, syscall === 'stat'));
    function statSync(path: PathLike, options?: { readonly bigint?: false }): NodeStats;
    function statSync(path: PathLike, options: { readonly bigint: true }): NodeBigIntStats;
    function statSync(path: PathLike, options: { readonly throwIfNoEntry: false }): NodeStats | undefined;
    function statSync(path: PathLike, options: StatOptions = {}): NodeStats | NodeBigIntStats | undefined {
      try {
        return options.bigint === true ? new NodeBigIntStats(find(path)) : new NodeStats(find(path));
      } catch (error) {
        const missing = error instanceof NodeFsError && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
        if (missing && options.throwIfNoEntry === false) return undefined;
        throw error;
      }
    }
    return statSync;
  };

  return {
    accessSync: (path, mode = 0) => on('access', path, (name) => calls.access(name, mode)),
    chmodSync: (path, mode) => on('chmod', path, (name) => calls.chmod(name, modeOf(mode))),
    chownSync: (path, uid, gid) => on('chown', path, (name) => calls.chown(name, uid, gid)),
    existsSync: (path) => {
      try {
        calls.access(pathOf(path), 0);
        return true;
      } catch {
        return false;
      }
    },
    lchownSync: (path, uid, gid) => on('lchown', path, (name) => calls.chown(name, uid, gid, false)),
    linkSync: (existing, path) =>
      named('link', pathOf(existing), () => calls.link(pathOf(existing), pathOf(path)), pathOf(path)),
    lstatSync: stat('lstat'),
    lutimesSync: (path, atime, mtime) =>
      on('lutime', path, (name) => calls.utimens(name, timeOf(atime), timeOf(mtime), false)),
    readlinkSync: (path) => on('readlink', path, (name) => calls.readlink(name)),
    renameSync: (from, to) => named('rename', pathOf(from), () => calls.rename(pathOf(from), pathOf(to)), pathOf(to)),
    rmdirSync: (path) => on('rmdir', path, (name) => calls.rmdir(name)),
    statSync: stat('stat'),
    statfsSync: (path) => on('statfs', path, (name) => calls.statfs(name)),
    symlinkSync: (target, path) =>
      named('symlink', pathOf(target), () => calls.symlink(pathOf(target), pathOf(path)), pathOf(path)),
    // Node opens the file and truncates the descriptor, so that is what its errors name.
    truncateSync: (path, size) =>
      on('open', path, (name) => {
        calls.close(calls.open(name, O_WRONLY));
        calls.truncate(name, size ?? 0);
      }),
    unlinkSync: (path) => on('unlink', path, (name) => calls.unlink(name)),
    utimesSync: (path, atime, mtime) => on('utime', path, (name) => calls.utimens(name, timeOf(atime), timeOf(mtime))),
  };
};
