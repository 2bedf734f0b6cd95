/** Random system calls over few names, so that they meet each other. */
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFREG,
  S_IFSOCK,
  makedev,
} from '@layerscope/core/fs';
import { Chance } from '../overlay/random.ts';
import { ACL_NAMES, accessList } from './access-lists.ts';

/** A system call: who makes it, its name, and its arguments. `slot` names a descriptor by the order of opening. */
export interface Operation {
  readonly user: boolean;
  readonly call: string;
  readonly path?: string;
  readonly to?: string;
  readonly slot?: number;
  readonly slotTo?: number;
  readonly number?: number;
  readonly other?: number;
  readonly name?: string;
  readonly value?: string;
  readonly follow?: boolean;
}

/** Descriptors that are kept open at most; a further open closes the oldest. */
export const SLOTS = 4;

const NAMES = ['a', 'b', 'c'];
const MODES = [0o777, 0o755, 0o700, 0o644, 0o600, 0o000, 0o1777, 0o2775, 0o4755, 0o2711, 0o6777, 0o111];
const SIZES = [0, 1, 10, 4096, 5000, 100_000, -1];
const XATTRS = ['user.x', 'user.y', 'trusted.t', 'security.s', 'user.', 'nonsense.x', 'system.foo', '', ...ACL_NAMES];
const FLAGS = [
  O_RDONLY,
  O_WRONLY,
  O_RDWR,
  3,
  O_RDWR | O_CREAT,
  O_RDWR | O_CREAT,
  O_WRONLY | O_CREAT | O_EXCL,
  O_WRONLY | O_CREAT | O_TRUNC,
  O_RDONLY | O_TRUNC,
  O_RDWR | O_APPEND,
  O_WRONLY | O_CREAT | O_APPEND,
  O_RDONLY | O_DIRECTORY,
  O_RDONLY | O_DIRECTORY,
  O_RDWR | O_DIRECTORY,
  O_RDONLY | O_NOFOLLOW,
  O_RDWR | O_CREAT | O_NOFOLLOW,
  O_PATH,
  O_PATH | O_NOFOLLOW,
  O_PATH | O_DIRECTORY,
  O_CREAT | O_DIRECTORY,
  O_TMPFILE | O_RDWR,
  O_TMPFILE | O_RDWR | O_EXCL,
  O_TMPFILE | O_RDONLY,
  O_RDONLY | O_CREAT,
];

const CALLS: { readonly [call: string]: number } = {
  mkdir: 8,
  rmdir: 4,
  unlink: 5,
  rename: 8,
  link: 6,
  symlink: 5,
  readlink: 2,
  mknod: 4,
  stat: 4,
  chmod: 7,
  chown: 6,
  utimens: 4,
  truncate: 4,
  getxattr: 2,
  listxattr: 2,
  setxattr: 5,
  setAcl: 5,
  removexattr: 3,
  open: 16,
  close: 2,
  dup: 1,
  read: 4,
  pread: 2,
  write: 7,
  pwrite: 2,
  lseek: 4,
  fstat: 2,
  fchmod: 2,
  fchown: 2,
  futimens: 2,
  ftruncate: 3,
  fallocate: 3,
  getdents: 3,
  linkDescriptor: 2,
  access: 2,
};

const WEIGHTED = Object.entries(CALLS).flatMap(([call, weight]) => Array.from({ length: weight }, () => call));

export const generate = (seed: number, count: number): readonly Operation[] => {
  const chance = new Chance(seed);
  let user = false;
  // tmpfs says that reserved pages are a hole; here they count as data. So a sequence has one or the other.
  const reserves = chance.oneIn(2);
  return Array.from({ length: count }, () => {
    if (chance.oneIn(6)) user = !user;
    const next = operation(chance);
    const seeksStored = next.call === 'lseek' && (next.name === 'data' || next.name === 'hole');
    if (reserves ? seeksStored : next.call === 'fallocate') return { call: 'fstat', slot: 0, user };
    return { ...next, user };
  });
};

const path = (chance: Chance): string => {
  if (chance.oneIn(60))
    return chance.pick(['', '.', '..', 'a/..', 'a/.', `${'n'.repeat(256)}`, 'p/'.repeat(2047) + 'pp']);
  const depth = chance.pick([1, 1, 1, 2, 2, 3]);
  const names = Array.from({ length: depth }, () => (chance.oneIn(25) ? chance.pick(['.', '..']) : chance.pick(NAMES)));
  return names.join(chance.oneIn(40) ? '//' : '/') + (chance.oneIn(12) ? '/' : '');
};

const rdev = (chance: Chance): number =>
  chance.pick([0, makedev(1, 3), makedev(1, 5), makedev(1, 7), makedev(240, 17)]);

const id = (chance: Chance): number => chance.pick([-1, 0, 1000, 2000, 3000]);

const time = (chance: Chance): number => chance.pick([-1, -2, 1_000_000, 2_000_000]);

const operation = (chance: Chance): Omit<Operation, 'user'> => {
  const call = chance.pick(WEIGHTED);
  const base = { call };
  const at = chance.oneIn(8) ? { slot: chance.below(SLOTS) } : {};
  const where = { ...base, ...at, path: path(chance) };
  const held = { ...base, slot: chance.below(SLOTS) };
  const attribute = {
    name: chance.oneIn(40) ? `user.${'n'.repeat(251)}` : chance.pick(XATTRS),
    follow: !chance.oneIn(3),
  };
  switch (call) {
    case 'mkdir':
    case 'chmod':
      return { ...where, number: chance.pick(MODES) };
    case 'rename':
      return { ...where, to: path(chance), number: chance.pick([0, 0, 0, RENAME_NOREPLACE, RENAME_EXCHANGE, 3, 8]) };
    case 'link':
      return { ...where, to: path(chance), follow: chance.oneIn(3) };
    case 'symlink':
      return { ...where, to: path(chance) };
    case 'mknod':
      return {
        ...where,
        number: chance.pick([S_IFREG, 0, S_IFIFO, S_IFSOCK, S_IFCHR, S_IFCHR, S_IFBLK, S_IFDIR]) | chance.pick(MODES),
        other: rdev(chance),
      };
    case 'stat':
      return { ...where, follow: chance.oneIn(2) };
    case 'chown':
      return { ...where, number: id(chance), other: id(chance), follow: !chance.oneIn(3) };
    case 'utimens':
      return { ...where, number: time(chance), other: time(chance), follow: !chance.oneIn(3) };
    case 'access':
      return { ...where, number: chance.below(8) };
    case 'truncate':
      return { ...base, path: path(chance), number: chance.pick(SIZES) };
    case 'getxattr':
    case 'removexattr':
    case 'listxattr':
      return { ...base, path: path(chance), ...attribute };
    case 'setxattr':
      return {
        ...base,
        path: path(chance),
        ...attribute,
        value: chance.pick(['', 'v', 'value']),
        number: chance.pick([0, 0, 0, 1, 2, 3, 4]),
      };
    case 'setAcl':
      return {
        call: 'setxattr',
        path: path(chance),
        name: chance.pick(ACL_NAMES),
        follow: !chance.oneIn(3),
        value: accessList(chance),
        number: chance.pick([0, 0, 0, 1, 2]),
      };
    case 'open':
      return {
        ...where,
        slotTo: chance.below(SLOTS),
        number: chance.pick(FLAGS) | O_NONBLOCK,
        other: chance.pick(MODES),
      };
    case 'dup':
      return { ...held, slotTo: chance.below(SLOTS) };
    case 'read':
    case 'write':
      return { ...held, number: chance.pick([0, 1, 7, 5000]) };
    case 'pread':
    case 'pwrite':
      return { ...held, number: chance.pick([0, 1, 7, 5000]), other: chance.pick([0, 3, 9000, -1]) };
    case 'lseek':
      return {
        ...held,
        number: chance.pick([0, 1, 100, 9000, -5]),
        name: chance.pick(['set', 'cur', 'end', 'data', 'hole']),
      };
    case 'fchmod':
      return { ...held, number: chance.pick(MODES) };
    case 'fchown':
      return { ...held, number: id(chance), other: id(chance) };
    case 'futimens':
      return { ...held, number: time(chance), other: time(chance) };
    case 'ftruncate':
      return { ...held, number: chance.pick(SIZES) };
    case 'fallocate':
      return {
        ...held,
        number: chance.pick([0, 1, 2, 3, 0x100]),
        other: chance.pick([0, 1, 5000, 8192, -1]),
      };
    case 'linkDescriptor':
      return { ...held, to: path(chance) };
    default:
      return call.startsWith('f') || call === 'close' || call === 'getdents' ? held : where;
  }
};
