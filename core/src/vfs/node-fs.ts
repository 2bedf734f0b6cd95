/**
 * Any file system with the shape of Node's `fs`, so that libraries written for Node or memfs work on it: isomorphic-git
 * on a merged view, a tar tool in a browser tab.
 */
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  ROOT,
  type Random,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Tree,
  seededRandom,
} from '../fs/index.ts';
import { MountNamespace } from './mount-table.ts';
import { descriptorCalls } from './node/node-descriptor-calls.ts';
import type { NodeFs, NodeFsSync } from './node/node-fs-types.ts';
import { pathCalls } from './node/node-path-calls.ts';
import { promisesOf } from './node/node-promises.ts';
import { treeCalls } from './node/node-tree-calls.ts';
import { COPYFILE_EXCL, wholeFileCalls } from './node/node-whole-files.ts';
import { createProcess } from './process.ts';
import type { SystemCalls } from './system-calls.ts';

export interface NodeFsOptions {
  /** For the names of mkdtemp; default a fixed seed. */
  readonly random?: Random;
}

/**
 * The façade over a process's system calls, or over a tree as root sees it. Synchronous functions and `promises`, no
 * callbacks. Errors are `NodeFsError`s: Node's `code`, negative `errno`, `syscall`, `path` and message.
 *
 * ```ts
 * const fs = nodeFs(kernel.spawn({ root: '/mnt' }));
 * await git.clone({ fs, dir: '/work', … });
 * ```
 */
export const nodeFs = (over: SystemCalls | Tree, { random = seededRandom(1) }: NodeFsOptions = {}): NodeFs => {
  const calls = 'fs' in over ? processOver(over) : over;
  const sync: NodeFsSync = {
    ...pathCalls(calls),
    ...descriptorCalls(calls),
    ...wholeFileCalls(calls),
    ...treeCalls(calls, random),
  };
  return { ...sync, promises: promisesOf(sync), constants: CONSTANTS };
};

const processOver = (tree: Tree): SystemCalls =>
  createProcess({
    namespace: new MountNamespace({ fs: tree.fs, source: tree.fs.type }, {}, tree.root),
    caller: { ...ROOT, umask: 0o022 },
  });

const CONSTANTS: NodeFs['constants'] = {
  F_OK: 0,
  R_OK: 4,
  W_OK: 2,
  X_OK: 1,
  COPYFILE_EXCL,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
};
