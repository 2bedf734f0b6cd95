/** The overlay's own attributes are invisible through the mount; a user's with such names are kept escaped. */
import { O_CREAT, O_RDWR, ROOT, seededRandom } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';
import { describeTree } from './describe-tree.ts';
import { marked, put } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const value = new TextEncoder().encode('1');

const nameOf = (length: number): string => 'trusted.overlay.'.padEnd(length, 'a');

const mounted = (userxattr = false): SimulatedMount => {
  const mount = new SimulatedMount();
  put(mount, '/l0', {
    f: marked('data', { 'user.own': 'x', 'trusted.overlay.overlay.kept': 'y', opaque: 'n' }),
    d: {},
  });
  mount.mount({ userxattr });
  return mount;
};

describe('through the mount', () => {
  it('own attributes are neither listed nor read', () => {
    const { root } = mounted();
    expect(root.listxattr('/m/f').toSorted()).toEqual(['trusted.overlay.kept', 'user.own']);
    expect(outcome(() => root.getxattr('/m/f', 'trusted.overlay.opaque'))).toBe('ENODATA');
    expect(root.getxattr('/m/f', 'trusted.overlay.kept')).toHaveLength(1);
  });

  it('copy-up takes escaped attributes along, and no others of the overlay', () => {
    const mount = mounted();
    mount.root.chmod('/m/f', 0o600);
    expect(mount.root.listxattr('/u/f').toSorted()).toEqual([
      'trusted.overlay.origin',
      'trusted.overlay.overlay.kept',
      'user.own',
    ]);
  });

  it('a mark set by a user has no effect here, and reads back', () => {
    const mount = mounted();
    mount.root.setxattr('/m/d', 'trusted.overlay.opaque', value);
    expect(mount.root.listxattr('/m/d')).toEqual(['trusted.overlay.opaque']);
    expect(mount.root.listxattr('/u/d')).toContain('trusted.overlay.overlay.opaque');
    mount.root.removexattr('/m/d', 'trusted.overlay.opaque');
    expect(mount.root.listxattr('/m/d')).toEqual([]);
  });

  it('with userxattr the prefix is user.overlay. and trusted.overlay. is ordinary', () => {
    const mount = mounted(true);
    mount.root.setxattr('/m/d', 'user.overlay.x', value);
    mount.root.setxattr('/m/d', 'trusted.overlay.x', value);
    expect(mount.root.listxattr('/u/d').toSorted()).toEqual([
      'trusted.overlay.x',
      'user.overlay.origin',
      'user.overlay.overlay.x',
    ]);
  });

  it('a name without room for the escape is refused before anything is copied up', () => {
    const mount = mounted();
    expect(outcome(() => mount.root.setxattr('/m/f', nameOf(251), value))).toBe('EOPNOTSUPP');
    expect(describeTree(mount.root, '/u').has('/f')).toBe(false);
    expect(outcome(() => mount.root.setxattr('/m/f', nameOf(247), value))).toBe('ok');
  });

  it('the marks of an inner overlay can be written through an outer one', () => {
    const outer = new SimulatedMount(2);
    put(outer, '/l0', { d: { x: '' } });
    put(outer, '/l1', { d: { below: '' } });
    outer.mount();
    const { root } = outer;
    root.mkdir('/m/inner', 0o755);
    root.mkdir('/m/inner/d', 0o755);
    root.setxattr('/m/inner/d', 'trusted.overlay.opaque', new TextEncoder().encode('y'));
    root.close(root.open('/m/inner/d/own', O_CREAT | O_RDWR, 0o644));
    const { mount, inode } = root.place('/m/inner');
    const inner = createOverlayFileSystem({
      lowers: [
        { fs: mount.fs, root: inode },
        { fs: outer.store, root: root.place('/l1').inode },
      ],
      dev: 48,
      random: seededRandom(2),
      mounter: ROOT,
    });
    const d = inner.lookup(inner.root, 'd');
    expect(d && inner.readdir(d).map(({ name }) => name)).toEqual(['own']);
  });
});
