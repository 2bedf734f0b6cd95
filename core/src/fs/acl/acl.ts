/**
 * Access control lists (acl(5)) as the kernel keeps them in `system.posix_acl_access` and `system.posix_acl_default`:
 *
 *   02 00 00 00 | tag (2) permissions (2) id (4) | tag permissions id | …      little endian, in the order of the tags
 */
import { fail } from '../errno.ts';

/** The attribute that holds who may do what to an object. */
export const ACL_ACCESS = 'system.posix_acl_access';
/** The attribute of a directory that holds what is made in it starts with. */
export const ACL_DEFAULT = 'system.posix_acl_default';

/** Whether an attribute holds an access control list, which the file system reads itself and not only stores (acl(5)). */
export const isAcl = (name: string): boolean => name === ACL_ACCESS || name === ACL_DEFAULT;

/** Tags of entries, as Linux stores them in the attribute: whom an entry is about. */
export const ACL_USER_OBJ = 0x01;
export const ACL_USER = 0x02;
export const ACL_GROUP_OBJ = 0x04;
export const ACL_GROUP = 0x08;
export const ACL_MASK = 0x10;
export const ACL_OTHER = 0x20;

/** One row: what (R=4 W=2 X=1) a class, a user or a group may do. `id` counts for ACL_USER and ACL_GROUP only. */
export interface AclEntry {
  readonly tag: number;
  readonly permissions: number;
  readonly id: number;
}
export type Acl = readonly AclEntry[];

const VERSION = 2;
const HEADER = 4;
const ENTRY = 8;
/** What stands for an id where there is none; no user has it. */
const NO_ID = 0xffffffff;

const hasId = (tag: number): boolean => tag === ACL_USER || tag === ACL_GROUP;

/**
 * Reads an attribute's value. `undefined` for a list without entries, which Linux takes as the wish to have none.
 * Throws EINVAL for what is no list, EOPNOTSUPP for another version; whether it makes sense is `requireValidAcl`'s.
 */
export const decodeAcl = (value: Uint8Array): Acl | undefined => {
  if (value.length === 0) return undefined;
  if (value.length < HEADER) fail('EINVAL');
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  if (view.getUint32(0, true) !== VERSION) fail('EOPNOTSUPP');
  if ((value.length - HEADER) % ENTRY !== 0) fail('EINVAL');
  const entries: AclEntry[] = [];
  for (let at = HEADER; at < value.length; at += ENTRY) {
    const tag = view.getUint16(at, true);
    const isKnown = tag > 0 && tag <= ACL_OTHER && (tag & (tag - 1)) === 0;
    const id = hasId(tag) ? view.getUint32(at + 4, true) : NO_ID;
    if (!isKnown || (hasId(tag) && id === NO_ID)) fail('EINVAL');
    entries.push({ tag, permissions: view.getUint16(at + 2, true), id });
  }
  return entries.length === 0 ? undefined : entries;
};

/** The attribute's value: version 2, then tag, permissions and id of each entry, little-endian, in the order given. */
export const encodeAcl = (acl: Acl): Uint8Array => {
  const value = new Uint8Array(HEADER + ENTRY * acl.length);
  const view = new DataView(value.buffer);
  view.setUint32(0, VERSION, true);
  acl.forEach(({ tag, permissions, id }, index) => {
    const at = HEADER + ENTRY * index;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, permissions, true);
    view.setUint32(at + 4, id, true);
  });
  return value;
};

/**
 * EINVAL unless the rows are in order (owner, users, group, groups, mask, others), owner, group and others are there
 * once, and a mask too where users or groups are named.
 */
export const requireValidAcl = (acl: Acl): void => {
  let next = ACL_USER_OBJ;
  let needsMask = false;
  for (const { tag, permissions } of acl) {
    if ((permissions & ~7) !== 0) fail('EINVAL');
    if (tag === ACL_USER_OBJ && next === ACL_USER_OBJ) next = ACL_USER;
    else if (tag === ACL_USER && next === ACL_USER) needsMask = true;
    else if (tag === ACL_GROUP_OBJ && next === ACL_USER) next = ACL_GROUP;
    else if (tag === ACL_GROUP && next === ACL_GROUP) needsMask = true;
    else if (tag === ACL_MASK && next === ACL_GROUP) next = ACL_OTHER;
    else if (tag === ACL_OTHER && (next === ACL_OTHER || (next === ACL_GROUP && !needsMask))) next = COMPLETE;
    else fail('EINVAL');
  }
  if (next !== COMPLETE) fail('EINVAL');
};

const COMPLETE = 0;

/** Lists are read far more often than they change, and their bytes are never changed in place. */
const decoded = new WeakMap<Uint8Array, Acl>();

/** The list in a value that was valid when it was stored, and is only ever replaced. */
export const storedAcl = (value: Uint8Array): Acl => {
  const known = decoded.get(value);
  if (known !== undefined) return known;
  const acl = decodeAcl(value) ?? [];
  decoded.set(value, acl);
  return acl;
};
