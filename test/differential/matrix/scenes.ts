import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  S_IFIFO,
} from '@layerscope/core/fs';
import type { Entry, LayerTree, Operation, Scene } from '../overlay/scene.ts';
import { hardLinks, type NameState, STATES, SURROUNDINGS } from './states.ts';

/** How the overlay of a matrix is mounted. */
export type Mounting = Pick<Scene, 'redirectDir' | 'metacopy' | 'index'> & { readonly layers: 1 | 10 };

/** One try: a folder of its own, with what stands in it (which may have to know its path) and what is done there. */
interface Try {
  readonly lower: (folder: string) => LayerTree;
  readonly operations: (folder: string) => readonly Operation[];
}

/** So many tries share an overlay: a tree is looked through entry by entry. */
const TRIES = 40;

const scenesOf = (tries: readonly Try[], mounting: Mounting): readonly Scene[] =>
  Array.from({ length: Math.ceil(tries.length / TRIES) }, (_, at) =>
    sceneOf(tries.slice(at * TRIES, (at + 1) * TRIES), mounting),
  );

/** All tries in one overlay. With ten layers each folder is in all of them, and what stands in it in one. */
const sceneOf = (tries: readonly Try[], { layers, ...options }: Mounting): Scene => {
  const lowers: Record<string, Entry>[] = Array.from({ length: layers }, () => ({}));
  const operations = tries.flatMap((each, at) => {
    const folder = `t${at}`;
    for (const [depth, layer] of lowers.entries()) {
      const entries = depth === at % layers ? each.lower(folder) : {};
      layer[folder] = { kind: 'dir', mode: 0o755, entries };
    }
    return each.operations(folder);
  });
  return {
    lowers,
    dataLowers: [],
    upper: {},
    rootMode: 0o755,
    separateFs: false,
    userxattr: false,
    xino: 'off',
    ...options,
    operations,
  };
};

const subsets = (flags: readonly number[]): readonly number[] =>
  flags.reduce<readonly number[]>((sets, flag) => [...sets, ...sets.map((set) => set | flag)], [0]);

const OPEN_FLAGS: readonly number[] = [O_RDONLY, O_WRONLY, O_RDWR].flatMap((access) =>
  subsets([O_APPEND, O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW]).map((flags) => access | flags),
);

const look = (path: string): readonly Operation[] => [
  { call: 'lstat', path },
  { call: 'read', path },
  { call: 'readdir', path },
];

const inState = ({ lower, prepare }: NameState, operations: (path: string) => readonly Operation[]): Try => ({
  lower: () => ({ ...SURROUNDINGS, ...(lower === undefined ? {} : { o: lower }) }),
  operations: (folder) => [...(prepare?.(`${folder}/o`) ?? []), ...operations(`${folder}/o`)],
});

/** Every way to open a name, in one state. */
export const openScenes = (state: NameState, mounting: Mounting): readonly Scene[] =>
  scenesOf(
    OPEN_FLAGS.map((flags) =>
      inState(state, (path) => [
        { call: 'open', path, flags, mode: 0o640, slot: 1 },
        { call: 'fread', slot: 1, position: 0 },
        { call: 'fwrite', slot: 1, position: 2, data: 'new' },
        { call: 'fstat', slot: 1 },
        { call: 'close', slot: 1 },
        ...look(path),
      ]),
    ),
    mounting,
  );

const CHANGES: readonly ((path: string) => Operation)[] = [
  (path) => ({ call: 'unlink', path }),
  (path) => ({ call: 'rmdir', path }),
  (path) => ({ call: 'mkdir', path, mode: 0o750 }),
  (path) => ({ call: 'symlink', path, target: 'target' }),
  (path) => ({ call: 'mknod', path, mode: S_IFIFO | 0o640, rdev: 0 }),
  (path) => ({ call: 'chmod', path, mode: 0o600 }),
  (path) => ({ call: 'chown', path, uid: 5, gid: 6 }),
  (path) => ({ call: 'lchown', path, uid: 5, gid: 6 }),
  (path) => ({ call: 'truncate', path, size: 2 }),
  (path) => ({ call: 'truncate', path, size: 0 }),
  (path) => ({ call: 'utimens', path, atime: 5, mtime: 6, follow: true }),
  (path) => ({ call: 'utimens', path, atime: 5, mtime: 6, follow: false }),
  (path) => ({ call: 'setxattr', path, name: 'trusted.x', value: 'v', flags: 0 }),
  (path) => ({ call: 'removexattr', path, name: 'trusted.x' }),
  (path) => ({ call: 'readlink', path }),
  (path) => ({ call: 'access', path, mode: 2 }),
  (path) => ({ call: 'stat', path: `${path}/` }),
  (path) => ({ call: 'stat', path: `${path}/x` }),
];

/** Every change of a name, in every state. */
export const changeScenes = (mounting: Mounting): readonly Scene[] =>
  scenesOf(
    STATES.flatMap((state) => CHANGES.map((change) => inState(state, (path) => [change(path), ...look(path)]))),
    mounting,
  );

const MOVES: readonly ((path: string, to: string) => Operation)[] = [
  (path, to) => ({ call: 'rename', path, to, flags: 0 }),
  (path, to) => ({ call: 'rename', path, to, flags: RENAME_NOREPLACE }),
  (path, to) => ({ call: 'rename', path, to, flags: RENAME_EXCHANGE }),
  (path, to) => ({ call: 'link', path, to, flags: 0 }),
];

/** Every state of a name renamed or linked to every other, in the same directory and into another. */
export const moveScenes = (source: NameState, mounting: Mounting): readonly Scene[] =>
  scenesOf(
    STATES.flatMap((target) =>
      MOVES.flatMap((move) =>
        ['', 'folder/'].map((into): Try => ({
          lower: () => ({
            ...SURROUNDINGS,
            ...(source.lower === undefined ? {} : { o: source.lower }),
            ...(target.lower === undefined || into !== '' ? {} : { p: target.lower }),
          }),
          operations: (folder) => {
            const [from, to] = [`${folder}/o`, `${folder}/${into}p`];
            const prepareTarget = into === '' || target.lower === undefined ? target.prepare?.(to) : [];
            return [
              ...(source.prepare?.(from) ?? []),
              ...(prepareTarget ?? []),
              move(from, to),
              ...look(from),
              ...look(to),
            ];
          },
        })),
      ),
    ),
    mounting,
  );

/** Every change of one hard link, and what the other shows then; a file is open all the while. */
export const hardLinkScenes = (mounting: Mounting): readonly Scene[] =>
  scenesOf(
    [...CHANGES, ...MOVES.map((move) => (path: string) => move(path, path.replace('one', 'two')))].flatMap((change) =>
      [O_RDONLY, O_RDWR].map((flags): Try => ({
        lower: (folder) => ({ h: { kind: 'dir', mode: 0o755, entries: hardLinks(`/${folder}/h`) } }),
        operations: (folder) => {
          const [one, two] = [`${folder}/h/one`, `${folder}/h/two`];
          return [
            { call: 'open', path: two, flags, mode: 0, slot: 1 },
            change(one),
            { call: 'fstat', slot: 1 },
            { call: 'fwrite', slot: 1, position: 0, data: 'w' },
            { call: 'fchmod', slot: 1, mode: 0o600 },
            ...look(one),
            ...look(two),
            { call: 'unlink', path: two },
            { call: 'fstat', slot: 1 },
            { call: 'close', slot: 1 },
            { call: 'lstat', path: one },
          ];
        },
      })),
    ),
    mounting,
  );
