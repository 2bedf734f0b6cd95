/** Values for `system.posix_acl_*`: valid lists, lists that say no more than a mode, and all kinds of nonsense. */
import {
  ACL_ACCESS,
  ACL_DEFAULT,
  ACL_GROUP,
  ACL_GROUP_OBJ,
  ACL_MASK,
  ACL_OTHER,
  ACL_USER,
  ACL_USER_OBJ,
  type AclEntry,
  encodeAcl,
} from '@layerscope/core/fs';
import type { Chance } from '../overlay/random.ts';

export const ACL_NAMES = [ACL_ACCESS, ACL_DEFAULT] as const;

const NO_ID = 0xffffffff;
const IDS = [0, 1000, 2000, 3000];

/** The bytes of a list or of nonsense, one character each. */
export const accessList = (chance: Chance): string => {
  if (chance.oneIn(12))
    return chance.pick(['', 'x', '\x02\0\0\0', '\x01\0\0\0', '\x02\0\0\0\x01\0', '\x03\0\0\0xxxxxxxx']);
  const rows = validRows(chance);
  if (chance.oneIn(12)) rows.splice(chance.below(rows.length), 1);
  if (chance.oneIn(12)) {
    rows.splice(chance.below(rows.length), 0, rowOf(chance, chance.pick([1, 2, 3, 4, 8, 16, 32, 64]), 7));
  }
  if (chance.oneIn(20)) rows.push({ tag: ACL_OTHER, permissions: 8, id: NO_ID });
  if (chance.oneIn(20)) rows.splice(1, 0, rowOf(chance, ACL_USER));
  return bytesOf(rows);
};

/** The bytes of a list that can be set. */
export const validList = (chance: Chance): string => bytesOf(validRows(chance));

const bytesOf = (rows: readonly AclEntry[]): string => Buffer.from(encodeAcl(rows)).toString('latin1');

const rowOf = (chance: Chance, tag: number, id = NO_ID): AclEntry => ({
  tag,
  id,
  permissions: chance.pick([0, 4, 6, 7, 5, 1]),
});

const validRows = (chance: Chance): AclEntry[] => {
  const row = (tag: number, id?: number): AclEntry => rowOf(chance, tag, id);
  const named = (tag: number): readonly AclEntry[] =>
    Array.from({ length: chance.below(3) }, () => row(tag, chance.pick(IDS)));
  const users = named(ACL_USER);
  const groups = named(ACL_GROUP);
  const hasMask = users.length + groups.length > 0 || chance.oneIn(4);
  return [
    row(ACL_USER_OBJ),
    ...users,
    row(ACL_GROUP_OBJ),
    ...groups,
    ...(hasMask ? [row(ACL_MASK)] : []),
    row(ACL_OTHER),
  ];
};
