import { O_RDONLY } from '@layerscope/core/fs';
import type { Entry, LayerTree, Operation, Scene } from './scene.ts';

/** Every divergence that fuzzing found, shrunk: they must not come back. */
export interface Found {
  readonly what: string;
  readonly scene: Scene;
}

const dir = (entries: LayerTree, overlay: Readonly<Record<string, string>> = {}): Entry => ({
  kind: 'dir',
  mode: 0o755,
  entries,
  xattrs: Object.fromEntries(Object.entries(overlay).map(([name, value]) => [`trusted.overlay.${name}`, value])),
});
const file = (data: string): Entry => ({ kind: 'file', data, mode: 0o644 });
const markedWhiteout: Entry = { kind: 'file', data: '', mode: 0o644, xattrs: { 'trusted.overlay.whiteout': '' } };

const metacopy = (data: string, redirect?: string): Entry => ({
  ...file(data),
  xattrs: {
    'trusted.overlay.metacopy': '',
    ...(redirect === undefined ? {} : { 'trusted.overlay.redirect': redirect }),
  },
});

const scene = (
  lowers: readonly LayerTree[],
  upper: LayerTree,
  operations: readonly Operation[],
  options: Partial<Scene> = {},
): Scene => ({
  lowers,
  upper,
  operations,
  rootMode: 0o755,
  separateFs: false,
  redirectDir: 'off',
  userxattr: false,
  metacopy: false,
  xino: 'off',
  index: 'off',
  dataLowers: [],
  ...options,
});

export const FOUND: readonly Found[] = [
  {
    what: 'a malformed redirect is listed, and fails only when looked up',
    scene: scene([{}], { c: dir({}, { redirect: 'x/y' }) }, []),
  },
  {
    what: 'rmdir counts whiteouts that are marked files',
    scene: scene([{ c: dir({ b: dir({ c: markedWhiteout }, { opaque: 'x' }) }) }, {}], {}, [
      { call: 'rmdir', path: 'c/b' },
    ]),
  },
  {
    what: 'a refused redirect has written the origin before',
    scene: scene([{ b: dir({}, { redirect: 'a' }) }, {}], { b: dir({}) }, [], {
      redirectDir: 'nofollow',
      separateFs: true,
    }),
  },
  {
    what: 'a refused redirect is refused only where a layer is left to search',
    scene: scene(
      [{ a: dir({ c: dir({}, { redirect: 'a' }) }), c: file('c') }, {}],
      {},
      [{ call: 'link', path: 'c', to: 'a/c', flags: 0 }],
      { redirectDir: 'nofollow' },
    ),
  },
  {
    what: 'redirects are not even read where nothing lies below',
    scene: scene(
      [{}],
      { b: dir({ a: dir({}, { redirect: 'x/y' }) }) },
      [{ call: 'rename', path: 'b/a', to: 'b/a', flags: 2 }],
      {
        redirectDir: 'nofollow',
      },
    ),
  },
  {
    what: 'an upper directory with a dangling redirect is refused',
    scene: scene([{}], { c: dir({}, { redirect: 'b' }) }, [], { redirectDir: 'nofollow' }),
  },
  {
    what: 'two directories over one lower directory are ESTALE, and not listed',
    scene: scene([{ b: dir({ b: dir({}) }) }], { b: dir({ a: dir({}, { redirect: 'b' }) }) }, [
      { call: 'chmod', path: 'b/b', mode: 0o777 },
    ]),
  },
  {
    what: 'marked whiteouts are hidden once the directory is copied up',
    scene: scene([{ c: dir({ c: markedWhiteout }, { opaque: 'x' }) }, {}], {}, [
      { call: 'readdir', path: 'c' },
      { call: 'utimens', path: 'c', atime: 5, mtime: 5, follow: true },
      { call: 'readdir', path: 'c' },
    ]),
  },
  {
    what: 'listing an impure directory leaves out what cannot be looked up',
    scene: scene([{ c: dir({ a: file('a') }) }], { c: dir({ c: dir({}, { redirect: 'x/y' }) }) }, [
      { call: 'chmod', path: 'c/a', mode: 0o600 },
      { call: 'open', path: 'c', flags: O_RDONLY, mode: 0, slot: 0 },
      { call: 'fdents', slot: 0 },
    ]),
  },
  {
    what: 'with userxattr a fifo is copied up without an origin, and found without one',
    scene: scene(
      [{ c: dir({ c: { kind: 'fifo', mode: 0o644 } }) }],
      {},
      [{ call: 'lchown', path: 'c/c', uid: 5, gid: 6 }],
      {
        userxattr: true,
      },
    ),
  },
  {
    what: 'a lookup that makes a directory impure makes its listing look numbers up',
    scene: scene([{ c: dir({ a: dir({}), c: dir({}) }) }], { c: dir({ a: dir({}), c: dir({}) }) }, []),
  },
  {
    what: 'with userxattr a link to a device is another inode',
    scene: scene(
      [{ a: dir({ c: { kind: 'chr', mode: 0o644 } }), b: dir({}) }],
      {},
      [{ call: 'link', path: 'a/c', to: 'b/c', flags: 0 }],
      {
        userxattr: true,
      },
    ),
  },
  {
    what: 'renaming one of several hard links changes the listing it was in',
    scene: scene([{ b: dir({}) }], { a: file('a'), b: dir({ a: { kind: 'hardlink', target: '/a' } }) }, [
      { call: 'lstat', path: 'a' },
      { call: 'readdir', path: 'b' },
      { call: 'rename', path: 'b/a', to: 'c', flags: 0 },
      { call: 'readdir', path: 'b' },
    ]),
  },
  {
    what: 'ftruncate to the same size stamps mtime',
    scene: scene([{}], {}, [
      { call: 'open', path: 'c', flags: 0o1102, mode: 0o700, slot: 2 },
      { call: 'futimens', slot: 2, atime: 5, mtime: 5 },
      { call: 'ftruncate', slot: 2, size: 0 },
      { call: 'fstat', slot: 2 },
    ]),
  },
  {
    what: 'a listing of what may be marked whiteouts leaves out what cannot be looked up',
    scene: scene([{ a: dir({ b: dir({ c: metacopy('c') }, { opaque: 'x' }) }) }, {}], {}, [
      { call: 'chmod', path: 'a/b', mode: 0o700 },
    ]),
  },
  {
    what: 'a metacopy file further down without a redirect does not lead to the data-only layers',
    scene: scene([{ a: dir({ b: metacopy('b', '/c') }) }, { c: metacopy('c') }], {}, [{ call: 'stat', path: 'a/b' }], {
      metacopy: true,
      dataLowers: [{ c: file('data') }],
    }),
  },
  {
    what: 'a directory on the way to a metacopy file makes the redirect no longer absolute',
    scene: scene([{ a: metacopy('a', '/a/b'), c: dir({}) }, { a: dir({}) }], {}, [{ call: 'stat', path: 'a' }], {
      metacopy: true,
      dataLowers: [{ a: dir({ b: file('data') }) }],
    }),
  },
  {
    what: 'an opaque directory on the way to a metacopy file does not',
    scene: scene([{ c: metacopy('c', '/a/b') }, { a: dir({}, { opaque: 'y' }) }], {}, [{ call: 'read', path: 'c' }], {
      metacopy: true,
      dataLowers: [{ a: dir({ b: file('data') }) }],
    }),
  },
  {
    what: 'an attribute set through a lower hard link reaches the upper inode without a name of its own',
    scene: scene(
      [{ b: file('b'), c: { kind: 'hardlink', target: '/b' } }],
      {},
      [
        { call: 'setxattr', path: 'b', name: 'trusted.x', value: 'v', flags: 0 },
        { call: 'setxattr', path: 'c', name: 'trusted.x', value: 'v', flags: 2 },
      ],
      { index: 'on' },
    ),
  },
  {
    what: 'a hard link is copied up under the name it was opened by',
    scene: scene(
      [{ a: file('a'), c: { kind: 'hardlink', target: '/a' } }],
      {},
      [
        { call: 'open', path: 'a', flags: O_RDONLY, mode: 0, slot: 0 },
        { call: 'stat', path: 'c' },
        { call: 'futimens', slot: 0, atime: 5, mtime: 'omit' },
      ],
      { index: 'on' },
    ),
  },
  {
    what: 'with nfs_export a hard link that was not looked up counts its index entry once the other name is gone',
    scene: scene(
      [{ c: { kind: 'blk', mode: 0o644 } }],
      {},
      [
        { call: 'link', path: 'c', to: 'a', flags: 0 },
        { call: 'unlink', path: 'c' },
      ],
      { index: 'nfs' },
    ),
  },
  {
    what: 'a whiteout may be a marked file where any lower part of the directory, and any directory of the layer, says so',
    scene: scene(
      [
        { a: dir({ c: dir({}, { opaque: 'x' }) }) },
        { a: dir({ c: dir({ b: markedWhiteout }) }), c: dir({}, { opaque: 'x' }) },
        {},
      ],
      {},
      [{ call: 'rename', path: 'a/b', to: 'c/c', flags: 0 }],
    ),
  },
  {
    what: 'an exchange copies up the directory of the target before the target fails',
    scene: scene(
      [{ a: dir({ c: dir({ a: metacopy('a', '/c') }) }) }],
      { a: dir({ a: dir({ c: file('c') }) }) },
      [
        { call: 'rename', path: 'a/a/c', to: 'a/c/a', flags: 2 },
        { call: 'lstat', path: 'a/c' },
      ],
      { dataLowers: [{}] },
    ),
  },
  {
    what: 'a hard link does not renew the numbers of an impure directory',
    scene: scene([{ a: { kind: 'symlink', target: '../a' }, c: { kind: 'chr', mode: 0o644 } }], {}, [
      { call: 'mkdir', path: 'b', mode: 0o700 },
      { call: 'rename', path: 'a', to: 'b/a', flags: 0 },
      { call: 'readdir', path: 'b' },
      { call: 'link', path: 'c', to: 'b/c', flags: 1 },
    ]),
  },
  {
    what: 'a symbolic link has no user attributes, so nobody asks it for its flags there',
    scene: scene(
      [{}],
      { a: { kind: 'symlink', target: 'b' } },
      [{ call: 'setxattr', path: 'a', name: 'user.overlay.opaque', value: 'v9', flags: 0 }],
      { userxattr: true },
    ),
  },
];
