import {
  fail,
  FsError,
  type Inode,
  O_ACCMODE,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  type OpenFile,
  PERMISSION_BITS,
  S_IFREG,
} from '@layerscope/core/fs';
import { architecture } from '../../../linux/index.ts';
import type { FileHandle } from '../../handles.ts';
import type { Node } from '../../nodes.ts';
import { OPEN_FOR_EXECUTION, OPEN_KILL_SUIDGID, OpenReply } from '../../protocol/flags.ts';
import { CREATE_IN, OPEN_IN, OPEN_OUT, RELEASE_IN } from '../../protocol/structs.ts';
import type { Operation, Session } from '../../session.ts';
import { dropCapability, dropModeBits } from '../attributes/privileges.ts';

export const open: Operation = (session, request) => {
  const { node } = session;
  const wanted = request.u32(OPEN_IN.flags);
  const flags = architecture.coreFlags(wanted);
  // Of one that only reads, the kernel would find out after we have truncated.
  if ((flags & O_TRUNC) !== 0 && node.executions > 0) fail('ETXTBSY');
  const handle = openNode(session, node, flags, (wanted & OPEN_FOR_EXECUTION) !== 0);
  if ((flags & O_TRUNC) !== 0) {
    dropCapability(session, node);
    if ((request.u32(OPEN_IN.openFlags) & OPEN_KILL_SUIDGID) !== 0) dropModeBits(session, node);
  }
  writeOpen(session, handle);
};

export const create: Operation = (session, request) => {
  const mode = request.u32(CREATE_IN.mode) & PERMISSION_BITS;
  const maker = session.makerWith(request.u32(CREATE_IN.umask));
  const inode = session.fs.create(session.node.inode, request.name(CREATE_IN.SIZE), mode, maker);
  openNew(session, inode, architecture.coreFlags(request.u32(CREATE_IN.flags)));
};

export const tmpfile: Operation = (session, request) => {
  const mode = request.u32(CREATE_IN.mode) & PERMISSION_BITS;
  const maker = session.makerWith(request.u32(CREATE_IN.umask));
  const inode = session.fs.tmpfile(session.node.inode, mode, maker);
  openNew(session, inode, architecture.coreFlags(request.u32(CREATE_IN.flags)));
};

export const release: Operation = (session, request) => {
  const { node, file, isBacked, isWriter, isExecution } = session.files.remove(request.u64(RELEASE_IN.handle));
  if (isWriter) node.writers -= 1;
  if (isExecution) node.executions -= 1;
  if (isBacked) session.backing?.closed(node);
  else node.cachedOpens -= 1;
  file.close();
};

const openNew = (session: Session, inode: Inode, flags: number): void => {
  const node = session.writeEntry(inode);
  node.hasNoCapability = inode.type === S_IFREG;
  writeOpen(session, openNode(session, node, flags & ~O_TRUNC, false));
};

const openNode = (session: Session, node: Node, flags: number, isExecution: boolean): FileHandle => {
  const { fs } = session;
  const { inode } = node;
  const file = openFor(session, inode, flags & ~(O_CREAT | O_EXCL));
  const access = flags & O_ACCMODE;
  const isWriter = access === O_WRONLY || access === O_RDWR;
  const isBacked = session.backing?.opened(node, file, access === O_RDONLY, () => fs.getattr(inode)) ?? false;
  if (!isBacked) node.cachedOpens += 1;
  if (isWriter) node.writers += 1;
  if (isExecution) node.executions += 1;
  return { node, file, isBacked, isWriter, isExecution, wasRead: false };
};

/**
 * Gathering writes, the kernel reads the pages that they change a part of, whatever the file was opened for; and it
 * knows itself where the end is that is appended to.
 */
const openFor = ({ fs, caller, options }: Session, inode: Inode, flags: number): OpenFile => {
  if (options.writeback !== true || (flags & O_ACCMODE) !== O_WRONLY) return fs.open(inode, flags, caller);
  try {
    return fs.open(inode, (flags & ~O_ACCMODE) | O_RDWR, caller);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== 'EACCES') throw error;
    return fs.open(inode, flags, caller);
  }
};

const writeOpen = (session: Session, handle: FileHandle): void => {
  const { reply } = session;
  const at = reply.record(OPEN_OUT.SIZE);
  reply.u64(at + OPEN_OUT.handle, session.files.add(handle));
  if (handle.isBacked) {
    reply.u32(at + OPEN_OUT.openFlags, OpenReply.PASSTHROUGH);
    reply.u32(at + OPEN_OUT.backingId, handle.node.backingId);
  } else reply.u32(at + OPEN_OUT.openFlags, OpenReply.KEEP_CACHE);
};
