/** What is merged, hidden and listed for each stacking of layers, as Linux 6.18 answered it. */
import { FsError, O_DIRECTORY } from '@layerscope/core/fs';
import type { OverlayOptions } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';
import { describeObject, describeTree } from './describe-tree.ts';
import recorded from './golden/lookup-merge.json' with { type: 'json' };
import { block, character, type Entries, mark, marked, put, symlink, whiteout } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

interface Stack {
  readonly lowers: readonly Entries[];
  readonly upper?: Entries;
  /** The directory that is listed. */
  readonly list?: string;
  readonly options?: OverlayOptions;
  /** Marks of layer roots: `u`, `l0`, … */
  readonly roots?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const xwhiteout = marked('', { whiteout: '' });
const opaqueUpper = (value: string): Stack => ({
  lowers: [{ d: { a: '1' } }],
  upper: { d: marked({ b: '2' }, { opaque: value }) },
  list: '/d',
});
const redirected = (redirect: string, options: OverlayOptions = {}): Stack => ({
  lowers: [{ p: { old: { a: '1' } } }],
  upper: { new: marked({ b: '2' }, { redirect }) },
  list: '/new',
  options,
});
const xwhiteouts = (below: Entries, above: Entries, value?: string): Stack => ({
  lowers: [{ d: value === undefined ? above : marked(above, { opaque: value }) }, { d: below }],
  list: '/d',
});

const STACKS: Readonly<Record<string, Stack>> = {
  'file over file': { lowers: [{ x: 'L' }], upper: { x: 'U' } },
  'file over dir': { lowers: [{ x: { a: '1' } }], upper: { x: 'U' } },
  'dir over file': { lowers: [{ x: 'L' }], upper: { x: { b: '2' } } },
  'dir over dir': { lowers: [{ x: { a: '1', b: '1' } }], upper: { x: { b: '2', c: 'uc' } }, list: '/x' },
  'dir/file/dir (middle file)': { lowers: [{ x: 'f' }, { x: { a: '1' } }], upper: { x: { b: '2' } }, list: '/x' },
  'dir/none/dir': { lowers: [{}, { x: { a: '1' } }], upper: { x: { b: '2' } }, list: '/x' },
  'dir/whiteout/dir': { lowers: [{ x: whiteout() }, { x: { a: '1' } }], upper: { x: { b: '2' } }, list: '/x' },
  'whiteout over file': { lowers: [{ x: 'L' }], upper: { x: whiteout() } },
  'whiteout over dir': { lowers: [{ x: { a: '1' } }], upper: { x: whiteout() } },
  'whiteout over nothing': { lowers: [{}], upper: { x: whiteout() } },
  'whiteout in only lower, root (root always merge)': { lowers: [{ x: whiteout(), y: '1' }] },
  'whiteout in only lower, nested non-merged dir': { lowers: [{ d: { x: whiteout(), y: '1' } }], list: '/d' },
  'whiteout in pure upper dir (no origin)': { lowers: [{}], upper: { d: { x: whiteout(), y: '1' } }, list: '/d' },
  'whiteout in lowest lower of merge dir': {
    lowers: [{ d: { x: whiteout(), y: '1' } }],
    upper: { d: { z: '1' } },
    list: '/d',
  },
  'whiteout in top lower, nonmerged dir, 2 lowers': { lowers: [{ d: { x: whiteout(), y: '1' } }, {}], list: '/d' },
  'chr 0:0 mode 644 (whiteout w/ perm)': { lowers: [{ x: 'L' }], upper: { x: whiteout(0o644) } },
  'chr 0:1 not whiteout': { lowers: [{ x: 'L' }], upper: { x: character(0, 1) } },
  'blk 0:0 not whiteout': { lowers: [{ x: 'L' }], upper: { x: block } },
  '.wh. prefix has no meaning': { lowers: [{ x: 'L' }], upper: { '.wh.x': '', '.wh..wh..opq': '' } },
  'opaque=y upper dir': opaqueUpper('y'),
  "opaque=b'y' upper dir": opaqueUpper('y'),
  "opaque=b'x' upper dir": opaqueUpper('x'),
  "opaque=b'n' upper dir": opaqueUpper('n'),
  "opaque=b'' upper dir": opaqueUpper(''),
  "opaque=b'yes' upper dir": opaqueUpper('yes'),
  "opaque=b'Y' upper dir": opaqueUpper('Y'),
  "opaque=b'0' upper dir": opaqueUpper('0'),
  'opaque=y on middle lower': {
    lowers: [{ d: marked({ b: '2' }, { opaque: 'y' }) }, { d: { a: '1' } }],
    upper: { d: { c: '3' } },
    list: '/d',
  },
  'opaque=y on upper file (ignored)': { lowers: [{ x: 'L' }], upper: { x: marked('U', { opaque: 'y' }) } },
  'opaque=y on upper ROOT': { lowers: [{ a: '1' }], upper: { b: '2' }, roots: { u: { opaque: 'y' } } },
  'opaque=y on lower ROOT (top lower)': { lowers: [{ b: '2' }, { a: '1' }], roots: { l0: { opaque: 'y' } } },
  'user.overlay.opaque without userxattr': {
    lowers: [{ d: { a: '1' } }],
    upper: { d: marked({ b: '2' }, { 'user.overlay.opaque': 'y' }) },
    list: '/d',
  },
  'user.overlay.opaque with userxattr': {
    lowers: [{ d: { a: '1' } }],
    upper: { d: marked({ b: '2' }, { 'user.overlay.opaque': 'y' }) },
    list: '/d',
    options: { userxattr: true },
  },
  'trusted.overlay.opaque with userxattr (ignored)': {
    lowers: [{ d: { a: '1' } }],
    upper: { d: marked({ b: '2' }, { opaque: 'y' }) },
    list: '/d',
    options: { userxattr: true },
  },
  'xwh in upper over lower, no dir mark': { lowers: [{ x: 'L' }], upper: { x: xwhiteout } },
  'xwh in upper, dir opaque=x (root)': {
    lowers: [{ x: 'L' }],
    upper: { x: xwhiteout },
    roots: { u: { opaque: 'x' } },
  },
  'xwh in upper subdir, opaque=x': {
    lowers: [{ d: { x: 'L' } }],
    upper: { d: marked({ x: xwhiteout }, { opaque: 'x' }) },
    list: '/d',
  },
  'xwh in lower1 root opaque=x over lower2': {
    lowers: [{ x: xwhiteout }, { x: 'L' }],
    roots: { l0: { opaque: 'x' } },
  },
  'xwh in lower1 root NO mark over lower2': { lowers: [{ x: xwhiteout }, { x: 'L' }] },
  'xwh in lower1 subdir opaque=x over lower2': xwhiteouts({ x: 'L', y: '1' }, { x: xwhiteout }, 'x'),
  'xwh in lower1 subdir NO mark over lower2': xwhiteouts({ x: 'L', y: '1' }, { x: xwhiteout }),
  'xwh in lowest lower subdir opaque=x': {
    lowers: [{ d: { z: '1' } }, { d: marked({ x: xwhiteout, y: '1' }, { opaque: 'x' }) }],
    list: '/d',
  },
  'xwh in single lower (non-merge) dir opaque=x': {
    lowers: [{ d: marked({ x: xwhiteout, y: '1' }, { opaque: 'x' }) }],
    list: '/d',
  },
  'xwh non-empty file': {
    lowers: [{ x: marked('data', { whiteout: '' }) }, { x: 'L' }],
    roots: { l0: { opaque: 'x' } },
  },
  'xwh on dir (ignored)': {
    lowers: [{ x: marked({ q: '1' }, { whiteout: '' }) }, { x: { a: '1' } }],
    list: '/x',
    roots: { l0: { opaque: 'x' } },
  },
  'xwh value=y': {
    lowers: [{ x: marked('', { whiteout: 'y' }) }, { x: 'L' }],
    roots: { l0: { opaque: 'x' } },
  },
  'xwh over dir in lower2': { lowers: [{ x: xwhiteout }, { x: { a: '1' } }], roots: { l0: { opaque: 'x' } } },
  'user.overlay xwh with userxattr': {
    lowers: [{ x: marked('', { 'user.overlay.whiteout': '' }) }, { x: 'L' }],
    roots: { l0: { 'user.overlay.opaque': 'x' } },
    options: { userxattr: true },
  },
  'overlay.whiteouts on dir (old RFC name)': {
    lowers: [{ x: xwhiteout }, { x: 'L' }],
    roots: { l0: { whiteouts: 'y' } },
  },
  'upper metacopy xattr, metacopy=off, lower present': {
    lowers: [{ x: 'LOWERDATA' }],
    upper: { x: marked('', { metacopy: '' }) },
  },
  'upper metacopy xattr, metacopy=off, lower missing': { lowers: [{}], upper: { x: marked('', { metacopy: '' }) } },
  'redirect upper dir default opts': {
    lowers: [{ old: { a: '1' } }],
    upper: { new: marked({ b: '2' }, { redirect: 'old' }), old: whiteout() },
    list: '/new',
  },
  'redirect abs upper dir default opts': redirected('/p/old'),
  'redirect abs nofollow': redirected('/p/old', { redirectDir: 'nofollow' }),
  'redirect off (=follow here)': redirected('/p/old', { redirectDir: 'off' }),
  'redirect invalid rel with slash': redirected('p/old'),
  'redirect dangling': redirected('/nope'),
  'redirect to file': {
    lowers: [{ p: 'file' }],
    upper: { new: marked({ b: '2' }, { redirect: '/p' }) },
    list: '/new',
  },
  'two dirs redirect to same lower': {
    lowers: [{ p: { a: '1' } }],
    upper: { n1: marked({}, { redirect: '/p' }), n2: marked({}, { redirect: '/p' }) },
    list: '/n2',
  },
  'symlink over dir': { lowers: [{ x: { a: '1' } }], upper: { x: symlink('nowhere') } },
};

const listing = (mount: SimulatedMount, path: string): string => {
  const { root } = mount;
  try {
    const fd = root.open(path, O_DIRECTORY);
    const rows = root.getdents(fd).filter(({ name }) => name !== '.' && name !== '..');
    root.close(fd);
    const shown = rows.map(({ name, type }) => {
      const looked = outcome(() => root.stat(`${path}/${name}`, false));
      const what = looked === 'ok' ? describeObject(root, `${path}/${name}`, { layer: false }) : `LOOKUP:${looked}`;
      return `${name}(dt${type >> 12})=${what}`;
    });
    return shown.length === 0 ? '(empty)' : shown.toSorted().join(', ');
  } catch (error) {
    if (error instanceof FsError) return `readdir:${error.code}`;
    throw error;
  }
};

const sorted = (text: string): string => text.split(', ').toSorted().join(', ');
const rows = recorded as unknown as readonly (readonly [name: string, list: string, lookups: string, upper: string])[];

const mountOf = ({ lowers, upper = {}, options = {}, roots = {} }: Stack): SimulatedMount => {
  const mount = new SimulatedMount(lowers.length);
  lowers.forEach((entries, index) => put(mount, `/l${index}`, entries));
  put(mount, '/u', upper);
  for (const [root, marks] of Object.entries(roots)) mark(mount, `/${root}`, marks);
  mount.mount(options);
  return mount;
};

describe('stacks of layers', () => {
  it.each(rows.filter(([name]) => name !== 'merge order: names'))('%s', (name, list, lookups, upper) => {
    const stack = STACKS[name];
    if (stack === undefined) throw new Error(`no stack for the row '${name}'`);
    const mount = mountOf(stack);
    expect(listing(mount, `/m${stack.list ?? ''}`)).toBe(sorted(list));
    for (const [, path = '', answer] of lookups.matchAll(/(\S+)=>(ok:.*?|E\w+)(?= \/|$)/g)) {
      const shown = outcome(() => describeObject(mount.root, `/m${path}`, { layer: false }));
      expect(`${path} ${shown}`).toBe(`${path} ${answer}`);
    }
    const left = [...describeTree(mount.root, '/u', { lengths: true })].map(([path, line]) => `${path}: ${line}`);
    expect(left.join(' ; ')).toBe(upper);
  });

  it('lists the lowest layer first, then the upper one, then those between', () => {
    const mount = mountOf({
      lowers: [
        { d: '', a: 'middle' },
        { b: '', e: '', c: '', y: '' },
      ],
      upper: { y: 'upper', z: '', a: '' },
    });
    const names = mount.overlay?.readdir(mount.overlay.root).map(({ name }) => name);
    expect(names).toEqual(['b', 'e', 'c', 'y', 'z', 'a', 'd']);
  });

  it('keeps a listing until the directory changes', () => {
    const mount = mountOf({ lowers: [{ d: { a: '', b: '' } }, { d: { c: '' } }] });
    const { overlay } = mount;
    const dir = mount.root.place('/m/d').inode;
    const before = overlay?.readdir(dir);
    expect(overlay?.readdir(dir)).toBe(before);
    mount.root.unlink('/m/d/a');
    expect(before?.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(overlay?.readdir(dir).map(({ name }) => name)).toEqual(['c', 'b']);
  });
});
