/** renameat2(2): the longest list of checks among the calls, in Linux's order. */
import {
  type Inode,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  S_IFDIR,
  fail,
  MAY_WRITE,
} from '../../fs/index.ts';
import { type Mounted, isWithin } from '../mount-table.ts';
import { permit, requireCreatable, requireDeletable, requireWritable } from '../permission.ts';
import type { Fd } from '../system-calls.ts';
import { type ProcessState, isRemoved, resolveParent } from './process-state.ts';

const KNOWN = RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT;

export const rename = (
  process: ProcessState,
  from: string,
  to: string,
  flags: number,
  fromAt?: Fd,
  toAt?: Fd,
): void => {
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  if ((flags & ~KNOWN) !== 0 || (exchange && flags !== RENAME_EXCHANGE)) fail('EINVAL');

  const walk = resolveParent(process, from, fromAt);
  const { mount, inode: fromDir, name: fromName, last: fromLast, slash: fromSlash } = walk;
  const fromRemoved = isRemoved(walk);
  resolveParent(process, to, toAt);
  const { inode: toDir, name: toName } = walk;
  if (walk.mount !== mount) fail('EXDEV');
  if (fromLast !== 'name') fail('EBUSY');
  if (walk.last !== 'name') fail((flags & RENAME_NOREPLACE) !== 0 ? 'EEXIST' : 'EBUSY');
  requireWritable(mount);
  if (fromRemoved || isRemoved(walk)) fail('ENOENT');

  const { fs } = mount;
  const source = fs.lookup(fromDir, fromName) ?? fail('ENOENT');
  const target = fs.lookup(toDir, toName);
  if (target !== undefined && (flags & RENAME_NOREPLACE) !== 0) fail('EEXIST');
  if (exchange) {
    if (target === undefined) fail('ENOENT');
    if (walk.slash && target?.type !== S_IFDIR) fail('ENOTDIR');
  }
  // Only directories may be named with a slash behind; what the new name will be counts, too.
  if (source.type !== S_IFDIR && (fromSlash || (!exchange && walk.slash))) fail('ENOTDIR');
  requireNoLoop(mount, source, fromDir, target, toDir, exchange);
  if (source === target) return;

  requirePermission(process, mount, { source, fromDir, target, toDir, exchange });
  const { namespace } = process;
  if (namespace.isMountPoint(source) || (target !== undefined && namespace.isMountPoint(target))) fail('EBUSY');
  fs.rename(fromDir, fromName, toDir, toName, flags, process.caller);
};

/** A directory cannot go below itself (EINVAL), nor replace one that it lies in (never empty: ENOTEMPTY). */
const requireNoLoop = (
  mount: Mounted,
  source: Inode,
  fromDir: Inode,
  target: Inode | undefined,
  toDir: Inode,
  exchange: boolean,
): void => {
  if (fromDir === toDir) return;
  if (source.type === S_IFDIR && isWithin(mount.fs, toDir, source)) fail('EINVAL');
  if (target?.type === S_IFDIR && isWithin(mount.fs, fromDir, target)) fail(exchange ? 'EINVAL' : 'ENOTEMPTY');
};

interface Move {
  readonly source: Inode;
  readonly fromDir: Inode;
  readonly target: Inode | undefined;
  readonly toDir: Inode;
  readonly exchange: boolean;
}

const requirePermission = (process: ProcessState, mount: Mounted, move: Move): void => {
  const { source, fromDir, target, toDir, exchange } = move;
  const { caller } = process;
  const isDirectory = source.type === S_IFDIR;
  requireDeletable(mount, fromDir, source, isDirectory, caller);
  if (target === undefined) requireCreatable(mount, toDir, caller);
  else requireDeletable(mount, toDir, target, exchange ? target.type === S_IFDIR : isDirectory, caller);
  // A directory that changes its parent gets a new `..`: it is written to.
  if (fromDir === toDir) return;
  if (isDirectory) permit(mount, source, MAY_WRITE, caller);
  if (exchange && target?.type === S_IFDIR) permit(mount, target, MAY_WRITE, caller);
};
