import {
  FsError,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  ROOT,
  createMemoryFileSystem,
  steppingClock,
  userCaller,
} from '@layerscope/core/fs';
import { MountNamespace, Superblock, createProcess, type Process } from '@layerscope/core/vfs';
import { beforeEach, describe, expect, it } from 'vitest';

const memory = (dev = 1) => createMemoryFileSystem({ clock: steppingClock(0n), dev });

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'ok';
  } catch (error) {
    return error instanceof FsError ? error.code : String(error);
  }
};

describe('path resolution', () => {
  let namespace: MountNamespace;
  let root: Process;
  beforeEach(() => {
    namespace = new MountNamespace({ fs: memory(), source: 'disk' });
    root = createProcess({ namespace, caller: ROOT });
    root.mkdir('/a', 0o755);
    root.mkdir('/a/b', 0o755);
    root.mknod('/a/f', 0o100644, 0);
  });

  const ino = (path: string): bigint => root.stat(path).ino;

  it('takes dots, doubled and trailing slashes for what they are', () => {
    const paths = ['/a/b', '//a//b', '/a/./b/.', '/a/b/', '/a/b/..//b', '/../../a/b', 'a/b', './a/b'];
    expect(paths.filter((path) => ino(path) !== ino('/a/b'))).toEqual([]);
    expect(codeOf(() => root.stat('/a/f/'))).toBe('ENOTDIR');
    expect(codeOf(() => root.stat('/a/f/.'))).toBe('ENOTDIR');
    expect(codeOf(() => root.stat('/a/f/..'))).toBe('ENOTDIR');
    expect(codeOf(() => root.stat(''))).toBe('ENOENT');
    expect(codeOf(() => root.stat('/none/x'))).toBe('ENOENT');
    expect(codeOf(() => root.stat('/a/f/x'))).toBe('ENOTDIR');
  });

  it('counts bytes, not characters, for ENAMETOOLONG', () => {
    expect(codeOf(() => root.stat(`/${'é'.repeat(127)}x`))).toBe('ENOENT');
    expect(codeOf(() => root.stat(`/${'é'.repeat(128)}`))).toBe('ENAMETOOLONG');
    expect(codeOf(() => root.stat('/a/..'.repeat(819)))).toBe('ok');
    expect(codeOf(() => root.stat(`${'/a/..'.repeat(819)}/`))).toBe('ENAMETOOLONG');
  });

  it('follows forty links and no more', () => {
    root.symlink('/a', '/l1');
    for (let index = 2; index <= 41; index++) root.symlink(`l${index - 1}`, `/l${index}`);
    expect(ino('/l40')).toBe(ino('/a'));
    expect(codeOf(() => root.stat('/l41'))).toBe('ELOOP');
    expect(codeOf(() => root.stat('/l41/b'))).toBe('ELOOP');
    root.symlink('loop', '/loop');
    expect(codeOf(() => root.stat('/loop'))).toBe('ELOOP');
    expect(root.stat('/loop', false).size).toBe(4);
  });

  it('follows a link that has a slash behind it, even when told not to', () => {
    root.symlink('/a', '/l');
    root.symlink('/a/f', '/lf');
    expect(root.stat('/l/', false).ino).toBe(ino('/a'));
    expect(codeOf(() => root.stat('/lf/', false))).toBe('ENOTDIR');
    expect(codeOf(() => root.unlink('/l/'))).toBe('ENOTDIR');
    expect(codeOf(() => root.rmdir('/l/'))).toBe('ENOTDIR');
    root.symlink('/a/', '/slash');
    expect(ino('/slash')).toBe(ino('/a'));
  });

  it('asks every directory on the way for permission, before it looks for the name', () => {
    root.chmod('/a', 0o700);
    const user = root.fork(userCaller(1000, 1000));
    expect(codeOf(() => user.stat('/a'))).toBe('ok');
    expect(codeOf(() => user.stat('/a/none'))).toBe('EACCES');
    expect(codeOf(() => user.stat('/a/f/x'))).toBe('EACCES');
    expect(codeOf(() => user.stat('/a/.'))).toBe('EACCES');
  });

  it('crosses mounts downwards and upwards', () => {
    const other = memory(2);
    namespace.mount(new Superblock({ fs: other, source: 'other' }), root.place('/a/b'));
    root.mkdir('/a/b/inside', 0o755);
    expect(root.stat('/a/b').dev).toBe(2);
    expect(ino('/a/b/..')).toBe(ino('/a'));
    expect(ino('/a/b/inside/../..')).toBe(ino('/a'));
    namespace.mount(new Superblock({ fs: memory(3), source: 'third' }), root.place('/a/b'));
    expect(root.stat('/a/b').dev).toBe(3);
    expect(ino('/a/b/..')).toBe(ino('/a'));
    expect(codeOf(() => root.rmdir('/a/b'))).toBe('EBUSY');
    expect(codeOf(() => root.rename('/a/b', '/a/c'))).toBe('EBUSY');
    expect(codeOf(() => root.link('/a/f', '/a/b/f'))).toBe('EXDEV');
  });

  it('keeps a process in its root', () => {
    root.mknod('/a/b/f', 0o100644, 0);
    root.symlink('/f', '/a/b/l');
    const inside = root.fork();
    inside.chroot('/a/b');
    inside.chdir('/');
    expect(inside.stat('/../../l').ino).toBe(ino('/a/b/f'));
    expect(inside.getcwd()).toBe('/');
    expect(codeOf(() => inside.stat('/a'))).toBe('ENOENT');
    inside.exit();
  });

  it('lets nothing lead above the start when resolution is beneath it', () => {
    root.symlink('../f', '/a/b/up');
    root.symlink('/a/f', '/a/b/abs');
    root.symlink('..', '/a/b/out');
    const process = createProcess({ namespace, caller: ROOT, beneath: true, cwd: root.place('/a') });
    const b = process.open('b', O_RDONLY | O_DIRECTORY);
    expect(codeOf(() => process.stat('b/up'))).toBe('ok');
    const out = ['up', 'out', '..', 'abs', '/a/f'];
    expect(out.map((path) => codeOf(() => process.stat(path, true, b)))).toEqual(out.map(() => 'EXDEV'));
    expect(codeOf(() => process.stat('.', true, b))).toBe('ok');
  });

  it('starts a relative path at a descriptor, also an O_PATH one', () => {
    const b = root.open('/a/b', O_PATH);
    expect(root.stat('..', true, b).ino).toBe(ino('/a'));
    expect(root.stat('/a/f', true, 999).ino).toBe(ino('/a/f'));
    expect(codeOf(() => root.stat('f', true, 999))).toBe('EBADF');
    const f = root.open('/a/f', O_RDONLY);
    expect(codeOf(() => root.stat('x', true, f))).toBe('ENOTDIR');
    expect(codeOf(() => root.read(b, new Uint8Array(1)))).toBe('EBADF');
  });

  it('stands on a removed directory without finding or making anything there', () => {
    root.mkdir('/gone', 0o755);
    root.chdir('/gone');
    root.rmdir('/gone');
    expect(codeOf(() => root.getcwd())).toBe('ENOENT');
    expect(codeOf(() => root.mkdir('x', 0o755))).toBe('ENOENT');
    expect(codeOf(() => root.open('x', 0o101, 0o644))).toBe('ENOENT');
    expect(root.stat('.').nlink).toBe(0);
  });
});
