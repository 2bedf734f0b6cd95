import { type AttributeChange, CAP_FSETID, fail, hasCapability, S_IFDIR, S_IFREG } from '@layerscope/core/fs';
import { encodeStatx } from '../../protocol/attributes.ts';
import { Setattr } from '../../protocol/flags.ts';
import type { Request } from '../../protocol/request.ts';
import { SETATTR_IN, STATFS_OUT, STATX_OUT } from '../../protocol/structs.ts';
import type { Operation } from '../../session.ts';
import { credentialsOf } from './credentials.ts';
import { dropCapability, modeWithoutPrivileges } from './privileges.ts';

const SECOND = 1_000_000_000n;

export const getattr: Operation = (session) => session.writeAttributes(session.node.inode);

/** The only request that tells the time of birth. */
export const statx: Operation = (session, _request, reply) => {
  const stat = session.fs.getattr(session.node.inode);
  const at = reply.record(STATX_OUT.SIZE);
  reply.u64(at + STATX_OUT.valid, Math.floor(session.options.attributeTimeout ?? 1));
  encodeStatx(reply, at, stat, session.numbers.of(stat));
};

type Change = { -readonly [field in keyof AttributeChange]: AttributeChange[field] };

export const setattr: Operation = (session, request) => {
  const { node, fs, caller } = session;
  const { inode } = node;
  const valid = request.u32(SETATTR_IN.valid);
  const change: Change = {};
  if (valid & Setattr.MODE) change.mode = request.u32(SETATTR_IN.mode);
  if (valid & Setattr.UID) change.uid = request.u32(SETATTR_IN.uid);
  if (valid & Setattr.GID) change.gid = request.u32(SETATTR_IN.gid);
  if (valid & Setattr.SIZE) change.size = request.u64(SETATTR_IN.size);
  if (valid & Setattr.ATIME) change.atime = timeOf(request, valid & Setattr.ATIME_NOW, 'atime');
  if (valid & Setattr.MTIME) change.mtime = timeOf(request, valid & Setattr.MTIME_NOW, 'mtime');
  // ftruncate(2) stamps even when the size stays.
  else if (valid & Setattr.SIZE && valid & Setattr.FH) change.mtime = 'now';
  // Nothing at all to change is chown(-1, -1), which takes privileges away like any chown; or bytes are about to change,
  // which CAP_FSETID does without taking them away: then only for the sake of a file capability.
  const isTrusted = valid === 0 && node.writers > 0 && hasCapability(credentialsOf(request), CAP_FSETID);
  const isOfWrite = valid === 0 && node.writers > 0 && (!isTrusted || session.stripped === node);
  session.stripped = undefined;
  const isChown = (valid & (Setattr.UID | Setattr.GID)) !== 0 || (valid === 0 && !isOfWrite);
  if ((valid & Setattr.KILL_SUIDGID || isChown || isOfWrite) && inode.type !== S_IFDIR) {
    const { mode, uid, gid } = fs.getattr(inode);
    const kept = modeWithoutPrivileges(session, change.mode ?? mode, gid);
    if (kept !== undefined && isOfWrite && isTrusted) change.mode = mode;
    else if (kept !== undefined) {
      // To change nothing is allowed to anybody, to take privileges away is not.
      if (valid === 0 && isChown && caller.uid !== 0 && caller.uid !== uid) fail('EPERM');
      change.mode = kept;
    }
  }
  if ((isChown || change.size !== undefined) && inode.type === S_IFREG) dropCapability(session, node);
  fs.setattr(inode, change, caller);
  session.writeAttributes(inode);
};

const timeOf = (request: Request, isNow: number, which: 'atime' | 'mtime'): bigint | 'now' =>
  isNow === 0
    ? request.s64(SETATTR_IN[which]) * SECOND + BigInt(request.u32(SETATTR_IN[`${which}Nanoseconds`]))
    : 'now';

export const statfs: Operation = (session, _request, reply) => {
  const { blocks, bfree, bavail, files, ffree, bsize, namelen } = session.fs.statfs();
  const at = reply.record(STATFS_OUT.SIZE);
  reply.u64(at + STATFS_OUT.blocks, blocks);
  reply.u64(at + STATFS_OUT.bfree, bfree);
  reply.u64(at + STATFS_OUT.bavail, bavail);
  reply.u64(at + STATFS_OUT.files, files);
  reply.u64(at + STATFS_OUT.ffree, ffree);
  reply.u32(at + STATFS_OUT.bsize, bsize);
  reply.u32(at + STATFS_OUT.namelen, namelen);
  reply.u32(at + STATFS_OUT.frsize, bsize);
};
