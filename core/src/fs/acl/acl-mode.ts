/** How access control lists and the nine permission bits of a mode stand for each other. */
import { isDirectory, type FileMode } from '../mode.ts';
import { type Acl, ACL_GROUP_OBJ, ACL_MASK, ACL_OTHER, ACL_USER_OBJ } from './acl.ts';

const find = (acl: Acl, tag: number): number => acl.findIndex((entry) => entry.tag === tag);

const permissionsOf = (acl: Acl, tag: number): number => acl[find(acl, tag)]?.permissions ?? 0;

/** Whether the nine bits say all: then no list needs to be kept. */
export const isMinimal = (acl: Acl): boolean => acl.length === 3;

/** The mode with the bits that a list shows: the owner's, the others', and as the group's the mask where there is one. */
export const modeWithAcl = (acl: Acl, mode: FileMode): FileMode => {
  const group = find(acl, ACL_MASK) < 0 ? ACL_GROUP_OBJ : ACL_MASK;
  const bits =
    (permissionsOf(acl, ACL_USER_OBJ) << 6) | (permissionsOf(acl, group) << 3) | permissionsOf(acl, ACL_OTHER);
  return (mode & ~0o777) | bits;
};

/** The list after chmod(2): owner, others, and the mask where there is one, else the group. */
export const aclWithMode = (acl: Acl, mode: FileMode): Acl => {
  const group = find(acl, ACL_MASK) < 0 ? ACL_GROUP_OBJ : ACL_MASK;
  return acl.map((entry) => {
    const { tag } = entry;
    if (tag === ACL_USER_OBJ) return { ...entry, permissions: (mode >> 6) & 7 };
    if (tag === group) return { ...entry, permissions: (mode >> 3) & 7 };
    return tag === ACL_OTHER ? { ...entry, permissions: mode & 7 } : entry;
  });
};

/** What a new object starts with. */
export interface Inherited {
  readonly mode: FileMode;
  /** Its own list; absent where the mode says all. */
  readonly access: Acl | undefined;
  /** A directory hands the default list on. */
  readonly defaults: Acl | undefined;
}

/**
 * What is made in a directory with a default list: its rows, limited by the mode asked for. The umask has no say then,
 * that is what a default list is for.
 */
export const inherit = (defaults: Acl, mode: FileMode): Inherited => {
  const group = find(defaults, ACL_MASK) < 0 ? ACL_GROUP_OBJ : ACL_MASK;
  const access = defaults.map((entry) => {
    const { tag, permissions } = entry;
    if (tag === ACL_USER_OBJ) return { ...entry, permissions: permissions & (mode >> 6) };
    if (tag === group) return { ...entry, permissions: permissions & (mode >> 3) };
    return tag === ACL_OTHER ? { ...entry, permissions: permissions & mode } : entry;
  });
  return {
    mode: modeWithAcl(access, mode),
    access: isMinimal(access) ? undefined : access,
    defaults: isDirectory(mode) ? defaults : undefined,
  };
};
