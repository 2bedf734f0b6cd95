import {
  CAP_SYS_ADMIN,
  FsError,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  ROOT,
  S_IFCHR,
  S_IFSOCK,
  createMemoryFileSystem,
  makedev,
  seededRandom,
  userCaller,
} from '@layerscope/core/fs';
import { MountNamespace, createProcess, memoryDevices, type Process } from '@layerscope/core/vfs';
import { beforeEach, describe, expect, it } from 'vitest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'ok';
  } catch (error) {
    return error instanceof FsError ? error.code : String(error);
  }
};

const read = (process: Process, fd: number, count = 100): string => {
  const into = new Uint8Array(count);
  return new TextDecoder().decode(into.subarray(0, process.read(fd, into)));
};

describe('a process', () => {
  let now: bigint;
  let root: Process;
  beforeEach(() => {
    now = 1_000_000_000_000n;
    const fs = createMemoryFileSystem({ clock: { now: () => now }, rootMode: 0o777 });
    const namespace = new MountNamespace({ fs, source: 'disk' });
    root = createProcess({ namespace, caller: ROOT, devices: memoryDevices(seededRandom(1)) });
  });

  it('shares positions between duplicated and inherited descriptors, and not the table', () => {
    const fd = root.open('/f', O_RDWR | O_CREAT, 0o644);
    expect(fd).toBe(0);
    const copy = root.dup(fd);
    root.write(fd, bytes('hello world'));
    root.lseek(copy, 6, 'set');
    const child = root.fork();
    expect(read(child, fd)).toBe('world');
    expect(root.lseek(fd, 0, 'cur')).toBe(11);
    child.close(fd);
    expect(codeOf(() => child.fstat(fd))).toBe('EBADF');
    expect(root.fstat(fd).size).toBe(11);
    expect(root.dup2(fd, 7)).toBe(7);
    root.close(fd);
    root.close(copy);
    expect(root.open('/f', O_RDONLY)).toBe(0);
    expect(root.fstat(7).size).toBe(11);
  });

  it('appends at the end, whoever wrote last', () => {
    const log = root.open('/log', O_WRONLY | O_CREAT | O_APPEND, 0o644);
    const other = root.open('/log', O_RDWR);
    root.write(log, bytes('a'));
    root.pwrite(other, bytes('bcd'), 1);
    root.write(log, bytes('e'));
    expect(read(root, other)).toBe('abcde');
    expect(codeOf(() => root.read(log, new Uint8Array(1)))).toBe('EBADF');
  });

  it('keeps a listing until the directory is rewound', () => {
    root.mkdir('/d', 0o755);
    root.mkdir('/d/one', 0o755);
    const fd = root.open('/d', O_RDONLY);
    const names = (count?: number): readonly string[] => root.getdents(fd, count).map(({ name }) => name);
    expect(names(2)).toEqual(['.', '..']);
    root.mkdir('/d/two', 0o755);
    root.rmdir('/d/one');
    expect(names()).toEqual(['one']);
    expect(names()).toEqual([]);
    root.lseek(fd, 0, 'set');
    const rows = root.getdents(fd);
    expect(rows.map(({ name }) => name)).toEqual(['.', '..', 'two']);
    expect(rows[0]?.ino).toBe(root.stat('/d').ino);
    expect(rows[1]?.ino).toBe(root.stat('/').ino);
    root.lseek(fd, rows[0]!.offset, 'set');
    expect(names(1)).toEqual(['..']);
  });

  it('moves atime by the relatime rule, and ctime never, when it reads', () => {
    const fd = root.open('/f', O_RDWR | O_CREAT, 0o644);
    root.write(fd, bytes('x'));
    const written = root.fstat(fd);
    now += 10n;
    root.pread(fd, new Uint8Array(1), 0);
    expect(root.fstat(fd)).toEqual({ ...written, atime: now });
    const first = now;
    now += 1000n;
    root.pread(fd, new Uint8Array(1), 0);
    expect(root.fstat(fd).atime).toBe(first);
    now += 86_400_000_000_000n;
    root.pread(fd, new Uint8Array(1), 0);
    expect(root.fstat(fd).atime).toBe(now);
    now += 86_400_000_000_000n;
    root.pread(fd, new Uint8Array(0), 0);
    expect(root.fstat(fd).atime).toBe(now - 86_400_000_000_000n);
  });

  it('opens the memory devices and no others', () => {
    for (const [index, name] of ['null', 'zero', 'full', 'random', 'urandom'].entries()) {
      root.mknod(`/${name}`, S_IFCHR | 0o666, makedev(1, [3, 5, 7, 8, 9][index]!));
    }
    root.mknod('/whiteout', S_IFCHR, 0);
    root.mknod('/socket', S_IFSOCK | 0o666, 0);
    const into = new Uint8Array(4).fill(9);
    expect(root.read(root.open('/null', O_RDWR), into)).toBe(0);
    expect(root.read(root.open('/zero', O_RDWR), into)).toBe(4);
    expect([...into]).toEqual([0, 0, 0, 0]);
    expect(codeOf(() => root.write(root.open('/full', O_RDWR), into))).toBe('ENOSPC');
    expect(root.read(root.open('/urandom', O_RDONLY), into)).toBe(4);
    expect(codeOf(() => root.open('/whiteout', O_RDONLY))).toBe('ENXIO');
    expect(codeOf(() => root.open('/socket', O_RDONLY))).toBe('ENXIO');
  });

  it('takes setuid, setgid and capabilities away when somebody writes', () => {
    const user = root.fork(userCaller(1000, 1000));
    const capability = new Uint8Array(20);
    capability[3] = 2;
    root.mknod('/f', 0o100777, 0);
    const protect = (): void => {
      root.chmod('/f', 0o6777);
      root.setxattr('/f', 'security.capability', capability);
    };
    const state = (): string =>
      `${root.stat('/f').mode.toString(8)} ${codeOf(() => root.getxattr('/f', 'security.capability'))}`;
    protect();
    const asUser = user.open('/f', O_WRONLY);
    user.write(asUser, new Uint8Array(0));
    expect(state()).toBe('106777 ok');
    user.write(asUser, bytes('x'));
    expect(state()).toBe('100777 ENODATA');
    protect();
    root.write(root.open('/f', O_WRONLY), bytes('x'));
    expect(state()).toBe('106777 ENODATA');
    protect();
    user.truncate('/f', 0);
    expect(state()).toBe('100777 ENODATA');
    protect();
    root.chown('/f', -1, -1);
    expect(state()).toBe('100777 ENODATA');
  });

  it('hides trusted attributes from who has no CAP_SYS_ADMIN', () => {
    root.mknod('/f', 0o100666, 0);
    root.setxattr('/f', 'trusted.x', bytes('t'));
    root.setxattr('/f', 'user.x', bytes('u'));
    const user = root.fork(userCaller(1000, 1000));
    expect(user.listxattr('/f')).toEqual(['user.x']);
    expect(codeOf(() => user.getxattr('/f', 'trusted.x'))).toBe('ENODATA');
    expect(codeOf(() => user.setxattr('/f', 'trusted.x', bytes('t')))).toBe('EPERM');
    expect(codeOf(() => user.removexattr('/f', 'trusted.x'))).toBe('EPERM');
    const admin = root.fork({ ...userCaller(1000, 1000), capabilities: CAP_SYS_ADMIN });
    expect(admin.listxattr('/f')).toEqual(['user.x', 'trusted.x']);
  });

  it('applies the protections of the machine', () => {
    const { namespace } = root;
    const protections = { hardlinks: true, symlinks: true, regular: 2, fifos: 1 };
    root.mkdir('/tmp', 0o1777);
    root.chmod('/tmp', 0o1777);
    root.mknod('/tmp/secret', 0o100600, 0);
    root.mknod('/tmp/open', 0o100666, 0);
    root.chown('/tmp/open', 2000, 2000);
    root.symlink('/tmp/open', '/tmp/link');
    root.chown('/tmp/link', 2000, 2000, false);
    const user = createProcess({ namespace, caller: userCaller(1000, 1000), protections });
    expect(codeOf(() => user.link('/tmp/secret', '/tmp/mine'))).toBe('EPERM');
    expect(codeOf(() => user.stat('/tmp/link'))).toBe('EACCES');
    expect(codeOf(() => user.open('/tmp/open', O_RDWR | O_CREAT))).toBe('EACCES');
    expect(codeOf(() => user.open('/tmp/open', O_RDWR))).toBe('ok');
  });

  it('runs out of descriptors at 1024', () => {
    root.mknod('/f', 0o100644, 0);
    for (let count = 0; count < 1024; count++) root.open('/f', O_RDONLY);
    expect(codeOf(() => root.open('/f', O_RDONLY))).toBe('EMFILE');
    expect(codeOf(() => root.dup(3))).toBe('EMFILE');
    root.close(17);
    expect(root.open('/f', O_RDONLY)).toBe(17);
  });
});
