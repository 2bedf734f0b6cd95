import { ACL_ACCESS, CAP_SYS_ADMIN, encodeName, fail, hasCapability, isAcl, S_ISGID } from '@layerscope/core/fs';
import type { Reply } from '../../protocol/reply.ts';
import { SETXATTR_ACL_KILL_SGID } from '../../protocol/flags.ts';
import { GETXATTR_IN, GETXATTR_OUT, SETXATTR_IN } from '../../protocol/structs.ts';
import type { Operation, Session } from '../../session.ts';
import { credentialsOf, mayKeepSetgid } from './credentials.ts';
import { CAPABILITY } from './privileges.ts';

const TRUSTED = 'trusted.';

/** `trusted.*` exists for CAP_SYS_ADMIN alone; the kernel leaves that to us, and does not tell what the caller may. */
const seesTrusted = ({ request }: Session): boolean =>
  request.uid === 0 || hasCapability(credentialsOf(request), CAP_SYS_ADMIN);

/**
 * Lists that are not served are EOPNOTSUPP, so that `cp -a` and `tar --acls` know. Kept as plain attributes they would
 * show, and bind nobody.
 */
const requireSupported = ({ options }: Session, name: string): string =>
  options.acl === false && isAcl(name) ? fail('EOPNOTSUPP') : name;

export const getxattr: Operation = (session, request, reply) => {
  const name = requireSupported(session, request.name(GETXATTR_IN.SIZE));
  const value = session.fs.getxattr(session.node.inode, name) ?? fail('ENODATA');
  writeValue(reply, request.u32(GETXATTR_IN.size), value);
};

export const listxattr: Operation = (session, request, reply) => {
  const all = session.fs.listxattr(session.node.inode);
  const names = session.options.acl === false ? all.filter((name) => !isAcl(name)) : all;
  const visible =
    !names.some((name) => name.startsWith(TRUSTED)) || seesTrusted(session)
      ? names
      : names.filter((name) => !name.startsWith(TRUSTED));
  const list = encodeName(visible.map((name) => `${name}\0`).join(''));
  writeValue(reply, request.u32(GETXATTR_IN.size), list);
};

export const setxattr: Operation = (session, request) => {
  const { node, fs, caller } = session;
  const name = requireSupported(session, request.name(SETXATTR_IN.SIZE));
  const value = request.data(request.afterName, request.u32(SETXATTR_IN.size));
  if (name === CAPABILITY) node.hasNoCapability = false;
  fs.setxattr(node.inode, name, value, request.u32(SETXATTR_IN.flags), caller);
  if ((request.u32(SETXATTR_IN.setxattrFlags) & SETXATTR_ACL_KILL_SGID) !== 0) {
    const { mode } = fs.getattr(node.inode);
    if ((mode & S_ISGID) !== 0) fs.setattr(node.inode, { mode: mode & ~S_ISGID }, caller);
  }
};

export const removexattr: Operation = (session, request) => {
  const { fs, node, caller } = session;
  const name = requireSupported(session, request.name(0));
  if (name === ACL_ACCESS) {
    const { mode, gid } = fs.getattr(node.inode);
    // Setting a list the kernel says that the bit goes; removing one it does not.
    if ((mode & S_ISGID) !== 0 && !mayKeepSetgid(request, gid)) {
      fs.setattr(node.inode, { mode: mode & ~S_ISGID }, caller);
    }
  }
  if (name === CAPABILITY) session.stripped = node;
  fs.removexattr(node.inode, name, caller);
};

/** With a size of 0 the size is asked for; ERANGE when the value does not fit. */
const writeValue = (reply: Reply, size: number, value: Uint8Array): void => {
  if (size === 0) {
    reply.u32(reply.record(GETXATTR_OUT.SIZE) + GETXATTR_OUT.size, value.length);
    return;
  }
  if (value.length > size) fail('ERANGE');
  reply.data(value.length).set(value);
  reply.size += value.length;
};
