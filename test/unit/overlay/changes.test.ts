/** What changes leave behind beyond the recorded tables: ghosts, failures half-way, events. */
import {
  createMemoryFileSystem,
  type FileSystem,
  O_CREAT,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  ROOT,
  seededRandom,
  steppingClock,
} from '@layerscope/core/fs';
import { createOverlayFileSystem, OVERLAY_RULES, type OverlayEvent } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';
import { describeTree } from './describe-tree.ts';
import { type Entries, marked, put, whiteout } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const mounted = (lower: Entries, upper: Entries = {}, redirectDir: 'on' | 'off' = 'off'): SimulatedMount => {
  const mount = new SimulatedMount();
  put(mount, '/l0', lower);
  put(mount, '/u', upper);
  mount.mount({ redirectDir });
  mount.root.chdir('/m');
  return mount;
};
const names = ({ root }: SimulatedMount, path: string): readonly string[] => {
  const { mount, inode } = root.place(path);
  return mount.fs.readdir(inode).map(({ name }) => name);
};
const upperOf = ({ root }: SimulatedMount, ...paths: readonly string[]): unknown => {
  const tree = describeTree(root, '/u');
  return paths.map((path) => tree.get(path));
};

describe('a whiteout in a directory of one layer', () => {
  const ghost = { d: { x: whiteout(), y: '1' } };

  it('is listed until the directory is copied up', () => {
    const mount = mounted(ghost);
    expect(names(mount, 'd').toSorted()).toEqual(['x', 'y']);
    mount.root.chmod('d', 0o700);
    expect(names(mount, 'd')).toEqual(['y']);
  });

  it('does not keep a lower directory from being removed', () => {
    const mount = mounted({ d: { x: whiteout() } });
    expect(outcome(() => mount.root.rmdir('d'))).toBe('ok');
    expect(upperOf(mount, '/d')).toEqual(['WHITEOUT n2']);
  });

  it('keeps a directory of the upper layer alone from being removed', () => {
    const mount = mounted({}, { d: { x: whiteout() } });
    expect(outcome(() => mount.root.rmdir('d'))).toBe('ENOTEMPTY');
  });

  it('does not keep an opaque directory from being removed', () => {
    const mount = mounted({ d: { a: '' } }, { d: marked({ x: whiteout() }, { opaque: 'y' }) });
    expect(names(mount, 'd')).toEqual(['x']);
    expect(outcome(() => mount.root.rmdir('d'))).toBe('ok');
    expect(upperOf(mount, '/d')).toEqual(['WHITEOUT n2']);
  });

  it('goes along when the directory is renamed', () => {
    const mount = mounted({ d: { a: '' } }, { d: marked({ x: whiteout(), k: '1' }, { opaque: 'y' }) });
    mount.root.rename('d', 'e');
    expect(upperOf(mount, '/d', '/e', '/e/x')).toEqual(['WHITEOUT', 'd 0755 {opaque=y}', 'WHITEOUT']);
  });
});

describe('a middle layer', () => {
  it('hides what is below with a whiteout, which mkdir and unlink in the upper layer do not see', () => {
    const mount = new SimulatedMount(2);
    put(mount, '/l0', { x: whiteout() });
    put(mount, '/l1', { x: { a: '1' } });
    mount.mount();
    mount.root.mkdir('/m/x', 0o755);
    expect([upperOf(mount, '/x'), names(mount, '/m/x')]).toEqual([['d 0755'], []]);
    mount.root.rmdir('/m/x');
    expect(upperOf(mount, '/x')).toEqual([undefined]);
  });
});

describe('renaming merged directories with redirect_dir=on', () => {
  it('leaves the way to the lower part, and keeps it when moved again', () => {
    const mount = mounted({ a: { d: { x: '1', s: { y: '2' } } }, b: {} }, {}, 'on');
    const { root } = mount;
    root.rename('a/d', 'a/r');
    expect(upperOf(mount, '/a/d', '/a/r')).toEqual(['WHITEOUT', 'd 0755 {origin,redirect=d}']);
    root.rename('a/r', 'b/r');
    expect(upperOf(mount, '/b/r')).toEqual(['d 0755 {origin,redirect=/a/d}']);
    root.rename('b/r/s', 'b/s');
    expect(upperOf(mount, '/b/s')).toEqual(['d 0755 {origin,redirect=/a/d/s}']);
    root.rename('b/r', 'a/d');
    expect(upperOf(mount, '/a/d')).toEqual(['d 0755 {impure=y,origin,redirect=/a/d}']);
    mount.unmount();
    mount.mount({ redirectDir: 'on' });
    expect([names(mount, '/m/a/d'), names(mount, '/m/b/s')]).toEqual([['x'], ['y']]);
  });

  it.each([
    [125, 129, 'ok'],
    [125, 130, 'EXDEV'],
  ])('a path of 1 + %i + 1 + %i bytes: %s', (first, second, answer) => {
    const [parent, name] = ['p'.repeat(first), 'q'.repeat(second)] as const;
    const { root } = mounted({ [parent]: { [name]: { x: '' } }, other: {} }, {}, 'on');
    expect(outcome(() => root.rename(`${parent}/${name}`, 'other/n'))).toBe(answer);
    expect(outcome(() => root.rename(`${parent}/${name}`, `${parent}/n`))).toBe(answer === 'ok' ? 'ENOENT' : 'ok');
  });
});

/** What a lookup or mkdir must have given. */
const there = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('nothing there');
  return value;
};

/** A lower file of 100,000 bytes under an upper layer with room for 8,192. */
const small = () => {
  const clock = steppingClock(0n);
  const lower = createMemoryFileSystem({ clock, dev: 1 });
  const upper = createMemoryFileSystem({ clock, dev: 2, capacity: 8192 });
  const big = lower.create(lower.root, 'big', 0o644, ROOT);
  const file = lower.open(big, O_RDWR, ROOT);
  file.write(new Uint8Array(100_000).fill(1), 0);
  file.close();
  const [u, w] = ['u', 'w'].map((name) => upper.mkdir(upper.root, name, 0o755, ROOT));
  const overlay = createOverlayFileSystem({
    lowers: [{ fs: lower, root: lower.root }],
    upper: { fs: upper, root: there(u) },
    work: { fs: upper, root: there(w) },
    dev: 9,
    random: seededRandom(1),
    mounter: ROOT,
  });
  return { overlay, upper, u: there(u), inode: there(overlay.lookup(overlay.root, 'big')) };
};

describe('without space in the upper layer', () => {
  it('a copy-up fails and leaves nothing', () => {
    const { overlay, upper, u, inode } = small();
    const before = upper.statfs();
    for (const change of [
      () => overlay.open(inode, O_WRONLY, ROOT),
      () => overlay.setattr(inode, { mode: 0o600 }, ROOT),
    ]) {
      expect(outcome(change)).toBe('ENOSPC');
    }
    expect(upper.readdir(u)).toEqual([]);
    expect(upper.statfs()).toEqual(before);
    expect(overlay.getattr(inode).size).toBe(100_000);
  });

  it('opening with O_TRUNC needs none', () => {
    const { overlay, inode } = small();
    overlay.open(inode, O_WRONLY | O_TRUNC, ROOT).close();
    expect(overlay.getattr(inode).size).toBe(0);
  });
});

/** The same file system without the means to share bytes. */
const withoutContent = (fs: FileSystem): FileSystem =>
  new Proxy(fs, {
    get: (target, name) => {
      const value: unknown = name === 'content' ? undefined : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

describe('layers on file systems that share no bytes', () => {
  it('are copied by the chunk, holes staying holes', () => {
    const clock = steppingClock(0n);
    const lower = createMemoryFileSystem({ clock, dev: 1 });
    const upper = createMemoryFileSystem({ clock, dev: 2 });
    const sparse = lower.create(lower.root, 'sparse', 0o644, ROOT);
    const file = lower.open(sparse, O_RDWR, ROOT);
    file.write(Uint8Array.of(7), 5 << 20);
    file.close();
    lower.setattr(sparse, { size: 8 << 20 }, ROOT);
    const [u, w] = ['u', 'w'].map((name) => upper.mkdir(upper.root, name, 0o755, ROOT));
    const events: OverlayEvent[] = [];
    const overlay = createOverlayFileSystem({
      lowers: [{ fs: withoutContent(lower), root: lower.root }],
      upper: { fs: upper, root: there(u) },
      work: { fs: upper, root: there(w) },
      dev: 9,
      random: seededRandom(1),
      mounter: ROOT,
      onEvent: (event) => events.push(event),
    });
    const inode = there(overlay.lookup(overlay.root, 'sparse'));
    overlay.setattr(inode, { mode: 0o600 }, ROOT);
    const copy = there(upper.lookup(there(u), 'sparse'));
    expect(upper.getattr(copy)).toMatchObject({ size: 8 << 20, blocks: (1 << 20) / 512 });
    const byte = new Uint8Array(1);
    overlay.open(inode, 0, ROOT).read(byte, 5 << 20);
    expect(byte[0]).toBe(7);
    expect(events).toMatchObject([{ type: 'copy-up', shared: false, bytes: 8 << 20 }]);
  });
});

describe('events', () => {
  it('tell every whiteout, opaque mark and redirect with call and rule', () => {
    const mount = mounted({ f: '1', g: '2', d: { x: '' } }, {}, 'on');
    const { root } = mount;
    root.unlink('f');
    root.rename('g', 'h');
    root.rename('d', 'e');
    root.mkdir('d', 0o755);
    const told = mount.events.map((event) =>
      event.type === 'kernel-log' ? event.text : `${event.type} ${event.path} ${event.call} ${event.rule}`,
    );
    expect(told).toEqual([
      'whiteout /f unlink removed-over-lower',
      'copy-up /g rename rename-source',
      'whiteout /g rename renamed-over-lower',
      'copy-up /d rename rename-source',
      'redirect /d rename merged-directory-renamed',
      'whiteout /d rename renamed-over-lower',
      'opaque /d mkdir directory-over-whiteout',
    ]);
  });

  it('have a sentence for every rule', () => {
    for (const sentence of Object.values(OVERLAY_RULES)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe('dropCaches', () => {
  it('lets changes of the layers from outside be seen', () => {
    const mount = mounted({ f: '1' });
    expect(outcome(() => mount.root.stat('new'))).toBe('ENOENT');
    put(mount, '/u', { new: 'x' });
    expect(outcome(() => mount.root.stat('new'))).toBe('ENOENT');
    mount.overlay?.dropCaches();
    expect(mount.root.stat('/m/new').size).toBe(1);
    mount.root.close(mount.root.open('/m/f', O_CREAT | O_RDWR));
  });
});
