/** Descriptors across copy-up and removal, and hard links (index=off). */
import { O_APPEND, O_CREAT, O_RDONLY, O_RDWR, O_WRONLY } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { describeTree } from './describe-tree.ts';
import { put } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const mounted = (): SimulatedMount => {
  const mount = new SimulatedMount();
  put(mount, '/l0', { f: 'lowerdata\n', d: { a: '1', x: '' }, e: {}, h1: 'hard' });
  mount.root.link('/l0/h1', '/l0/h2');
  mount.mount();
  mount.root.chdir('/m');
  return mount;
};

const readAt = ({ root }: SimulatedMount, fd: number, position: number): string => {
  const into = new Uint8Array(64);
  return decoder.decode(into.slice(0, root.pread(fd, into, position)));
};
const writeAt = ({ root }: SimulatedMount, fd: number, text: string, position = 0): number =>
  root.pwrite(fd, encoder.encode(text), position);

describe('an open lower file', () => {
  it('reads what is written through another descriptor, at the position it had', () => {
    const mount = mounted();
    const { root } = mount;
    const old = root.open('f', O_RDONLY);
    const into = new Uint8Array(3);
    root.read(old, into);
    expect(decoder.decode(into)).toBe('low');
    writeAt(mount, root.open('f', O_RDWR), 'UPPERDATA\n');
    expect(readAt(mount, old, 0)).toBe('UPPERDATA\n');
    root.read(old, into);
    expect(decoder.decode(into)).toBe('ERD');
    expect(root.fstat(old)).toEqual(root.stat('f'));
  });

  it('can be read after it was unlinked, and not be changed any more', () => {
    const mount = mounted();
    const { root } = mount;
    const fd = root.open('f', O_RDONLY);
    root.unlink('f');
    expect(readAt(mount, fd, 0)).toBe('lowerdata\n');
    expect(root.fstat(fd).nlink).toBe(1);
    expect(outcome(() => root.fchmod(fd, 0o600))).toBe('EEXIST');
    expect(outcome(() => root.futimens(fd, 'now', 'now'))).toBe('EEXIST');
    mount.write('/m/f', 'new');
    expect(outcome(() => root.fchown(fd, 1, 1))).toBe('EEXIST');
    expect(mount.root.stat('f').size).toBe(3);
  });

  it('is an ordinary open file once it is in the upper layer', () => {
    const mount = mounted();
    const { root } = mount;
    const fd = root.open('f', O_RDWR);
    root.unlink('f');
    writeAt(mount, fd, 'Z');
    expect([readAt(mount, fd, 0), root.fstat(fd).nlink]).toEqual(['Zowerdata\n', 0]);
  });
});

describe('an open lower directory', () => {
  it('takes new names after a copy-up, and shows them after a rewind', () => {
    const { root } = mounted();
    const fd = root.open('d', O_RDONLY);
    const names = (): readonly string[] => root.getdents(fd).map(({ name }) => name);
    expect(names().toSorted()).toEqual(['.', '..', 'a', 'x']);
    root.close(root.open('new', O_WRONLY | O_CREAT, 0o644, fd));
    root.unlink('a', fd);
    expect(names()).toEqual([]);
    root.lseek(fd, 0, 'set');
    expect(names().toSorted()).toEqual(['.', '..', 'new', 'x']);
  });

  it('is dead after it was removed', () => {
    const { root } = mounted();
    const fd = root.open('e', O_RDONLY);
    root.rmdir('e');
    expect(outcome(() => root.getdents(fd))).toBe('ENOENT');
    expect(outcome(() => root.open('new', O_WRONLY | O_CREAT, 0o644, fd))).toBe('ENOENT');
    expect(outcome(() => root.fchmod(fd, 0o700))).toBe('ENOTDIR');
  });
});

describe('hard links of a lower file', () => {
  it('break at copy-up, and count again in the upper layer', () => {
    const mount = mounted();
    const { root } = mount;
    const append = (path: string, text: string): void => {
      const fd = root.open(path, O_WRONLY | O_APPEND);
      root.write(fd, encoder.encode(text));
      root.close(fd);
    };
    const upper = (): unknown => Object.fromEntries([...describeTree(root, '/u')].filter(([path]) => /h\d/.test(path)));
    append('h1', '+w');
    expect([root.stat('h1').nlink, root.stat('h2').nlink]).toEqual([1, 2]);
    expect(upper()).toEqual({ '/h1': 'f"hard+w" 0644' });
    append('h2', '+z');
    root.link('h1', 'd/h3');
    expect(upper()).toEqual({ '/d/h3': 'f"hard+w" 0644 n2', '/h1': 'f"hard+w" 0644 n2', '/h2': 'f"hard+z" 0644' });
    expect(root.place('h1').inode).toBe(root.place('d/h3').inode);
    root.unlink('h1');
    expect(upper()).toEqual({ '/d/h3': 'f"hard+w" 0644', '/h1': 'WHITEOUT n2', '/h2': 'f"hard+z" 0644' });
    mount.unmount();
    mount.mount();
    expect(upper()).toMatchObject({ '/h1': 'WHITEOUT' });
  });

  it('are one inode after a remount when they are links in the upper layer', () => {
    const mount = mounted();
    const { root } = mount;
    root.link('f', 'g');
    mount.unmount();
    mount.mount();
    expect(root.place('/m/f').inode).toBe(root.place('/m/g').inode);
  });
});
