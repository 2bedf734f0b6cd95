import { describe, expect, it } from 'vitest';
import { ALL_OF_A_FILE, APPEND, BOX, DIRECTORY, Guest, RIGHTS, silence } from './guest.ts';

const PATH_FILESTAT_GET = 1n << 18n;

describe('bytes', () => {
  it('are read and written where the position is', () => {
    const guest = new Guest();
    const fd = guest.create('file');
    expect(guest.u64('fd_tell', fd)).toBe(0n);
    expect(guest.write(fd, 'x'.repeat(100))).toBe(100);
    expect(guest.u64('fd_tell', fd)).toBe(100n);
    expect(guest.u64('fd_seek', fd, -50n, 1)).toBe(50n);
    expect(guest.u64('fd_seek', fd, -3n, 2)).toBe(97n);
    expect(guest.read(fd, 10)).toBe('"xxx"');
    expect(guest.read(fd, 10)).toBe('""');
    expect(guest.u64('fd_seek', fd, 1000n, 1)).toBe(1100n);
    expect(guest.u64('fd_seek', fd, -2000n, 1)).toBe('inval');
    expect(guest.u64('fd_seek', fd, 0n, 3)).toBe('inval');
  });

  it('at a position leave the position alone', () => {
    const guest = new Guest();
    const fd = guest.create('file');
    guest.write(fd, 'hello');
    expect(guest.write(fd, 'HE', 0n)).toBe(2);
    expect(guest.read(fd, 3, 1n)).toBe('"Ell"');
    expect(guest.read(fd, 3, 100n)).toBe('""');
    expect(guest.u64('fd_tell', fd)).toBe(5n);
    expect(guest.read(fd, 3, -1n)).toBe('inval');
  });

  it('go through several buffers at once', () => {
    const guest = new Guest();
    const fd = guest.create('file');
    const vectors = guest.alloc(24);
    const put = (index: number, pointer: number, length: number): void => {
      guest.view.setUint32(vectors + index * 8, pointer, true);
      guest.view.setUint32(vectors + index * 8 + 4, length, true);
    };
    const [text] = guest.text('abcdef');
    put(0, text, 2);
    put(1, 0xffff_0000, 0);
    put(2, text + 2, 4);
    const out = guest.alloc(4);
    expect(guest.call('fd_write', fd, vectors, 3, out)).toBe('ok');
    expect(guest.view.getUint32(out, true)).toBe(6);
    const into = guest.alloc(16);
    put(0, into, 4);
    put(1, into + 8, 4);
    expect(guest.call('fd_pread', fd, vectors, 2, 0n, out)).toBe('ok');
    expect(guest.view.getUint32(out, true)).toBe(6);
    expect(String.fromCharCode(...guest.bytes.slice(into, into + 10))).toBe('abcd\0\0\0\0ef');
    put(1, 0xffff_0000, 4);
    expect(guest.call('fd_write', fd, vectors, 2, out)).toBe('ok');
    expect(guest.view.getUint32(out, true)).toBe(4);
    expect(guest.call('fd_write', fd, 0xffff_fff0, 1, out)).toBe('fault');
  });

  it('are appended as long as the flag is on', () => {
    const guest = new Guest();
    const fd = guest.create('file', { fdflags: APPEND });
    guest.write(fd, '1111');
    guest.u64('fd_seek', fd, 0n, 0);
    guest.write(fd, '2222');
    expect(guest.read(fd, 8, 0n)).toBe('"11112222"');
    expect(guest.call('fd_fdstat_set_flags', fd, 0)).toBe('ok');
    guest.u64('fd_seek', fd, 0n, 0);
    guest.write(fd, '3333');
    expect(guest.read(fd, 8, 0n)).toBe('"33332222"');
    expect(guest.call('fd_fdstat_set_flags', fd, 64)).toBe('inval');
  });

  it('are seen through every descriptor of the file at once', () => {
    const guest = new Guest();
    const reader = guest.create('file', { base: RIGHTS.read | RIGHTS.seek | RIGHTS.stat });
    const writer = guest.open('file', { base: RIGHTS.write }) as number;
    expect(guest.write(writer, 'now')).toBe(3);
    expect(guest.read(reader, 3)).toBe('"now"');
    expect(guest.on('path_unlink_file', 'file')).toBe('ok');
    expect(guest.read(reader, 3, 0n)).toBe('"now"');
    expect(guest.fstat(reader).nlink).toBe(0n);
  });

  it('grow and shrink by size, allocation and advice', () => {
    const guest = new Guest();
    const fd = guest.create('file');
    expect(guest.call('fd_filestat_set_size', fd, 100n)).toBe('ok');
    expect(guest.call('fd_advise', fd, 10n, 50n, 0)).toBe('ok');
    expect(guest.call('fd_advise', fd, 10n, 50n, 6)).toBe('inval');
    expect(guest.call('fd_advise', fd, -1n, 50n, 0)).toBe('inval');
    expect(guest.fstat(fd).size).toBe(100n);
    expect(guest.call('fd_allocate', fd, 100n, 100n)).toBe('ok');
    expect(guest.fstat(fd).size).toBe(200n);
    expect(guest.call('fd_filestat_set_size', fd, 5n)).toBe('ok');
    expect(guest.fstat(fd).size).toBe(5n);
    expect(guest.call('fd_filestat_set_size', fd, -5n)).toBe('inval');
    expect([guest.call('fd_sync', fd), guest.call('fd_datasync', fd)]).toEqual(['notcapable', 'notcapable']);
    expect(guest.call('fd_filestat_set_times', fd, 0n, 7n, 4)).toBe('ok');
    expect(guest.fstat(fd).mtim).toBe(7n);
    expect(guest.call('fd_filestat_set_times', fd, 0n, 7n, 12)).toBe('inval');
  });
});

describe('directories', () => {
  it('are neither read, written nor sought in', () => {
    const guest = new Guest();
    expect(guest.read(BOX, 4)).toBe('notcapable');
    expect(guest.read(BOX, 4, 0n)).toBe('notcapable');
    expect(guest.write(BOX, 'x')).toBe('notcapable');
    expect(guest.u64('fd_seek', BOX, 0n, 0)).toBe('notcapable');
    expect(guest.u64('fd_tell', BOX)).toBe('notcapable');
    expect(guest.call('fd_allocate', BOX, 0n, 1n)).toBe('notcapable');
    expect(guest.call('fd_advise', BOX, 0n, 1n, 0)).toBe('badf');
    expect(guest.call('fd_filestat_set_size', BOX, 0n)).toBe('notcapable');
  });

  it('list their rows from a cookie on', () => {
    const guest = new Guest();
    const fd = guest.open('.', { oflags: DIRECTORY, base: 1n << 14n }) as number;
    const all = (): readonly string[] => {
      const listing = guest.readdir(fd, 0n, 256);
      return typeof listing === 'string' ? [listing] : listing.rows.map(({ name }) => name);
    };
    expect(all()).toEqual(['.', '..']);
    const file = guest.create('file');
    expect(all()).toEqual(['.', '..', 'file']);
    const listing = guest.readdir(fd, 0n, 256);
    if (typeof listing === 'string') throw new Error(listing);
    expect(listing.rows[0]?.ino).toBe(guest.fstat(BOX).ino);
    expect(listing.rows[2]).toMatchObject({ ino: guest.fstat(file).ino, type: 4 });
    const rest = guest.readdir(fd, listing.rows[1]!.next, 256);
    expect(typeof rest === 'string' ? rest : rest.rows.map(({ name }) => name)).toEqual(['file']);
    expect(guest.readdir(fd, 1000n, 256)).toEqual({ rows: [], used: 0 });
    expect(guest.readdir(file, 0n, 256)).toBe('notdir');
  });

  it('are listed whole through a small buffer, rows cut off at its end', () => {
    const guest = new Guest();
    for (let count = 0; count < 1000; count++) guest.call('fd_close', guest.create(`file.${count}`));
    const names = new Set<string>();
    let cookie = 0n;
    let calls = 0;
    for (;;) {
      const listing = guest.readdir(BOX, cookie, 256);
      if (typeof listing === 'string') throw new Error(listing);
      for (const { name } of listing.rows) names.add(name);
      calls++;
      if (listing.used < 256) break;
      cookie = listing.rows.at(-1)!.next;
    }
    expect(names.size).toBe(1002);
    expect(calls).toBeGreaterThan(100);
    expect(guest.readdir(BOX, 0n, 10)).toMatchObject({ used: 10 });
  });
});

describe('descriptors', () => {
  it('tell what they are', () => {
    const guest = new Guest({ stdout: { ...silence, terminal: true } });
    expect(guest.fdstat(BOX)).toMatchObject({ type: 3, flags: 0 });
    expect(guest.fdstat(guest.create('file', { fdflags: 17 }))).toMatchObject({
      type: 4,
      flags: 17,
      base: ALL_OF_A_FILE,
    });
    const terminal = guest.fdstat(1);
    expect(terminal).toMatchObject({ type: 2 });
    expect(typeof terminal === 'string' ? 1n : terminal.base & (RIGHTS.seek | RIGHTS.tell)).toBe(0n);
    expect(guest.fdstat(0)).toMatchObject({ type: 0 });
    expect(guest.fdstat(77)).toBe('badf');
    expect(guest.fstat(1).type).toBe(2);
  });

  it('name their preopened directory', () => {
    const guest = new Guest();
    const out = guest.alloc(8);
    expect(guest.call('fd_prestat_get', BOX, out)).toBe('ok');
    expect([guest.view.getUint32(out, true), guest.view.getUint32(out + 4, true)]).toEqual([0, 3]);
    const name = guest.alloc(8);
    expect(guest.call('fd_prestat_dir_name', BOX, name, 0)).toBe('nametoolong');
    expect(guest.call('fd_prestat_dir_name', BOX, name, 4)).toBe('ok');
    expect(String.fromCharCode(...guest.bytes.slice(name, name + 3))).toBe('box');
    expect(guest.call('fd_prestat_get', 1, out)).toBe('badf');
    expect(guest.call('fd_prestat_get', 4, out)).toBe('badf');
  });

  it('are closed, preopened ones too', () => {
    const guest = new Guest();
    const fd = guest.open('.') as number;
    expect(guest.call('fd_close', BOX)).toBe('ok');
    expect(guest.fdstat(BOX)).toBe('badf');
    expect(guest.fdstat(fd)).toMatchObject({ type: 3 });
    expect(guest.call('fd_close', fd)).toBe('ok');
    expect(guest.call('fd_close', fd)).toBe('badf');
    expect(guest.call('fd_close', 2)).toBe('ok');
  });

  it('are renumbered over each other, not to nowhere', () => {
    const guest = new Guest();
    const [a, b] = [guest.create('a'), guest.create('b')];
    const before = guest.fstat(a).ino;
    expect(guest.call('fd_renumber', a, b)).toBe('ok');
    expect(guest.fstat(b).ino).toBe(before);
    expect(guest.call('fd_close', a)).toBe('badf');
    expect(guest.call('fd_renumber', b, a)).toBe('badf');
    expect(guest.call('fd_renumber', b, b)).toBe('ok');
    for (const stream of [0, 1, 2]) {
      const fd = guest.open('a') as number;
      expect(guest.call('fd_renumber', stream, fd)).toBe('ok');
      expect(guest.fdstat(fd)).toMatchObject({ type: 0 });
    }
    const dir = guest.open('.', { base: PATH_FILESTAT_GET }) as number;
    const { ino } = guest.stat('.');
    expect(guest.call('fd_renumber', dir, BOX)).toBe('ok');
    expect(guest.call('fd_prestat_get', BOX, 64)).toBe('badf');
    expect(guest.stat('.').ino).toBe(ino);
  });

  it('run out at 1024', () => {
    const guest = new Guest();
    let last: number | string = 0;
    for (let count = 0; count < 1100 && typeof last === 'number'; count++) last = guest.open('.');
    expect(last).toBe('33');
  });

  it('are no sockets', () => {
    const guest = new Guest();
    const fd = guest.create('file');
    expect(guest.call('sock_shutdown', fd, 1)).toBe('notsock');
    expect(guest.call('sock_shutdown', 99, 1)).toBe('badf');
    expect(guest.call('sock_accept', fd, 0, 64)).toBe('notsock');
  });
});
