import {
  ACL_ACCESS,
  ACL_DEFAULT,
  type Acl,
  aclGrants,
  createMemoryFileSystem,
  decodeAcl,
  encodeAcl,
  FsError,
  inherit,
  requireValidAcl,
  ROOT,
  S_IFDIR,
  userCaller,
} from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';

const NO_ID = 0xffffffff;
const TAGS: Readonly<Record<string, number>> = { u: 1, U: 2, g: 4, G: 8, m: 16, o: 32 };
/** `u6 U1000:7 g4 m6 o0`: capital letters name a user or group. */
const acl = (text: string): Acl =>
  text.split(' ').map((row) => {
    const [head = '', permissions] = row.includes(':') ? row.split(':') : [row, row.slice(1)];
    return {
      tag: TAGS[head.charAt(0)] ?? 0,
      permissions: Number(permissions),
      id: row.includes(':') ? Number(head.slice(1)) : NO_ID,
    };
  });
const codeOf = (run: () => unknown): string => {
  try {
    return run() === undefined ? 'nothing' : 'a value';
  } catch (error) {
    if (error instanceof FsError) return error.code;
    throw error;
  }
};
const memory = (): ReturnType<typeof createMemoryFileSystem> => createMemoryFileSystem({ clock: { now: () => 1n } });

describe('the value of an access control list', () => {
  it('is the bytes that setfacl writes', () => {
    const value = encodeAcl(acl('u6 U1000:6 g0 m6 o0'));
    expect(Buffer.from(value).toString('hex')).toBe(
      '0200000001000600ffffffff02000600e803000004000000ffffffff10000600ffffffff20000000ffffffff',
    );
    expect(decodeAcl(value)).toEqual(acl('u6 U1000:6 g0 m6 o0'));
  });

  it.each([
    ['no bytes', '', 'nothing'],
    ['only a header', '02000000', 'nothing'],
    ['half a header', '0200', 'EINVAL'],
    ['another version', '03000000', 'EOPNOTSUPP'],
    ['half a row', '0200000001000600', 'EINVAL'],
    ['an unknown row', '0200000040000600ffffffff', 'EINVAL'],
    ['a user without an id', '0200000002000600ffffffff', 'EINVAL'],
  ])('is read: %s', (_what, hex, expected) => {
    const value = Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(codeOf(() => decodeAcl(value))).toBe(expected);
  });

  it.each([
    ['u7 g5 o0', 'nothing'],
    ['u7 g5 m4 o0', 'nothing'],
    ['u7 U1:7 U1:6 g5 G2:1 m4 o0', 'nothing'],
    ['u7 U1:7 g5 o0', 'EINVAL'],
    ['u7 g5', 'EINVAL'],
    ['g5 u7 o0', 'EINVAL'],
    ['u7 G2:7 g5 m7 o0', 'EINVAL'],
    ['u8 g5 o0', 'EINVAL'],
    ['u7 g5 o0 o0', 'EINVAL'],
  ])('makes sense or not: %s', (text, expected) => {
    expect(codeOf(() => requireValidAcl(acl(text)))).toBe(expected);
  });
});

const masks = (text: string, ...who: Parameters<typeof userCaller>): string =>
  [1, 2, 4, 6, 7].filter((mask) => aclGrants(acl(text), 500, 600, mask, userCaller(...who))).join('');

describe('aclGrants', () => {
  it('asks the first row about the caller, users and groups within the mask', () => {
    expect(masks('u4 U1:7 g7 m1 o7', 500, 1)).toBe('4');
    expect(masks('u4 U1:7 g7 m6 o7', 1, 1)).toBe('246');
    expect(masks('u4 U1:0 g7 m7 o7', 1, 600)).toBe('');
    expect(masks('u4 g6 m4 o7', 1, 600)).toBe('4');
    expect(masks('u4 g0 m7 o6', 1, 1)).toBe('246');
  });

  it('takes the one group that grants everything, and none of several that grant a part', () => {
    expect(masks('u0 g4 G700:2 m7 o7', 1, 600, [700])).toBe('24');
    expect(masks('u0 g4 G700:6 m7 o7', 1, 600, [700])).toBe('246');
  });
});

describe('what a default list hands on', () => {
  it('is limited by the mode, not by the umask', () => {
    const defaults = acl('u7 U1:7 g5 m7 o5');
    expect(inherit(defaults, 0o640)).toEqual({ mode: 0o640, access: acl('u6 U1:7 g5 m4 o0'), defaults: undefined });
    expect(inherit(acl('u7 g5 o5'), S_IFDIR | 0o777)).toEqual({
      mode: S_IFDIR | 0o755,
      access: undefined,
      defaults: acl('u7 g5 o5'),
    });
    const fs = memory();
    fs.setxattr(fs.root, ACL_DEFAULT, encodeAcl(defaults), 0, ROOT);
    const dir = fs.mkdir(fs.root, 'd', 0o777, { ...ROOT, umask: 0o077 });
    expect(fs.getattr(dir).mode & 0o777).toBe(0o775);
    expect(decodeAcl(fs.getxattr(dir, ACL_DEFAULT) ?? new Uint8Array(0))).toEqual(defaults);
    expect(fs.listxattr(dir)).toEqual([ACL_ACCESS, ACL_DEFAULT]);
  });
});

describe('the list and the mode of a file', () => {
  it('follow each other', () => {
    const fs = memory();
    const file = fs.create(fs.root, 'f', 0o600, ROOT);
    fs.setxattr(file, ACL_ACCESS, encodeAcl(acl('u6 U1:6 g0 m4 o0')), 0, ROOT);
    expect(fs.getattr(file).mode & 0o777).toBe(0o640);
    expect(codeOf(() => fs.permission(file, 4, userCaller(1, 1)))).toBe('nothing');
    expect(codeOf(() => fs.permission(file, 2, userCaller(1, 1)))).toBe('EACCES');
    fs.setattr(file, { mode: 0o660 }, ROOT);
    expect(codeOf(() => fs.permission(file, 2, userCaller(1, 1)))).toBe('nothing');
    fs.setattr(file, { mode: 0o606 }, ROOT);
    expect(codeOf(() => fs.permission(file, 2, userCaller(1, 1)))).toBe('nothing');
    expect(decodeAcl(fs.getxattr(file, ACL_ACCESS) ?? new Uint8Array(0))).toEqual(acl('u6 U1:6 g0 m0 o6'));
    fs.setxattr(file, ACL_ACCESS, encodeAcl(acl('u7 g5 o1')), 0, ROOT);
    expect(fs.getxattr(file, ACL_ACCESS)).toBeUndefined();
    expect(fs.getattr(file).mode & 0o777).toBe(0o751);
  });

  it('may not be had by a link, nor a default list by a file', () => {
    const fs = memory();
    const link = fs.symlink(fs.root, 'l', 'x', ROOT);
    const file = fs.create(fs.root, 'f', 0o600, ROOT);
    const value = encodeAcl(acl('u7 g5 o1'));
    expect(codeOf(() => fs.setxattr(link, ACL_ACCESS, value, 0, ROOT))).toBe('EOPNOTSUPP');
    expect(codeOf(() => fs.setxattr(file, ACL_DEFAULT, value, 0, ROOT))).toBe('EACCES');
    expect(codeOf(() => fs.removexattr(file, ACL_ACCESS, ROOT))).toBe('nothing');
  });
});
