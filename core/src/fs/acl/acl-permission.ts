import { inGroup, type Caller } from '../credentials.ts';
import { type Acl, ACL_GROUP, ACL_GROUP_OBJ, ACL_MASK, ACL_OTHER, ACL_USER, ACL_USER_OBJ } from './acl.ts';

/**
 * Whether a list grants all of `mask` (acl(5), "Access check algorithm"). The first row about the caller decides; among
 * groups, the first that grants everything. Named users and all groups get no more than the mask.
 */
export const aclGrants = (acl: Acl, uid: number, gid: number, mask: number, caller: Caller): boolean => {
  const limit = acl.find(({ tag }) => tag === ACL_MASK)?.permissions ?? 7;
  let inSome = false;
  for (const { tag, permissions, id } of acl) {
    const covers = (mask & ~permissions & 7) === 0;
    if (tag === ACL_USER_OBJ && caller.uid === uid) return covers;
    if (tag === ACL_USER && caller.uid === id) return covers && (mask & ~limit & 7) === 0;
    if ((tag === ACL_GROUP_OBJ && inGroup(caller, gid)) || (tag === ACL_GROUP && inGroup(caller, id))) {
      inSome = true;
      if (covers) return (mask & ~limit & 7) === 0;
    }
    if (tag === ACL_OTHER) return !inSome && covers;
  }
  return false;
};
