import { FsError, O_RDONLY, O_RDWR, ROOT, createMemoryFileSystem, steppingClock } from '@layerscope/core/fs';
import { MountNamespace, Superblock, createProcess, pathOf, type Process } from '@layerscope/core/vfs';
import { beforeEach, describe, expect, it } from 'vitest';

const memory = (dev: number) => createMemoryFileSystem({ clock: steppingClock(0n), dev });

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'ok';
  } catch (error) {
    return error instanceof FsError ? error.code : String(error);
  }
};

describe('mounts', () => {
  let namespace: MountNamespace;
  let root: Process;
  let released: string[];
  beforeEach(() => {
    namespace = new MountNamespace({ fs: memory(1), source: 'disk' });
    root = createProcess({ namespace, caller: ROOT });
    for (const path of ['/m', '/n', '/src', '/src/sub']) root.mkdir(path, 0o755);
    root.mknod('/src/file', 0o100644, 0);
    released = [];
  });

  const mountAt = (path: string, dev: number) =>
    namespace.mount(
      new Superblock({ fs: memory(dev), source: `disk${dev}`, onRelease: () => released.push(`disk${dev}`) }),
      root.place(path),
    );

  it('are busy while a descriptor, a working directory, a root or another mount stands on them', () => {
    const mounted = mountAt('/m', 2);
    const fd = root.open('/m', O_RDONLY);
    expect(codeOf(() => namespace.unmount(mounted))).toBe('EBUSY');
    root.close(fd);
    root.chdir('/m');
    expect(codeOf(() => namespace.unmount(mounted))).toBe('EBUSY');
    root.chdir('/');
    const inside = createProcess({ namespace, caller: ROOT, root: root.place('/m') });
    expect(codeOf(() => namespace.unmount(mounted))).toBe('EBUSY');
    inside.exit();
    root.mkdir('/m/below', 0o755);
    const nested = mountAt('/m/below', 3);
    expect(codeOf(() => namespace.unmount(mounted))).toBe('EBUSY');
    namespace.unmount(nested);
    expect(released).toEqual(['disk3']);
    namespace.unmount(mounted);
    expect(released).toEqual(['disk3', 'disk2']);
    expect(root.stat('/m').dev).toBe(1);
  });

  it('stay usable for who holds them when they are detached lazily, and are released after that', () => {
    const mounted = mountAt('/m', 2);
    root.mkdir('/m/below', 0o755);
    mountAt('/m/below', 3);
    const fd = root.open('/m/f', O_RDWR | 0o100, 0o644);
    namespace.unmount(mounted, true);
    expect(root.stat('/m').dev).toBe(1);
    expect(root.write(fd, new Uint8Array(3))).toBe(3);
    expect(released).toEqual(['disk3']);
    root.close(fd);
    expect(released).toEqual(['disk3', 'disk2']);
  });

  it('bind a sub-tree, which shares everything but its own flags', () => {
    const bound = namespace.bind(root.place('/src'), root.place('/m'), false);
    root.mkdir('/m/new', 0o755);
    expect(root.stat('/src/new').ino).toBe(root.stat('/m/new').ino);
    bound.flags = { readOnly: true };
    expect(codeOf(() => root.mkdir('/m/x', 0o755))).toBe('EROFS');
    expect(codeOf(() => root.mkdir('/m/new', 0o755))).toBe('EEXIST');
    expect(codeOf(() => root.unlink('/m/none'))).toBe('EROFS');
    expect(codeOf(() => root.mkdir('/src/x', 0o755))).toBe('ok');
    expect(root.stat('/m/..').ino).toBe(root.stat('/').ino);
    expect(codeOf(() => root.rename('/src/file', '/m/file'))).toBe('EXDEV');
  });

  it('bind a file over a file, and never a file over a directory', () => {
    root.mknod('/file', 0o100600, 0);
    expect(codeOf(() => namespace.bind(root.place('/src/file'), root.place('/m'), false))).toBe('ENOTDIR');
    expect(codeOf(() => namespace.bind(root.place('/src'), root.place('/file'), false))).toBe('ENOTDIR');
    namespace.bind(root.place('/src/file'), root.place('/file'), false);
    expect(root.stat('/file').ino).toBe(root.stat('/src/file').ino);
    expect(codeOf(() => root.unlink('/file'))).toBe('EBUSY');
  });

  it('are taken along by a recursive bind only', () => {
    mountAt('/src/sub', 2);
    const plain = namespace.bind(root.place('/src'), root.place('/m'), false);
    const deep = namespace.bind(root.place('/src'), root.place('/n'), true);
    expect(root.stat('/m/sub').dev).toBe(1);
    expect(root.stat('/n/sub').dev).toBe(2);
    namespace.unmount(plain);
    namespace.unmount(deep, true);
    expect(released).toEqual([]);
  });

  it('know their path, through renames', () => {
    root.mkdir('/n/x', 0o755);
    const mounted = mountAt('/n/x', 2);
    root.mkdir('/n/x/y', 0o755);
    root.rename('/n', '/renamed');
    const place = root.place('/renamed/x/y');
    expect(pathOf(place, namespace.rootPlace)).toBe('/renamed/x/y');
    expect(place.mount).toBe(mounted);
  });
});
