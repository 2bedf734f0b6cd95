import { readFileSync } from 'node:fs';
import { CAP_FSETID, type Caller, hasCapability, inGroup } from '@layerscope/core/fs';
import type { Request } from '../../protocol/request.ts';

/**
 * What the protocol does not tell of a caller: groups and effective capabilities, from /proc. Slow, for what is rare.
 * One who is gone, or of another pid namespace, has none.
 */
export const credentialsOf = ({ uid, gid, pid }: Request): Caller => {
  const nobody = { uid, gid, groups: [], capabilities: 0, umask: 0 };
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
    const groups = field('Groups').split(' ').filter(Boolean).map(Number);
    return { ...nobody, groups, capabilities: Number(BigInt.asIntN(32, BigInt(`0x${field('CapEff') || '0'}`))) };
  } catch {
    return nobody;
  }
};

/** In the group, or trusted with setgid bits of any. */
export const mayKeepSetgid = (request: Request, gid: number): boolean => {
  if (request.gid === gid) return true;
  const credentials = credentialsOf(request);
  return inGroup(credentials, gid) || hasCapability(credentials, CAP_FSETID);
};
