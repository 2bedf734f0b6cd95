import { ROOT, S_ISGID, S_ISUID } from '@layerscope/core/fs';
import type { Node } from '../../nodes.ts';
import type { Session } from '../../session.ts';
import { mayKeepSetgid } from './credentials.ts';

const S_IXGRP = 0o010;
export const CAPABILITY = 'security.capability';

/**
 * The mode without what it vouched for: setuid goes, setgid where the group may execute, or where the caller is not of
 * the group. `undefined` when there is nothing to take away.
 */
export const modeWithoutPrivileges = ({ request }: Session, mode: number, gid: number): number | undefined => {
  if ((mode & (S_ISUID | S_ISGID)) === 0) return undefined;
  const losesSetgid = (mode & S_ISGID) !== 0 && ((mode & S_IXGRP) !== 0 || !mayKeepSetgid(request, gid));
  const kept = mode & ~S_ISUID & ~(losesSetgid ? S_ISGID : 0);
  return kept === mode ? undefined : kept;
};

/** File capabilities do not outlive a change of bytes or owner. Asked once for each node until somebody sets them. */
export const dropCapability = (session: Session, node: Node): void => {
  if (node.hasNoCapability) return;
  node.hasNoCapability = true;
  const { fs } = session;
  if (fs.getxattr(node.inode, CAPABILITY) !== undefined) fs.removexattr(node.inode, CAPABILITY, ROOT);
};

/** Takes setuid and setgid away from a file whose bytes were changed by someone who may not keep them. */
export const dropModeBits = (session: Session, node: Node): void => {
  const { fs, caller } = session;
  const { mode, gid } = fs.getattr(node.inode);
  const kept = modeWithoutPrivileges(session, mode, gid);
  if (kept !== undefined) fs.setattr(node.inode, { mode: kept }, caller);
};
