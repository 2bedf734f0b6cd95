import { encodeName, PERMISSION_BITS } from '@layerscope/core/fs';
import { LINK_IN, MKDIR_IN, MKNOD_IN, RENAME2_IN, RENAME_IN } from '../../protocol/structs.ts';
import type { Operation } from '../../session.ts';

export const readlink: Operation = (session, _request, reply) => {
  const { fs, node } = session;
  const target = encodeName(fs.readlink(node.inode));
  reply.data(target.length).set(target);
  reply.size += target.length;
  fs.accessed?.(node.inode);
};

export const symlink: Operation = (session, request) => {
  const name = request.name(0);
  const target = request.name(request.afterName);
  session.writeEntry(session.fs.symlink(session.node.inode, name, target, session.caller));
};

export const mknod: Operation = (session, request) => {
  const mode = request.u32(MKNOD_IN.mode);
  const rdev = request.u32(MKNOD_IN.rdev);
  const name = request.name(MKNOD_IN.SIZE);
  const maker = session.makerWith(request.u32(MKNOD_IN.umask));
  session.writeEntry(session.fs.mknod(session.node.inode, name, mode, rdev, maker));
};

export const mkdir: Operation = (session, request) => {
  const mode = request.u32(MKDIR_IN.mode) & PERMISSION_BITS;
  const maker = session.makerWith(request.u32(MKDIR_IN.umask));
  session.writeEntry(session.fs.mkdir(session.node.inode, request.name(MKDIR_IN.SIZE), mode, maker));
};

export const unlink: Operation = (session, request) =>
  session.fs.unlink(session.node.inode, request.name(0), session.caller);

export const rmdir: Operation = (session, request) =>
  session.fs.rmdir(session.node.inode, request.name(0), session.caller);

export const link: Operation = (session, request) => {
  const source = session.inode(request.u64(LINK_IN.oldNodeId));
  session.fs.link(source, session.node.inode, request.name(LINK_IN.SIZE), session.caller);
  session.writeEntry(source);
};

const renameWith =
  (size: number, flagsOf: (request: Parameters<Operation>[1]) => number): Operation =>
  (session, request) => {
    const toDir = session.inode(request.u64(RENAME_IN.newDir));
    const from = request.name(size);
    const to = request.name(request.afterName);
    session.fs.rename(session.node.inode, from, toDir, to, flagsOf(request), session.caller);
  };

export const rename: Operation = renameWith(RENAME_IN.SIZE, () => 0);
export const rename2: Operation = renameWith(RENAME2_IN.SIZE, (request) => request.u32(RENAME2_IN.flags));
