import {
  ACL_ACCESS,
  ACL_DEFAULT,
  ACL_GROUP_OBJ,
  ACL_OTHER,
  ACL_USER_OBJ,
  createMemoryFileSystem,
  encodeAcl,
  encodeName,
  type FileSystem,
  O_RDWR,
  O_TRUNC,
  ROOT,
  S_IFREG,
  steppingClock,
} from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { Init, OPEN_FOR_EXECUTION } from '../../../host-adapter/src/fuse/protocol/flags.ts';
import { Opcode } from '../../../host-adapter/src/fuse/protocol/opcodes.ts';
import {
  ATTR,
  ATTR_OUT,
  CREATE_IN,
  DIRENT,
  ENTRY_OUT,
  IN_HEADER,
  INIT_IN,
  INIT_OUT,
  NOTIFY_INVAL_INODE,
  OPEN_OUT,
  OUT_HEADER,
  SETATTR_IN,
} from '../../../host-adapter/src/fuse/protocol/structs.ts';
import { Session, type SessionOptions } from '../../../host-adapter/src/fuse/session.ts';

const ETXTBSY = 26;
const ENOSYS = 38;
const ENAMETOOLONG = 36;
const ESTALE = 116;
const SECOND = 1_000_000_000n;

/** Plays the kernel: sends a request of fields and bytes, answers the errno and the reply's record. */
class Kernel {
  readonly fs: FileSystem = createMemoryFileSystem({ clock: steppingClock(1_700_000_000n * SECOND) });
  readonly notified: number[] = [];
  readonly session: Session;

  constructor(options: Partial<SessionOptions> = {}) {
    this.session = new Session({ fs: this.fs, ...options }, (code) => this.notified.push(code));
  }

  send(opcode: number, nodeId: number, ...parts: readonly Uint8Array[]): { errno: number; out: Buffer; size: number } {
    const body = Buffer.concat(parts);
    const { buffer } = this.session.request;
    buffer.writeUInt32LE(opcode, IN_HEADER.opcode);
    buffer.writeBigUInt64LE(77n, IN_HEADER.unique);
    buffer.writeBigUInt64LE(BigInt(nodeId), IN_HEADER.nodeId);
    body.copy(buffer, IN_HEADER.SIZE);
    const size = this.session.handle(IN_HEADER.SIZE + body.length);
    const reply = Buffer.from(this.session.reply.buffer.subarray(0, size));
    if (size === 0) return { errno: 0, out: reply, size };
    if (reply.readUInt32LE(OUT_HEADER.length) !== size || reply.readBigUInt64LE(OUT_HEADER.unique) !== 77n) {
      throw new Error('the reply is not to this request');
    }
    return { errno: Math.abs(reply.readInt32LE(OUT_HEADER.error)), out: reply.subarray(OUT_HEADER.SIZE), size };
  }

  lookup(name: string, dir = 1): number {
    const { errno, out } = this.send(Opcode.LOOKUP, dir, cName(name));
    return errno === 0 ? Number(out.readBigUInt64LE(ENTRY_OUT.nodeId)) : -errno;
  }
}

const cName = (name: string): Uint8Array => Buffer.concat([encodeName(name), Buffer.alloc(1)]);
const u32 = (...values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
};
const u64 = (value: number): Uint8Array => u32(value, Math.floor(value / 2 ** 32));

const init = (major: number, minor: number): Uint8Array => u32(major, minor, 131_072, 0xffffffff, 0);

describe('a FUSE session', () => {
  it('agrees on the protocol, and refuses an old kernel', () => {
    const kernel = new Kernel();
    const { errno, out } = kernel.send(Opcode.INIT, 0, init(7, 45));
    expect([errno, out.readUInt32LE(INIT_OUT.major), out.readUInt32LE(INIT_OUT.minor)]).toEqual([0, 7, 40]);
    const flags = out.readUInt32LE(INIT_OUT.flags);
    expect([flags & Init.ATOMIC_O_TRUNC, flags & Init.WRITEBACK_CACHE, out.readUInt32LE(INIT_OUT.flags2)]).toEqual([
      Init.ATOMIC_O_TRUNC,
      0,
      0,
    ]);
    expect(out.readUInt32LE(INIT_OUT.maxWrite)).toBe(out.readUInt16LE(INIT_OUT.maxPages) * 4096);
    expect(kernel.send(Opcode.INIT, 0, init(7, 12)).errno).toBe(95);
    expect(INIT_IN.flags2).toBe(16);
    const lazy = new Kernel({ writeback: true }).send(Opcode.INIT, 0, init(7, 38));
    expect(lazy.out.readUInt32LE(INIT_OUT.flags) & Init.WRITEBACK_CACHE).toBe(Init.WRITEBACK_CACHE);
    expect(lazy.out.readUInt32LE(INIT_OUT.minor)).toBe(38);
  });

  it('answers ENOSYS to what it does not know, and nothing to a FORGET', () => {
    const kernel = new Kernel();
    expect([4096, Opcode.FLUSH, Opcode.ACCESS, Opcode.IOCTL].map((opcode) => kernel.send(opcode, 1).errno)).toEqual([
      ENOSYS,
      ENOSYS,
      ENOSYS,
      ENOSYS,
    ]);
    expect(kernel.send(Opcode.FORGET, 1, u64(0)).size).toBe(0);
    expect(kernel.send(Opcode.INTERRUPT, 0, u64(1)).size).toBe(0);
  });

  it('counts lookups, and knows a node until all are forgotten', () => {
    const kernel = new Kernel();
    kernel.fs.create(kernel.fs.root, 'f', 0o644, ROOT);
    const node = kernel.lookup('f');
    expect(kernel.lookup('f')).toBe(node);
    kernel.send(Opcode.FORGET, node, u64(1));
    expect(kernel.send(Opcode.GETATTR, node, u32(0, 0), u64(0)).errno).toBe(0);
    kernel.send(Opcode.BATCH_FORGET, 0, u32(1, 0), u64(node), u64(1));
    expect(kernel.send(Opcode.GETATTR, node, u32(0, 0), u64(0)).errno).toBe(ESTALE);
    expect(kernel.lookup('f')).not.toBe(node);
  });

  it('lets the kernel remember that a name does not exist', () => {
    const { errno, out } = new Kernel({ entryTimeout: 2.5 }).send(Opcode.LOOKUP, 1, cName('none'));
    expect([errno, out.readBigUInt64LE(ENTRY_OUT.nodeId), out.readBigUInt64LE(ENTRY_OUT.entryValid)]).toEqual([
      0,
      0n,
      2n,
    ]);
    expect(out.readUInt32LE(ENTRY_OUT.entryValidNanoseconds)).toBe(500_000_000);
  });

  it('takes names as bytes, 255 of them', () => {
    const kernel = new Kernel();
    kernel.fs.create(kernel.fs.root, '\udcff', 0o644, ROOT);
    expect(kernel.lookup('\udcff')).toBeGreaterThan(1);
    expect(kernel.lookup('\ufffd')).toBe(0);
    expect(kernel.lookup('x'.repeat(255))).toBe(0);
    expect(kernel.lookup('x'.repeat(256))).toBe(-ENAMETOOLONG);
  });

  it('creates, writes, reads and releases', () => {
    const kernel = new Kernel();
    const created = kernel.send(Opcode.CREATE, 1, u32(O_RDWR, 0o100640, 0, 0), cName('f'));
    expect(CREATE_IN.SIZE).toBe(16);
    const node = Number(created.out.readBigUInt64LE(ENTRY_OUT.nodeId));
    const handle = Number(created.out.readBigUInt64LE(ENTRY_OUT.SIZE + OPEN_OUT.handle));
    const data = Buffer.from('hello');
    const written = kernel.send(Opcode.WRITE, node, u64(handle), u64(3), u32(data.length, 0), u64(0), u32(0, 0), data);
    expect(written.out.readUInt32LE(0)).toBe(5);
    const read = kernel.send(Opcode.READ, node, u64(handle), u64(0), u32(100, 0), u64(0), u32(0, 0));
    expect(read.out.toString()).toBe('\0\0\0hello');
    expect(kernel.send(Opcode.RELEASE, node, u64(handle), u32(0, 0), u64(0)).errno).toBe(0);
    expect(kernel.send(Opcode.READ, node, u64(handle), u64(0), u32(100, 0)).errno).toBe(9);
    expect(kernel.fs.getattr(kernel.fs.lookup(kernel.fs.root, 'f') ?? kernel.fs.root)).toMatchObject({
      mode: S_IFREG | 0o640,
      size: 8,
    });
  });

  it('truncates nothing that execve(2) has open, since only readers are stopped by us alone', () => {
    const kernel = new Kernel();
    const file = kernel.fs.create(kernel.fs.root, 'f', 0o755, ROOT);
    kernel.fs.setattr(file, { size: 10 }, ROOT);
    const node = kernel.lookup('f');
    const open = (flags: number): ReturnType<Kernel['send']> => kernel.send(Opcode.OPEN, node, u32(flags, 0));
    const running = open(OPEN_FOR_EXECUTION);
    expect(open(O_TRUNC).errno).toBe(ETXTBSY);
    expect(open(0).errno).toBe(0);
    expect(kernel.fs.getattr(file).size).toBe(10);
    const handle = running.out.readBigUInt64LE(OPEN_OUT.handle);
    kernel.send(Opcode.RELEASE, node, u64(Number(handle)), u32(0, 0), u64(0));
    expect(open(O_TRUNC).errno).toBe(0);
    expect(kernel.fs.getattr(file).size).toBe(0);
  });

  it('keeps nanoseconds, before 1970 too', () => {
    const kernel = new Kernel();
    const file = kernel.fs.create(kernel.fs.root, 'f', 0o644, ROOT);
    kernel.fs.setattr(file, { atime: -1n, mtime: 1_234_567_890_987_654_321n }, ROOT);
    const { out } = kernel.send(Opcode.GETATTR, kernel.lookup('f'), u32(0, 0), u64(0));
    const attr = out.subarray(ATTR_OUT.attr);
    expect([attr.readBigInt64LE(ATTR.atime), attr.readUInt32LE(ATTR.atimeNanoseconds)]).toEqual([-1n, 999_999_999]);
    expect([attr.readBigInt64LE(ATTR.mtime), attr.readUInt32LE(ATTR.mtimeNanoseconds)]).toEqual([
      1_234_567_890n,
      987_654_321,
    ]);
  });

  it.each([
    ['a chown', 1 << 1, 0o4755, 0o755],
    ['a chown that changes nothing', 0, 0o6777, 0o777],
    ['a truncate by who may not', (1 << 3) | (1 << 11), 0o2755, 0o755],
    ['a truncate by who may', 1 << 3, 0o4755, 0o4755],
    ['a mandatory lock', 1 << 1, 0o2644, 0o2644],
  ])('takes privileges away: %s', (_, valid, before, after) => {
    const kernel = new Kernel();
    const file = kernel.fs.create(kernel.fs.root, 'f', 0o644, ROOT);
    kernel.fs.setattr(file, { mode: before }, ROOT);
    kernel.fs.setxattr(file, 'security.capability', new Uint8Array(20), 0, ROOT);
    const body = Buffer.alloc(88);
    body.writeUInt32LE(valid, SETATTR_IN.valid);
    expect(kernel.send(Opcode.SETATTR, kernel.lookup('f'), body).errno).toBe(0);
    expect((kernel.fs.getattr(file).mode & 0o7777).toString(8)).toBe(after.toString(8));
    expect(kernel.fs.getxattr(file, 'security.capability')).toBeUndefined();
  });

  it('keeps every nanosecond beside a whole second, up to the end of what 64 bits hold', () => {
    const kernel = new Kernel();
    const file = kernel.fs.create(kernel.fs.root, 'f', 0o644, ROOT);
    const node = kernel.lookup('f');
    const seconds = [0n, 1n, 2_147_483_647n, 4_294_967_295n, 4_294_967_296n, 9_223_372_035n];
    for (const second of seconds) {
      for (const beside of [-1n, 0n, 1n, 999_999_999n]) {
        const mtime = second * SECOND + beside;
        kernel.fs.setattr(file, { mtime }, ROOT);
        const attr = kernel.send(Opcode.GETATTR, node, u32(0, 0), u64(0)).out.subarray(ATTR_OUT.attr);
        const told = attr.readBigInt64LE(ATTR.mtime) * SECOND + BigInt(attr.readUInt32LE(ATTR.mtimeNanoseconds));
        expect(told).toBe(mtime);
        expect(attr.readUInt32LE(ATTR.mtimeNanoseconds)).toBeLessThan(1e9);
      }
    }
  });

  it('lists what was there at the rewind, from any offset', () => {
    const kernel = new Kernel();
    for (const name of ['a', 'bb', 'ccc']) kernel.fs.create(kernel.fs.root, name, 0o644, ROOT);
    const handle = Number(kernel.send(Opcode.OPENDIR, 1, u32(0, 0)).out.readBigUInt64LE(OPEN_OUT.handle));
    const list = (opcode: number, offset: number, size: number): string[] => {
      const { out } = kernel.send(opcode, 1, u64(handle), u64(offset), u32(size, 0));
      const names: string[] = [];
      const extra = opcode === Opcode.READDIRPLUS ? ENTRY_OUT.SIZE : 0;
      for (let at = 0; at < out.length;) {
        const length = out.readUInt32LE(at + extra + DIRENT.nameLength);
        const start = at + extra + DIRENT.SIZE;
        names.push(out.toString('utf8', start, start + length));
        at += extra + ((DIRENT.SIZE + length + 7) & ~7);
      }
      return names;
    };
    expect(list(Opcode.READDIR, 0, 4096)).toEqual(['.', '..', 'a', 'bb', 'ccc']);
    kernel.fs.unlink(kernel.fs.root, 'bb', ROOT);
    expect(list(Opcode.READDIR, 3, 4096)).toEqual(['bb', 'ccc']);
    expect(list(Opcode.READDIR, 0, 70)).toEqual(['.', '..']);
    expect(list(Opcode.READDIRPLUS, 0, 4096)).toEqual(['.', '..', 'a', 'ccc']);
  });

  it('serves trusted attributes to root alone, and no access control lists where they are switched off', () => {
    const kernel = new Kernel({ acl: false });
    kernel.fs.setxattr(kernel.fs.root, 'trusted.a', Buffer.from('x'), 0, ROOT);
    kernel.fs.setxattr(kernel.fs.root, 'user.b', Buffer.from('yy'), 0, ROOT);
    const names = (): string => kernel.send(Opcode.LISTXATTR, 1, u32(100, 0)).out.toString();
    expect(names()).toBe('user.b\0trusted.a\0');
    kernel.session.request.buffer.writeUInt32LE(1000, IN_HEADER.uid);
    expect(names()).toBe('user.b\0');
    expect(kernel.send(Opcode.GETXATTR, 1, u32(0, 0), cName('user.b')).out.readUInt32LE(0)).toBe(2);
    expect(kernel.send(Opcode.GETXATTR, 1, u32(1, 0), cName('user.b')).errno).toBe(34);
    expect(kernel.send(Opcode.GETXATTR, 1, u32(9, 0), cName('user.c')).errno).toBe(61);
    expect(kernel.send(Opcode.GETXATTR, 1, u32(9, 0), cName('system.posix_acl_access')).errno).toBe(95);
  });

  it('applies the umask, but not where a default list counts, and takes setgid away when told to', () => {
    const kernel = new Kernel();
    const rows = [
      [ACL_USER_OBJ, 7],
      [ACL_GROUP_OBJ, 7],
      [ACL_OTHER, 5],
    ] as const;
    const list = encodeAcl(rows.map(([tag, permissions]) => ({ tag, permissions, id: 0xffffffff })));
    const modeOf = (name: string): string => {
      const { out } = kernel.send(Opcode.MKDIR, 1, u32(0o777, 0o077), cName(name));
      return out.readUInt32LE(ENTRY_OUT.attr + ATTR.mode).toString(8);
    };
    expect(modeOf('plain')).toBe('40700');
    const set = (killsSetgid: number, name: string): number =>
      kernel.send(Opcode.SETXATTR, 1, u32(list.length, 0, killsSetgid, 0), cName(name), list).errno;
    expect(set(0, ACL_DEFAULT)).toBe(0);
    expect(modeOf('listed')).toBe('40775');
    kernel.fs.setattr(kernel.fs.root, { mode: 0o2755 }, ROOT);
    expect(set(0, ACL_ACCESS)).toBe(0);
    expect(kernel.fs.getattr(kernel.fs.root).mode & 0o7777).toBe(0o2775);
    expect(set(1, ACL_ACCESS)).toBe(0);
    expect(kernel.fs.getattr(kernel.fs.root).mode & 0o7777).toBe(0o775);
  });

  it('tells which attributes have changed on the side', () => {
    const changed: FileSystem['root'][] = [];
    const kernel = new Kernel({ takeChanged: () => changed.splice(0) });
    const file = kernel.fs.create(kernel.fs.root, 'f', 0o644, ROOT);
    changed.push(file);
    kernel.lookup('none');
    expect(kernel.notified).toEqual([]);
    kernel.lookup('f');
    changed.push(file);
    kernel.lookup('none');
    expect(kernel.notified).toEqual([NOTIFY_INVAL_INODE.CODE]);
  });

  it('turns a fault of the file system into EIO, and says what it was', () => {
    const lines: string[] = [];
    const kernel = new Kernel({ trace: (line) => lines.push(line) });
    kernel.fs.lookup = () => {
      throw new TypeError('broken');
    };
    expect(kernel.lookup('x')).toBe(-5);
    expect(lines.join('\n')).toMatch(/LOOKUP: TypeError: broken/);
  });
});
