import { readFileSync } from 'node:fs';
import { encodeName, fail } from '@layerscope/core/fs';
import type { Reply } from '../protocol/reply.ts';
import { GETXATTR_IN, GETXATTR_OUT, SETXATTR_IN } from '../protocol/structs.ts';
import type { Operation, Session } from '../session.ts';
import { CAPABILITY } from './privileges.ts';

/**
 * Access control lists are not served: EOPNOTSUPP, so that `cp -a` and `tar --acls` know. Kept as plain attributes they
 * would show, and bind nobody.
 */
const ACL = 'system.posix_acl_';

const TRUSTED = 'trusted.';
const CAP_SYS_ADMIN = 1n << 21n;

/** `trusted.*` exists for CAP_SYS_ADMIN alone; the kernel leaves that to us, and does not tell what the caller may. */
const seesTrusted = ({ request }: Session): boolean => {
  if (request.uid === 0) return true;
  try {
    const status = readFileSync(`/proc/${request.pid}/status`, 'utf8');
    return (BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`) & CAP_SYS_ADMIN) !== 0n;
  } catch {
    // It is gone, or of another pid namespace.
    return false;
  }
};

const requireSupported = (name: string): string => (name.startsWith(ACL) ? fail('EOPNOTSUPP') : name);

export const getxattr: Operation = (session, request, reply) => {
  const name = requireSupported(request.name(GETXATTR_IN.SIZE));
  const value = session.fs.getxattr(session.node.inode, name) ?? fail('ENODATA');
  writeValue(reply, request.u32(GETXATTR_IN.size), value);
};

export const listxattr: Operation = (session, request, reply) => {
  const names = session.fs.listxattr(session.node.inode).filter((name) => !name.startsWith(ACL));
  const visible =
    !names.some((name) => name.startsWith(TRUSTED)) || seesTrusted(session)
      ? names
      : names.filter((name) => !name.startsWith(TRUSTED));
  const list = encodeName(visible.map((name) => `${name}\0`).join(''));
  writeValue(reply, request.u32(GETXATTR_IN.size), list);
};

export const setxattr: Operation = (session, request) => {
  const { node, fs, caller } = session;
  const name = requireSupported(request.name(SETXATTR_IN.SIZE));
  const value = request.data(request.afterName, request.u32(SETXATTR_IN.size));
  if (name === CAPABILITY) node.hasNoCapability = false;
  fs.setxattr(node.inode, name, value, request.u32(SETXATTR_IN.flags), caller);
};

export const removexattr: Operation = (session, request) =>
  session.fs.removexattr(session.node.inode, requireSupported(request.name(0)), session.caller);

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
