/**
 * xattr(7) with the limits of Linux's VFS, in its order of checks. Who may touch `trusted.` or another's `user.`
 * attributes is a question of credentials and asked by the vfs; here are the rules about names, sizes and kinds.
 * Access control lists have rules of their own, see `access-lists.ts`.
 */
import { isAcl } from '../../acl/acl.ts';
import { fail } from '../../errno.ts';
import { XATTR_CREATE, XATTR_REPLACE } from '../../file-system.ts';
import { isDirectory, isRegular, type FileMode } from '../../mode.ts';
import { compareNames, isLongerThan, NAME_MAX } from '../../names.ts';

/** XATTR_SIZE_MAX, bytes. */
const VALUE_MAX = 65536;
const NAMESPACES = ['user.', 'trusted.', 'security.'];

/** ERANGE, EOPNOTSUPP or EINVAL for a name that no object can have; EPERM / ENODATA for `user.` on others than files and directories. */
const checkName = (mode: FileMode, name: string, forbidden: 'EPERM' | 'ENODATA'): void => {
  if (name === '' || isLongerThan(name, NAME_MAX)) fail('ERANGE');
  const namespace = NAMESPACES.find((prefix) => name.startsWith(prefix)) ?? fail('EOPNOTSUPP', name);
  if (namespace === 'user.' && !isRegular(mode) && !isDirectory(mode)) fail(forbidden, name);
  if (name === namespace) fail('EINVAL', name);
};

export const checkGetXattr = (mode: FileMode, name: string): void => checkName(mode, name, 'ENODATA');

export const checkSetXattr = (
  mode: FileMode,
  present: boolean,
  name: string,
  value: Uint8Array,
  flags: number,
): void => {
  if ((flags & ~(XATTR_CREATE | XATTR_REPLACE)) !== 0) fail('EINVAL');
  if (value.length > VALUE_MAX) fail('E2BIG', name);
  checkName(mode, name, 'EPERM');
  if ((flags & XATTR_CREATE) !== 0 && present) fail('EEXIST', name);
  if ((flags & XATTR_REPLACE) !== 0 && !present) fail('ENODATA', name);
};

export const checkRemoveXattr = (mode: FileMode, present: boolean, name: string): void => {
  checkName(mode, name, 'EPERM');
  if (!present) fail('ENODATA', name);
};

/** Names in the order that tmpfs lists them: access control lists, then the others descending. */
export const listXattrs = (names: Iterable<string>): readonly string[] =>
  [...names].toSorted((left, right) => {
    if (isAcl(left) === isAcl(right)) return isAcl(left) ? compareNames(left, right) : compareNames(right, left);
    return isAcl(left) ? -1 : 1;
  });
