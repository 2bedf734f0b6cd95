/** Inode numbers with xino over tmpfs on three file systems, as Linux 6.18 showed them: the high bits say whose they are. */
import {
  createMemoryFileSystem,
  type FileSystem,
  type Inode,
  ROOT,
  seededRandom,
  steppingClock,
} from '@layerscope/core/fs';
import { createOverlayFileSystem, type OverlayEvent, type OverlayFileSystem } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';
import recorded from './golden/xino.json' with { type: 'json' };

const find = (fs: FileSystem, root: Inode, path: string): Inode =>
  path
    .split('/')
    .filter(Boolean)
    .reduce((dir, name) => fs.lookup(dir, name) ?? expect.fail(`no ${name} of ${path}`), root);

interface Layer {
  readonly fs: FileSystem;
  readonly root: Inode;
}

const addFile = ({ fs, root }: Layer, dir: string, name: string): Inode =>
  fs.create(find(fs, root, dir), name, 0o644, ROOT);
const addDir = ({ fs, root }: Layer, name: string): Inode => fs.mkdir(root, name, 0o755, ROOT);

/** `one` and `two` are lowers; both have `d`. `k` and `k2` are one file. */
const build = () => {
  const clock = steppingClock(0n);
  const layer = (dev: number): Layer => {
    const fs = createMemoryFileSystem({ clock, dev });
    // Numbers that differ between the layers.
    for (let index = 0; index < dev; index++) fs.mkdir(fs.root, `before${index}`, 0o755, ROOT);
    return { fs, root: fs.mkdir(fs.root, 'layer', 0o755, ROOT) };
  };
  const [upper, one, two] = [layer(7), layer(8), layer(9)];
  for (const name of ['d', 'plain']) addDir(one, name);
  for (const name of ['d', 'h']) addDir(two, name);
  addDir(upper, 'p');
  addFile(upper, '', 'q');
  addFile(one, '', 'f');
  addFile(one, 'd', 'e');
  one.fs.link(addFile(one, '', 'k'), one.root, 'k2', ROOT);
  addFile(two, '', 'g');
  addFile(two, 'd', 'b');
  const work = upper.fs.mkdir(upper.fs.root, 'work', 0o755, ROOT);
  return { upper, one, two, work: { fs: upper.fs, root: work } };
};

type Built = ReturnType<typeof build>;
const mountOf = (
  { upper, work }: Built,
  lowers: readonly Layer[],
  { withUpper = true, xino = 'on' as 'on' | 'auto', events = [] as OverlayEvent[] } = {},
): OverlayFileSystem =>
  createOverlayFileSystem({
    lowers,
    ...(withUpper ? { upper, work } : {}),
    options: { xino },
    dev: 47,
    random: seededRandom(1),
    mounter: ROOT,
    onEvent: (event) => events.push(event),
  });

const idOf = (overlay: OverlayFileSystem, path: string): readonly [dev: number, ino: string] => {
  const { dev, ino } = overlay.getattr(find(overlay, overlay.root, path));
  return [dev, ino.toString(16)];
};
const listed = (overlay: OverlayFileSystem, dir: string, name: string): string | undefined =>
  overlay
    .readdir(find(overlay, overlay.root, dir))
    .find((entry) => entry.name === name)
    ?.ino.toString(16);

/** What stat and the listing show of each recorded path, and what they should. */
const compareRows = (built: Built, overlay: OverlayFileSystem, rows: readonly (readonly string[])[]) => {
  const layers: Readonly<Record<string, Layer>> = { upper: built.upper, one: built.one, two: built.two };
  const expected = rows.map(([path = '', high = '0', name = '']) => {
    const { fs, root } = layers[name] ?? built.upper;
    const number = (BigInt(`0x${high}`) | find(fs, root, path).ino).toString(16);
    return [path, 47, number, path === '/' ? undefined : number];
  });
  const shown = rows.map(([path = '']) => {
    const slash = path.lastIndexOf('/');
    return [path, ...idOf(overlay, path), listed(overlay, path.slice(0, Math.max(slash, 0)), path.slice(slash + 1))];
  });
  return { expected, shown };
};

describe('xino', () => {
  it.each(['on', 'auto'] as const)('=%s puts the file system in the high bits', (xino) => {
    const built = build();
    const events: OverlayEvent[] = [];
    const overlay = mountOf(built, [built.one, built.two], { xino, events });
    const { expected, shown } = compareRows(built, overlay, recorded['with an upper layer']);
    expect(shown).toEqual(expected);
    expect(events[0]).toMatchObject({ text: '"xino" feature enabled using 3 upper inode bits.' });
  });

  it('takes a bit less for one lower file system', () => {
    const built = build();
    const overlay = mountOf(built, [built.one]);
    const { expected, shown } = compareRows(built, overlay, recorded['one lower file system']);
    expect(shown).toEqual(expected);
  });

  it('keeps a number for the upper file system even without one', () => {
    const built = build();
    const overlay = mountOf(built, [built.one, built.two], { withUpper: false });
    const { expected, shown } = compareRows(built, overlay, recorded['no upper layer']);
    expect(shown).toEqual(expected);
  });

  it('keeps numbers across copy-up, rename and remount, directories included', () => {
    const built = build();
    const overlay = mountOf(built, [built.one, built.two]);
    const paths = ['', 'd', 'd/e', 'd/b', 'f', 'g', 'h', 'plain'];
    const before = paths.map((path) => idOf(overlay, path));
    for (const path of paths) overlay.setattr(find(overlay, overlay.root, path), { mode: 0o700 }, ROOT);
    expect(paths.map((path) => idOf(overlay, path))).toEqual(before);
    expect(listed(overlay, 'd', 'b')).toBe(before[3]?.[1]);
    overlay.rename(overlay.root, 'f', find(overlay, overlay.root, 'p'), 'f2', 0, ROOT);
    expect(listed(overlay, 'p', 'f2')).toBe(before[4]?.[1]);
    const again = mountOf(built, [built.one, built.two]);
    expect(idOf(again, 'p/f2')).toEqual(before[4]);
    expect(idOf(again, 'd/b')).toEqual(before[3]);
  });

  it('gives a broken hard link the number of its copy', () => {
    const built = build();
    const overlay = mountOf(built, [built.one]);
    const before = idOf(overlay, 'k2');
    overlay.setattr(find(overlay, overlay.root, 'k'), { mode: 0o600 }, ROOT);
    expect(idOf(overlay, 'k')).toEqual([47, find(built.upper.fs, built.upper.root, 'k').ino.toString(16)]);
    expect(idOf(overlay, 'k2')).toEqual(before);
  });

  it('says that it is useless on one file system', () => {
    const built = build();
    const events: OverlayEvent[] = [];
    const lower = { fs: built.upper.fs, root: built.upper.fs.mkdir(built.upper.fs.root, 'l', 0o755, ROOT) };
    mountOf(built, [lower], { events });
    expect(events[0]).toMatchObject({ text: '"xino=on" is useless with all layers on same fs, ignore.' });
  });
});
