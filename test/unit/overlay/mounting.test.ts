/** What a mount accepts, prepares and refuses. */
import {
  createMemoryFileSystem,
  type FileSystem,
  type Inode,
  O_CREAT,
  O_RDWR,
  O_WRONLY,
  type OpenFile,
  ROOT,
  seededRandom,
  steppingClock,
} from '@layerscope/core/fs';
import {
  createOverlayFileSystem,
  type LayerTree,
  type OverlayEvent,
  type OverlayMount,
  OverlayMountError,
} from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';
import { describeTree } from './describe-tree.ts';
import { put } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
const other = createMemoryFileSystem({ clock: steppingClock(0n), dev: 2 });
const newDir = (name: string, parent: Inode = fs.root): LayerTree => ({
  fs,
  root: fs.lookup(parent, name) ?? fs.mkdir(parent, name, 0o755, ROOT),
  path: `/${name}`,
});
const [l1, l2, u, w] = ['l1', 'l2', 'u', 'w'].map((name) => newDir(name)) as [
  LayerTree,
  LayerTree,
  LayerTree,
  LayerTree,
];
const inside = (layer: LayerTree): LayerTree => newDir('sub', layer.root);
const file: LayerTree = { fs, root: fs.create(fs.root, 'file', 0o644, ROOT), path: '/file' };

const mountOf = (layers: Partial<OverlayMount>): OverlayMount => ({
  lowers: [],
  dev: 9,
  random: seededRandom(1),
  mounter: ROOT,
  ...layers,
});

const attempt = (layers: Partial<OverlayMount>): string => {
  try {
    createOverlayFileSystem(mountOf(layers)).unmount();
    return 'ok';
  } catch (error) {
    if (error instanceof OverlayMountError) return `${error.code} ${error.kernelLog}`;
    throw error;
  }
};

const REFUSALS: readonly (readonly [what: string, layers: Partial<OverlayMount>, answer: string])[] = [
  ['upper, work and a lower', { lowers: [l1], upper: u, work: w }, 'ok'],
  ['two lowers', { lowers: [l1, l2] }, 'ok'],
  ['one lower', { lowers: [l1] }, 'EINVAL at least 2 lowerdir are needed while upperdir nonexistent'],
  ['no lower', { upper: u, work: w }, "EINVAL missing 'lowerdir'"],
  ['upper without work', { lowers: [l1], upper: u }, "EINVAL missing 'workdir'"],
  ['work without upper', { lowers: [l1, l2], work: w }, 'ok'],
  ['a file as lower', { lowers: [file], upper: u, work: w }, 'EINVAL /file is not a directory'],
  ['a file as upper', { lowers: [l1], upper: file, work: w }, 'EINVAL /file is not a directory'],
  [
    'work on another file system',
    { lowers: [l1], upper: u, work: { fs: other, root: other.root } },
    'EINVAL workdir and upperdir must reside under the same mount',
  ],
  ['work = upper', { lowers: [l1], upper: u, work: u }, 'EINVAL workdir and upperdir must be separate subtrees'],
  [
    'work in upper',
    { lowers: [l1], upper: u, work: inside(u) },
    'EINVAL workdir and upperdir must be separate subtrees',
  ],
  [
    'upper in work',
    { lowers: [l1], upper: inside(w), work: w },
    'EINVAL workdir and upperdir must be separate subtrees',
  ],
  ['lower = upper', { lowers: [u], upper: u, work: w }, 'ELOOP conflicting lowerdir path'],
  ['lower = work', { lowers: [w], upper: u, work: w }, 'ELOOP conflicting lowerdir path'],
  ['a lower twice', { lowers: [l1, l1], upper: u, work: w }, 'ELOOP conflicting lowerdir path'],
  ['lower in upper', { lowers: [inside(u)], upper: u, work: w }, 'ELOOP overlapping lowerdir path'],
  ['lower in lower', { lowers: [l1, inside(l1)], upper: u, work: w }, 'ELOOP overlapping lowerdir path'],
  ['lower in lower, the other way', { lowers: [inside(l1), l1], upper: u, work: w }, 'ELOOP overlapping lowerdir path'],
  ['upper in lower', { lowers: [l1], upper: inside(l1), work: w }, 'ok'],
  [
    '501 lowers',
    { lowers: Array.from({ length: 501 }, (_, index) => newDir(`z${index}`)) },
    'EINVAL too many lower directories, limit is 500',
  ],
];

describe('layers', () => {
  it.each(REFUSALS)('%s', (_what, layers, answer) => {
    expect(attempt(layers)).toBe(answer);
  });

  it('an overlay can be a lower layer, not an upper one', () => {
    const inner = createOverlayFileSystem(mountOf({ lowers: [l1, l2] }));
    const tree = { fs: inner, root: inner.root, path: '/m' };
    expect(attempt({ lowers: [tree], upper: u, work: w })).toBe('ok');
    expect(attempt({ lowers: [l1], upper: tree, work: tree })).toBe(
      'EINVAL filesystem on /m not supported as upperdir',
    );
  });

  it('an upper layer in use is only a warning, until it is given back', () => {
    const inUse = new Set<Inode>();
    const events: OverlayEvent[] = [];
    const layers = { lowers: [l1], upper: u, work: w, inUse, onEvent: (event: OverlayEvent) => events.push(event) };
    const first = createOverlayFileSystem(mountOf(layers));
    const second = createOverlayFileSystem(mountOf(layers));
    expect(events.map((event) => event.type === 'kernel-log' && event.text.split(' is in-use')[0])).toEqual([
      'upperdir',
      'workdir',
    ]);
    second.unmount();
    expect(inUse.size).toBe(2);
    first.unmount();
    expect(inUse.size).toBe(0);
  });

  it('an upper layer inside a lower one is listed, and a loop to enter', () => {
    const overlay = createOverlayFileSystem(mountOf({ lowers: [l1], upper: inside(l1), work: w }));
    expect(overlay.readdir(overlay.root).map(({ name }) => name)).toContain('sub');
    expect(outcome(() => overlay.lookup(overlay.root, 'sub'))).toBe('ELOOP');
  });
});

const marks = (mount: SimulatedMount): string | undefined => describeTree(mount.root, '/u').get('/');
const work = (mount: SimulatedMount): unknown => Object.fromEntries(describeTree(mount.root, '/w'));

describe('the upper root', () => {
  it('gets an id at its first mount', () => {
    const mount = new SimulatedMount();
    mount.mount();
    expect(marks(mount)).toBe('d 0755 {uuid}');
  });

  it('gets none when it was used before, or by option', () => {
    const used = new SimulatedMount();
    used.xattr('/u', 'trusted.overlay.impure', 'y');
    used.mount();
    expect(marks(used)).toBe('d 0755 {impure=y}');
    const without = new SimulatedMount();
    without.mount({ uuid: 'null' });
    expect(marks(without)).toBe('d 0755');
  });
});

describe('the work directory', () => {
  it('is made, keeps the shared whiteout, and is cleaned by the next mount', () => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { f: '', g: '' });
    mount.mount();
    expect(work(mount)).toEqual({ '/': 'd 0755', '/work': 'd 0000' });
    mount.root.unlink('/m/f');
    mount.root.unlink('/m/g');
    expect(work(mount)).toMatchObject({ '/work/#1': 'WHITEOUT n3' });
    mount.unmount();
    mount.mount();
    expect(work(mount)).toEqual({ '/': 'd 0755', '/work': 'd 0000' });
    expect(mount.root.stat('/u/f', false).nlink).toBe(2);
  });

  it('is cleaned two levels deep; other things in it are left alone', () => {
    const mount = new SimulatedMount();
    put(mount, '/w', { other: '', work: { a: { b: {}, f: '' } } });
    mount.mount();
    expect(work(mount)).toEqual({ '/': 'd 0755', '/other': 'f"" 0644', '/work': 'd 0000' });
  });

  it('with leftovers that are deeper makes the mount read-only', () => {
    const mount = new SimulatedMount();
    put(mount, '/w', { work: { a: { b: { c: { f: '' } } } } });
    mount.mount();
    expect(mount.overlay?.readOnly).toBe(true);
    expect(mount.events.map((event) => event.type === 'kernel-log' && event.text)).toEqual([
      "cleanup of 'a/b' failed (-39)",
      "cleanup of 'work/a' failed (-39)",
      "cleanup of 'w/work' failed (-39)",
      'failed to create directory /w/work (errno: 17); mounting read-only',
    ]);
    expect(outcome(() => mount.root.mkdir('/m/x', 0o755))).toBe('EROFS');
  });

  it('a file in its place is replaced', () => {
    const mount = new SimulatedMount();
    put(mount, '/w', { work: 'file' });
    mount.mount();
    expect(work(mount)).toEqual({ '/': 'd 0755', '/work': 'd 0000' });
  });
});

const there = (inode: Inode | undefined): Inode => {
  if (inode === undefined) throw new TypeError('no such file');
  return inode;
};

/** Without `content`, so that bytes are copied through files; each sync is told. */
const countingSyncs = (plain: FileSystem, onSync: () => void): FileSystem =>
  new Proxy(plain, {
    get: (target, name) => {
      if (name === 'content' || name === 'setContent') return undefined;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'open') return value.bind(target) as unknown;
      return (...given: Parameters<FileSystem['open']>): OpenFile => {
        const opened = target.open(...given);
        const sync = opened.sync.bind(file);
        opened.sync = (): void => {
          onSync();
          sync();
        };
        return opened;
      };
    },
  });

describe('volatile', () => {
  const MARKED = {
    '/': 'd 0755',
    '/work': 'd 0000',
    '/work/incompat': 'd 0000',
    '/work/incompat/volatile': 'd 0000',
    '/work/incompat/volatile/dirty': 'f"" 0000',
  };
  const refusal = "overlay with incompat feature 'volatile' cannot be mounted";

  it('leaves a mark that keeps the upper layer from being mounted again, until it is removed', () => {
    const mount = new SimulatedMount();
    mount.mount({ volatile: true });
    expect(work(mount)).toEqual(MARKED);
    mount.unmount();
    expect(work(mount)).toEqual(MARKED);
    for (const options of [{ volatile: true }, {}]) {
      expect(() => mount.mount(options)).toThrow(expect.objectContaining({ code: 'EINVAL', kernelLog: refusal }));
    }
    mount.root.unlink('/w/work/incompat/volatile/dirty');
    mount.root.rmdir('/w/work/incompat/volatile');
    mount.mount();
    expect(work(mount)).toEqual({ '/': 'd 0755', '/work': 'd 0000' });
  });

  it.each([
    [false, 2],
    [true, 0],
  ])('%s: a copy-up and a sync of the copy reach the layer %d times', (volatile, expected) => {
    let syncs = 0;
    const store = countingSyncs(createMemoryFileSystem({ clock: steppingClock(0n) }), () => (syncs += 1));
    const layer = (name: string): LayerTree => ({ fs: store, root: store.mkdir(store.root, name, 0o755, ROOT) });
    const lower = layer('l');
    store.open(store.create(lower.root, 'f', 0o644, ROOT), O_WRONLY, ROOT).write(new Uint8Array(3), 0);
    const layers = { lowers: [lower], upper: layer('u'), work: layer('w') };
    const overlay = createOverlayFileSystem(mountOf({ ...layers, options: { volatile } }));
    const opened = overlay.open(there(overlay.lookup(overlay.root, 'f')), O_RDWR, ROOT);
    opened.write(new Uint8Array(5), 0);
    opened.sync();
    opened.close();
    const lasting = there(store.lookup(layers.upper.root, 'f'));
    expect([store.getattr(lasting).size, syncs]).toEqual([5, expected]);
  });
});

describe('a read-only mount', () => {
  it.each([
    ['without an upper layer', (mount: SimulatedMount) => mount.mount({}, false)],
    ['by option', (mount: SimulatedMount) => mount.mount({ readOnly: true })],
  ])('%s refuses every change', (_how, mountIt) => {
    const mount = new SimulatedMount(2);
    put(mount, '/l0', { f: 'x', d: {} });
    mountIt(mount);
    const { root } = mount;
    root.chdir('/m');
    const answers = [
      () => root.open('f', O_RDWR),
      () => root.open('new', O_WRONLY | O_CREAT),
      () => root.mkdir('e', 0o755),
      () => root.unlink('f'),
      () => root.rmdir('d'),
      () => root.rename('f', 'g'),
      () => root.link('f', 'g'),
      () => root.chmod('f', 0o600),
      () => root.removexattr('f', 'user.x'),
    ].map(outcome);
    expect(new Set(answers)).toEqual(new Set(['EROFS']));
    expect(root.stat('f').size).toBe(1);
  });

  it('still writes the origin that a merged directory lacks', () => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { d: { x: '' } });
    put(mount, '/u', { d: { y: '' } });
    mount.mount({ readOnly: true });
    expect(describeTree(mount.root, '/u').get('/d')).toBe('d 0755');
    mount.root.stat('/m/d');
    expect(describeTree(mount.root, '/u').get('/d')).toBe('d 0755 {origin}');
  });
});
