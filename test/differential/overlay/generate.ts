import {
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_NOATIME_FL,
  FS_NODUMP_FL,
  ACL_ACCESS,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  S_IFSOCK,
} from '@layerscope/core/fs';
import { ACL_NAMES, accessList, validList } from '../vfs/access-lists.ts';
import { Chance } from './random.ts';
import type { Entry, LayerTree, Operation, Scene, Time } from './scene.ts';

/** Few names, so that layers and operations meet often. */
const NAMES = ['a', 'b', 'c'];
const SLOTS = 3;
const MODES = [0o755, 0o644, 0o700, 0o600, 0o777, 0o666, 0o000, 0o4755, 0o2775, 0o1777];
const XATTR_NAMES = [
  'user.x',
  'trusted.x',
  'trusted.overlay.opaque',
  'trusted.overlay.redirect',
  'user.overlay.opaque',
  'security.x',
  'foo.x',
];
const REDIRECTS = ['a', 'b', '/c', '/a/b', 'x/y'];
const TARGETS = ['a', 'b', 'c', '../a', '../b/c', 'a/b', '.'];

/**
 * Redirects that lead nowhere. One made by hand that leads somewhere would show a lower directory twice, and what the
 * kernel says then depends on what it has cached; renames under redirect_dir=on make those that lead somewhere.
 */
const BAD_REDIRECTS = ['x/y', '/nope', 'nope', '//a', '', '/a/nope'];

/** What a run can be told to do in every scene; what it was not told, each scene does as chance says. */
export interface Wanted extends Partial<
  Pick<Scene, 'redirectDir' | 'metacopy' | 'userxattr' | 'xino' | 'index' | 'separateFs'>
> {
  readonly dataOnly?: boolean;
  /** Access control lists. */
  readonly acl?: boolean;
  /** uid 1000 does some of the operations. */
  readonly users?: boolean;
}

/** A scene of `count` operations for a seed. */
export const generateScene = (seed: number, count: number, wanted: Wanted = {}): Scene => {
  const chance = new Chance(seed);
  const withUsers = wanted.users ?? chance.oneIn(3);
  const withData = wanted.dataOnly ?? chance.oneIn(8);
  const withLists = wanted.acl ?? chance.oneIn(4);
  const metacopy = metacopyOf(chance, wanted);
  const redirectDir = metacopy ? 'on' : (wanted.redirectDir ?? chance.pick(['off', 'off', 'on', 'nofollow'] as const));
  const userxattr = wanted.userxattr ?? (!metacopy && redirectDir !== 'on' && chance.oneIn(6));
  const index = wanted.index ?? chance.pick(['off', 'off', 'on', metacopy ? 'on' : 'nfs'] as const);
  const xino = wanted.xino ?? (chance.oneIn(6) ? chance.pick(['on', 'auto'] as const) : 'off');
  const prefix = userxattr ? 'user.overlay.' : 'trusted.overlay.';
  const metacopyIn = metacopy || withData ? 4 : 40;
  const layer = (isUpper: boolean): LayerTree =>
    new LayerMaker(chance, { withUsers, isUpper, prefix, metacopyIn, withLists }).make();
  const lowers = Array.from({ length: 1 + chance.below(3) }, () => layer(false));
  const upper = chance.oneIn(3) ? layer(true) : {};
  // A metacopy file made by hand has no origin: Linux may show two numbers for its names, once its bytes are its own.
  const withLinks = !JSON.stringify(upper).includes(`${prefix}metacopy`);
  const withFlags = chance.oneIn(5);
  return {
    lowers,
    dataLowers: withData ? Array.from({ length: 1 + chance.below(2) }, () => layer(false)) : [],
    upper,
    rootMode: withUsers ? chance.pick([0o755, 0o777, 0o1777]) : 0o755,
    separateFs: wanted.separateFs ?? chance.oneIn(4),
    redirectDir,
    userxattr,
    metacopy,
    xino,
    index,
    operations: Array.from({ length: count }, () =>
      withFlags && chance.oneIn(10) ? flagsOperation(chance) : operation(chance, withUsers, withLists),
    ).filter(({ call }) => withLinks || call !== 'link'),
  };
};

/** metacopy=on needs redirect_dir=on, and excludes userxattr and nfs_export. */
const metacopyOf = (chance: Chance, { metacopy, redirectDir, userxattr, index }: Wanted): boolean => {
  const isPossible = (redirectDir ?? 'on') === 'on' && userxattr !== true && index !== 'nfs';
  return metacopy ?? (isPossible && chance.oneIn(5));
};

interface LayerOptions {
  readonly withUsers: boolean;
  readonly isUpper: boolean;
  readonly prefix: string;
  /** One file in so many has its bytes elsewhere. */
  readonly metacopyIn: number;
  /** Objects have access control lists. */
  readonly withLists: boolean;
}

class LayerMaker {
  readonly #chance: Chance;
  readonly #options: LayerOptions;
  readonly #files: string[] = [];

  constructor(chance: Chance, options: LayerOptions) {
    this.#chance = chance;
    this.#options = options;
  }

  make(): LayerTree {
    return this.#entries('', 2, true);
  }

  /**
   * Without `withMetacopy` where whiteouts may be marked files: whether Linux then lists or fails for what cannot be
   * looked up depends on the order of the names and on what it has cached.
   */
  #entries(path: string, depth: number, withMetacopy: boolean): LayerTree {
    const entries: Record<string, Entry> = {};
    for (const name of NAMES) {
      const entry = this.#entry(`${path}/${name}`, depth, withMetacopy);
      if (entry !== undefined) entries[name] = entry;
    }
    return entries;
  }

  #entry(path: string, depth: number, withMetacopy: boolean): Entry | undefined {
    const chance = this.#chance;
    const { withUsers, isUpper, prefix, metacopyIn, withLists } = this.#options;

    const owner = withUsers && chance.oneIn(2) ? { uid: 1000 } : {};
    const kind = chance.below(14);
    if (kind < 4) {
      const xattrs: Record<string, string> = chance.oneIn(4) ? { 'user.x': 'lower', 'trusted.x': 'lower' } : {};
      if (withMetacopy && chance.oneIn(metacopyIn)) {
        xattrs[`${prefix}metacopy`] = chance.oneIn(30) ? 'cut' : '';
        // Over a lower file that has a name of its own, or with two names, an upper one is ESTALE or not, as it is cached.
        const redirects = isUpper ? [path.slice(path.lastIndexOf('/') + 1), 'x/y'] : REDIRECTS;
        if (chance.oneIn(2)) xattrs[`${prefix}redirect`] = chance.pick(redirects);
        if (!isUpper) this.#files.push(path);
      } else this.#files.push(path);
      if (withLists && chance.oneIn(3)) xattrs[ACL_ACCESS] = validList(chance);
      return { kind: 'file', data: path + chance.below(100), mode: chance.pick(MODES), xattrs, ...owner };
    }
    if (kind < 9 && depth > 0) {
      const xattrs: Record<string, string> = chance.oneIn(6) ? { 'user.d': 'lower' } : {};
      if (chance.oneIn(5)) xattrs[`${prefix}opaque`] = chance.pick(['y', 'y', 'x', 'n']);
      if (chance.oneIn(40)) xattrs[`${prefix}redirect`] = chance.pick(BAD_REDIRECTS);
      if (withLists) for (const name of ACL_NAMES) if (chance.oneIn(3)) xattrs[name] = validList(chance);
      return {
        kind: 'dir',
        mode: chance.pick([0o755, 0o777, 0o700, 0o2775]),
        xattrs,
        entries: this.#entries(path, depth - 1, xattrs[`${prefix}opaque`] !== 'x'),
        ...owner,
      };
    }
    if (kind === 9) return { kind: 'symlink', target: chance.pick(TARGETS), ...owner };
    if (kind === 10) return { kind: 'whiteout' };
    if (kind === 11 && this.#files.length > 0) return { kind: 'hardlink', target: chance.pick(this.#files) };
    if (kind === 12) return { kind: chance.pick(['fifo', 'chr', 'blk'] as const), mode: 0o644, ...owner };
    if (kind === 13 && !isUpper && chance.oneIn(2)) {
      return { kind: 'file', data: '', mode: 0o644, xattrs: { [`${prefix}whiteout`]: '' } };
    }
    return undefined;
  }
}

const pathOf = (chance: Chance): string =>
  Array.from({ length: chance.pick([1, 2, 2, 2, 3]) }, () => chance.pick(NAMES)).join('/') +
  (chance.oneIn(40) ? '/' : '');

const timeOf = (chance: Chance): Time => chance.pick<Time>(['now', 'omit', 5, 1_000_000_000]);

const OPEN_FLAGS = [
  O_RDONLY,
  O_RDONLY,
  O_WRONLY,
  O_RDWR,
  O_RDWR | O_APPEND,
  O_RDONLY | O_TRUNC,
  O_WRONLY | O_TRUNC,
  O_RDWR | O_CREAT,
  O_RDONLY | O_CREAT,
  O_WRONLY | O_CREAT | O_EXCL,
  O_RDWR | O_CREAT | O_TRUNC,
  O_RDONLY | O_DIRECTORY,
  O_RDONLY | O_NOFOLLOW,
  O_WRONLY | O_NOFOLLOW,
  3,
];

/** Half of them take flags away, so that something can still be done. */
const FLAGS = [0, 0, 0, FS_IMMUTABLE_FL, FS_APPEND_FL, FS_APPEND_FL | FS_IMMUTABLE_FL, FS_NOATIME_FL, FS_NODUMP_FL];

const flagsOperation = (chance: Chance): Operation => {
  const path = pathOf(chance);
  return chance.oneIn(4) ? { call: 'getflags', path } : { call: 'setflags', path, flags: chance.pick(FLAGS) };
};

const operation = (chance: Chance, withUsers: boolean, withLists: boolean): Operation => {
  const path = pathOf(chance);
  const slot = chance.below(SLOTS);
  const at = withUsers && chance.oneIn(3) ? { path, user: true } : { path };
  const ids = { uid: chance.pick([-1, 0, 1000, 5]), gid: chance.pick([-1, 0, 1000, 6]) };
  const xattr = { name: chance.pick(XATTR_NAMES), value: `v${chance.below(10)}`, flags: chance.pick([0, 0, 1, 2]) };
  if (withLists && chance.oneIn(8)) {
    const name = chance.pick(ACL_NAMES);
    const call = chance.pick(['setxattr', 'setxattr', 'setxattr', 'getxattr', 'removexattr'] as const);
    return call === 'setxattr'
      ? { call, ...at, name, value: accessList(chance), flags: chance.below(3) }
      : { call, ...at, name };
  }
  switch (chance.below(48)) {
    case 0:
    case 1:
      return { call: chance.pick(['stat', 'lstat'] as const), ...at };
    case 2:
    case 3:
      return { call: 'readdir', ...at };
    case 4:
      return { call: chance.pick(['read', 'readlink', 'listxattr'] as const), ...at };
    case 5:
      return { call: 'access', path, mode: chance.below(8) };
    case 6:
    case 7:
    case 8:
      return { call: 'mkdir', ...at, mode: chance.pick(MODES) };
    case 9:
    case 10:
      return { call: 'rmdir', ...at };
    case 11:
    case 12:
    case 13:
      return { call: 'unlink', ...at };
    case 14:
    case 15:
      return { call: 'chmod', ...at, mode: chance.pick(MODES) };
    case 16:
      return { call: chance.pick(['chown', 'lchown'] as const), ...at, ...ids };
    case 17:
    case 18:
    case 19:
    case 20:
    case 21:
      return { call: 'rename', ...at, to: pathOf(chance), flags: chance.pick([0, 0, 0, 0, 1, 2, 2, 4]) };
    case 22:
    case 23:
      return { call: 'link', ...at, to: pathOf(chance), flags: chance.below(2) };
    case 24:
      return { call: 'symlink', ...at, target: chance.pick(TARGETS) };
    case 25: {
      const kind = chance.pick([S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK]);
      return {
        call: 'mknod',
        ...at,
        mode: kind | 0o644,
        rdev: kind === S_IFIFO || kind === S_IFSOCK ? 0 : chance.pick([0, 0x103]),
      };
    }
    case 26:
      return { call: 'utimens', ...at, atime: timeOf(chance), mtime: timeOf(chance), follow: chance.oneIn(2) };
    case 27:
      return { call: 'truncate', ...at, size: chance.pick([0, 3, 5000]) };
    case 28:
    case 29:
      return { call: 'setxattr', ...at, ...xattr };
    case 30:
      return { call: chance.pick(['getxattr', 'removexattr'] as const), ...at, name: xattr.name };
    case 31:
      return { call: 'tmpfile', ...at, to: pathOf(chance), flags: chance.below(2) };
    case 32:
    case 33:
    case 34:
    case 35:
    case 36:
      return { call: 'open', ...at, flags: chance.pick(OPEN_FLAGS), mode: chance.pick(MODES), slot };
    case 37:
      return { call: 'close', slot };
    case 38:
      return { call: 'fstat', slot };
    case 39:
      return { call: 'fdents', slot };
    case 40:
      return { call: 'fread', slot, position: chance.pick([0, 2]) };
    case 41:
    case 42:
      return { call: 'fwrite', slot, position: chance.pick([0, 1, 5000]), data: `w${chance.below(100)}` };
    case 43:
      return chance.oneIn(2) ? { call: 'fchmod', slot, mode: chance.pick(MODES) } : { call: 'fchown', slot, ...ids };
    case 44:
      return { call: 'futimens', slot, atime: timeOf(chance), mtime: timeOf(chance) };
    case 45:
      return { call: 'ftruncate', slot, size: chance.pick([0, 3, 5000]) };
    case 46:
      return chance.oneIn(2)
        ? { call: 'fallocate', slot, mode: chance.pick([0, 1, 3]), position: chance.pick([0, 4096]), size: 4096 }
        : { call: 'fsetxattr', slot, ...xattr };
    default:
      return { call: chance.pick(['mkdirat', 'unlinkat', 'openat'] as const), slot, path: chance.pick(NAMES) };
  }
};
