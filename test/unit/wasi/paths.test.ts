import { describe, expect, it } from 'vitest';
import { ALL_OF_A_FILE, BOX, CREAT, DIRECTORY, EXCL, Guest, RIGHTS, TRUNC } from './guest.ts';

describe('paths', () => {
  it('stay below the directory they start at', () => {
    const guest = new Guest();
    guest.put('/outside/secret', 'x');
    guest.on('path_create_directory', 'dir');
    guest.on('path_create_directory', 'dir/nested');
    guest.create('dir/nested/file');
    expect(guest.open('/box/dir/nested/file')).toBe('perm');
    expect(guest.open('dir/.//nested/../../dir/nested/../nested///./file')).toBeTypeOf('number');
    expect(guest.open('dir/nested/../../../outside/secret')).toBe('perm');
    expect(guest.open('..')).toBe('perm');
    expect(guest.open('dir/nested/file\0')).toBe('inval');
    expect(guest.open('dir/nested/file/')).toBe('notdir');
    expect(guest.open('dir/nested///')).toBeTypeOf('number');
    for (const call of ['path_create_directory', 'path_remove_directory', 'path_unlink_file'])
      expect([call, guest.on(call, '../outside/new')]).toEqual([call, 'perm']);
    expect(guest.link('../outside/secret', 'mine')).toBe('perm');
    expect(guest.rename('dir', '../outside/dir')).toBe('perm');
  });

  it('do not leave through links, however they came to be', () => {
    const guest = new Guest();
    guest.put('/outside/secret', 'x');
    guest.process.symlink('/outside', '/box/absolute');
    guest.process.symlink('../outside', '/box/relative');
    for (const path of ['absolute/secret', 'relative/secret', 'absolute', 'relative'])
      expect([path, guest.open(path, { follow: true })]).toEqual([path, 'perm']);
    expect(guest.symlink('/', 'link')).toBe('perm');
    expect(guest.symlink('../outside/secret', 'link')).toBe('ok');
    expect(guest.open('link', { follow: true })).toBe('perm');
    expect(guest.readlink('absolute', 100)).toBe('/outside');
  });

  it('reach everything, links that begin with a slash included, where the directory is the root of the process', () => {
    const guest = new Guest({ preopens: [{ name: '/', path: '/', confined: false }] });
    guest.put('/outside/file', 'text');
    guest.process.symlink('/outside/file', '/box/link');
    const fd = guest.open('box/link', { follow: true, base: RIGHTS.read });
    expect(guest.read(fd as number, 10)).toBe('"text"');
    expect(guest.open('../../outside/file')).toBeTypeOf('number');
    expect(guest.symlink('/outside', 'box/another')).toBe('ok');
    expect(guest.open('/outside/file')).toBe('perm');
  });

  it('that end in a slash name directories', () => {
    const guest = new Guest();
    guest.create('file');
    guest.on('path_create_directory', 'dir');
    expect(guest.on('path_unlink_file', 'dir')).toBe('isdir');
    expect(guest.on('path_unlink_file', 'dir/')).toBe('isdir');
    expect(guest.on('path_unlink_file', 'file/')).toBe('notdir');
    expect(guest.on('path_remove_directory', 'file')).toBe('notdir');
    expect(guest.on('path_remove_directory', 'file/')).toBe('notdir');
    expect(guest.on('path_remove_directory', 'dir/')).toBe('ok');
    expect(guest.symlink('source', 'target/')).toBe('noent');
    expect(guest.symlink('source', 'file/')).toMatch(/notdir|exist/);
    guest.on('path_create_directory', 'target');
    expect(guest.symlink('source', 'target/')).toBe('exist');
    expect(guest.symlink('source', 'target')).toBe('exist');
    expect(guest.rename('target/', 'moved')).toBe('ok');
    expect(guest.rename('moved', 'target/')).toBe('ok');
    expect(guest.rename('target/', 'moved/')).toBe('ok');
    expect(guest.link('file', 'link/')).toBe('noent');
  });

  it('are refused where a pointer leads out of the memory', () => {
    const guest = new Guest();
    expect(guest.call('path_create_directory', BOX, 0x7fff_0000, 5)).toBe('fault');
    expect(guest.call('fd_filestat_get', BOX, 131_071)).toBe('fault');
    expect(guest.call('path_create_directory', 99, ...guest.text('x'))).toBe('badf');
  });

  it('may be of any bytes', () => {
    const guest = new Guest();
    const at = guest.alloc(3);
    guest.bytes.set([0x61, 0xff, 0x62], at);
    expect(guest.call('path_create_directory', BOX, at, 3)).toBe('ok');
    const fd = guest.open('.', { oflags: DIRECTORY, base: 1n << 14n }) as number;
    const buffer = guest.alloc(200);
    const out = guest.alloc(4);
    guest.call('fd_readdir', fd, buffer, 200, 2n, out);
    expect(Array.from(guest.bytes.slice(buffer + 24, buffer + 27))).toEqual([0x61, 0xff, 0x62]);
  });
});

describe('path_open', () => {
  it('makes files by CREAT, EXCL and TRUNC', () => {
    const guest = new Guest();
    expect(guest.open('file')).toBe('noent');
    const fd = guest.create('file');
    expect(guest.write(fd, 'hello')).toBe(5);
    expect(guest.open('file', { oflags: CREAT | EXCL })).toBe('exist');
    guest.open('file', { oflags: CREAT });
    expect(guest.stat('file').size).toBe(5n);
    guest.open('file', { oflags: TRUNC });
    expect(guest.stat('file').size).toBe(0n);
  });

  it('asks for a directory where one is meant', () => {
    const guest = new Guest();
    const file = guest.create('file');
    expect(guest.open('x', { at: file })).toMatch(/notcapable|notdir/);
    expect(guest.open('file', { oflags: DIRECTORY })).toBe('notdir');
    expect(guest.open('.', { oflags: DIRECTORY, base: RIGHTS.read })).toBeTypeOf('number');
    expect(guest.open('.', { oflags: DIRECTORY, base: RIGHTS.read | RIGHTS.write })).toBe('isdir');
    expect(guest.open('.', { fdflags: 4 })).toBeTypeOf('number');
  });

  it('follows a last link only when told to', () => {
    const guest = new Guest();
    guest.on('path_create_directory', 'target');
    guest.symlink('target', 'link');
    expect(guest.open('link', { oflags: DIRECTORY })).toMatch(/loop|notdir/);
    expect(guest.open('link')).toBe('loop');
    expect(guest.open('link', { oflags: DIRECTORY, follow: true })).toBeTypeOf('number');
    guest.create('file');
    guest.symlink('file', 'to-file');
    expect(guest.open('to-file', { oflags: DIRECTORY, follow: true })).toBe('notdir');
    guest.symlink('nothing', 'dangling');
    expect(guest.open('dangling', { follow: true })).toBe('noent');
    expect(guest.open('dangling')).toBe('loop');
    guest.symlink('loop', 'loop');
    expect(guest.open('loop', { follow: true })).toBe('loop');
  });
});

describe('links and renames', () => {
  it('links a file under a second name, not a directory', () => {
    const guest = new Guest();
    const file = guest.create('file');
    guest.on('path_create_directory', 'dir');
    expect(guest.link('file', 'dir/link')).toBe('ok');
    expect(guest.stat('dir/link')).toEqual(guest.fstat(file));
    expect(guest.stat('file').nlink).toBe(2n);
    expect(guest.link('file', 'file')).toBe('exist');
    expect(guest.link('file', 'dir')).toBe('exist');
    expect(guest.link('dir', 'dir2')).toBe('perm');
    guest.symlink('nothing', 'dangling');
    expect(guest.link('dangling', 'dangling2')).toBe('ok');
    expect(guest.stat('dangling2').type).toBe(7);
    expect(guest.link('dangling', 'dangling3', { follow: true })).toBe('noent');
  });

  it('renames over what rename(2) lets one', () => {
    const guest = new Guest();
    for (const dir of ['empty', 'full', 'source']) guest.on('path_create_directory', dir);
    guest.create('full/file');
    guest.create('file');
    expect(guest.rename('source', 'full')).toBe('notempty');
    expect(guest.rename('source', 'full/file')).toBe('notdir');
    expect(guest.rename('file', 'empty')).toBe('isdir');
    expect(guest.rename('source', 'empty')).toBe('ok');
    expect(guest.open('source')).toBe('noent');
    expect(guest.rename('file', 'full/file')).toBe('ok');
    expect(guest.on('path_remove_directory', 'full')).toBe('notempty');
  });

  it('reads a link into a buffer that may be too small', () => {
    const guest = new Guest();
    guest.symlink('target', 'link');
    expect(guest.readlink('link', 100)).toBe('target');
    expect(guest.readlink('link', 3)).toBe('tar');
    guest.create('file');
    expect(guest.readlink('file', 100)).toBe('inval');
  });
});

describe('filestat', () => {
  it('sets the times that are named, of the link or of what it leads to', () => {
    const guest = new Guest();
    guest.create('file');
    guest.symlink('file', 'link');
    const before = guest.stat('file');
    const set = (path: string, follow: number, atim: bigint, mtim: bigint, flags: number): string =>
      guest.call('path_filestat_set_times', BOX, follow, ...guest.text(path), atim, mtim, flags);
    expect(set('link', 0, 0n, 200n, 4)).toBe('ok');
    expect([guest.stat('link').mtim, guest.stat('file').mtim]).toEqual([200n, before.mtim]);
    expect(set('link', 1, 100n, 300n, 5)).toBe('ok');
    expect([guest.stat('file').atim, guest.stat('link', true).mtim]).toEqual([100n, 300n]);
    expect(set('file', 0, 0n, 0n, 4 | 8)).toBe('inval');
    expect(set('file', 0, 0n, 0n, 1 | 2)).toBe('inval');
    expect(set('file', 0, 0n, 0n, 64)).toBe('inval');
    expect(guest.stat('file').mtim).toBe(300n);
    expect(set('file', 0, 0n, 0n, 8)).toBe('ok');
    expect(guest.stat('file').mtim).toBeGreaterThan(before.mtim);
  });

  it('tells files apart by dev and ino', () => {
    const guest = new Guest();
    const [a, b] = [guest.fstat(guest.create('a')), guest.fstat(guest.create('b'))];
    expect(a.dev).toBe(b.dev);
    expect(a.ino).not.toBe(b.ino);
    expect(a.type).toBe(4);
    expect(guest.stat('.').type).toBe(3);
  });
});

describe('rights', () => {
  it('of a directory end where it says', () => {
    const guest = new Guest();
    guest.create('file');
    const dir = guest.fdstat(BOX);
    if (typeof dir === 'string') throw new Error(dir);
    expect(dir.base & RIGHTS.setSize).toBe(0n);
    expect(dir.flags).toBe(0);
    expect(guest.open('file', { oflags: TRUNC })).toBeTypeOf('number');
    const inheriting = dir.inheriting & ~RIGHTS.setSize;
    expect(guest.call('fd_fdstat_set_rights', BOX, dir.base, inheriting)).toBe('ok');
    expect(guest.open('file', { oflags: TRUNC })).toBeTypeOf('number');
    expect(guest.call('fd_fdstat_set_rights', BOX, dir.base & ~RIGHTS.pathSize, inheriting)).toBe('ok');
    expect(guest.open('file', { oflags: TRUNC })).toBe('notcapable');
    expect(guest.call('fd_fdstat_set_rights', BOX, dir.base, dir.inheriting)).toBe('notcapable');
    expect(guest.call('fd_fdstat_set_rights', BOX, 0n, RIGHTS.read)).toBe('ok');
    expect(guest.open('file')).toBe('notcapable');
  });

  it('are handed on no further than the directory does', () => {
    const guest = new Guest();
    guest.on('path_create_directory', 'dir');
    guest.create('dir/file');
    const dir = guest.open('dir', { oflags: DIRECTORY, base: 1n << 13n, inheriting: RIGHTS.read }) as number;
    expect(guest.open('file', { at: dir, base: RIGHTS.read })).toBeTypeOf('number');
    expect(guest.open('file', { at: dir, base: RIGHTS.write })).toBe('notcapable');
  });

  it('to empty a file come with the directory or with what it hands on', () => {
    const guest = new Guest();
    guest.on('path_create_directory', 'dir');
    guest.create('dir/file');
    const open = (inheriting: bigint): number =>
      guest.open('dir', { oflags: DIRECTORY, base: 1n << 13n, inheriting }) as number;
    expect(guest.open('file', { at: open(RIGHTS.setSize), oflags: TRUNC })).toBeTypeOf('number');
    expect(guest.open('file', { at: open(RIGHTS.read), oflags: TRUNC })).toBe('notcapable');
  });

  it('to change the size do not make a file that is read one that is written', () => {
    const guest = new Guest();
    guest.put('/box/file', 'text');
    const base = RIGHTS.read | RIGHTS.setSize | RIGHTS.allocate;
    const fd = guest.open('file', { base }) as number;
    expect(guest.read(fd, 9)).toBe('"text"');
    expect(guest.call('fd_filestat_set_size', fd, 0n)).toBe('inval');
    const writer = guest.open('file', { base: RIGHTS.setSize }) as number;
    expect(guest.call('fd_filestat_set_size', writer, 2n)).toBe('ok');
    expect(guest.stat('file').size).toBe(2n);
  });

  it('of a file are those it was opened with', () => {
    const guest = new Guest();
    const fd = guest.create('file', { base: RIGHTS.read | RIGHTS.write | RIGHTS.seek });
    expect(guest.write(fd, 'abcd')).toBe(4);
    expect(guest.call('fd_fdstat_set_rights', fd, RIGHTS.seek, 0n)).toBe('ok');
    expect(guest.write(fd, 'x')).toBe('notcapable');
    expect(guest.read(fd, 4)).toBe('notcapable');
    expect(guest.call('fd_fdstat_set_rights', fd, ALL_OF_A_FILE, 0n)).toBe('notcapable');
  });
});
