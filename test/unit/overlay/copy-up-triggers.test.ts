/** What copies a lower file up and what does not: each row's result and upper layer as Linux 6.18 left it. */
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  S_IFSOCK,
  userCaller,
  XATTR_CREATE,
  XATTR_REPLACE,
} from '@layerscope/core/fs';
import type { Process } from '@layerscope/core/vfs';
import { describe, expect, it } from 'vitest';
import { describeTree } from './describe-tree.ts';
import recorded from './golden/copy-up-triggers.json' with { type: 'json' };
import { outcome, SimulatedMount } from './simulated-mount.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const bytes = (text: string): Uint8Array => encoder.encode(text);

const layers = (): SimulatedMount => {
  const mount = new SimulatedMount();
  const { root } = mount;
  root.mkdir('/l0/d', 0o755);
  mount.write('/l0/d/a', 'lower-a\n');
  mount.xattr('/l0/d/a', 'user.foo', 'bar');
  mount.xattr('/l0/d/a', 'trusted.t', '1');
  mount.write('/l0/d/b', 'lower-b\n');
  root.symlink('a', '/l0/d/sl');
  root.mknod('/l0/d/fifo', S_IFIFO | 0o644, 0);
  root.mknod('/l0/d/sock', S_IFSOCK | 0o644, 0);
  root.mknod('/l0/d/chr', S_IFCHR | 0o644, 0x103);
  root.mkdir('/l0/d/e', 0o755);
  root.mkdir('/l0/d/sub', 0o755);
  mount.write('/l0/d/sub/x', 'x');
  mount.write('/l0/secret', 's', 0o600);
  mount.write('/l0/hl1', 'hard');
  root.link('/l0/hl1', '/l0/hl2');
  mount.mount();
  root.chdir('/m');
  return mount;
};

const open =
  (path: string, flags: number, then: (process: Process, fd: number) => unknown = () => undefined) =>
  (process: Process): unknown => {
    const fd = process.open(path, flags, 0o644);
    try {
      return then(process, fd);
    } finally {
      process.close(fd);
    }
  };

const read = (process: Process, fd: number): string => {
  const into = new Uint8Array(64);
  return decoder.decode(into.slice(0, process.read(fd, into))).trimEnd();
};

type Operation = (process: Process) => unknown;

/** The operation that each recorded row did. Rows of fifos and devices that a kernel serves by itself are left out. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'stat/lstat/statx': (process) => void [process.stat('d/a'), process.stat('d/a', false)],
  'access F/R/W/X_OK (root)': (process) =>
    [0, 4, 2, 1]
      .slice(1)
      .map((mask) => (outcome(() => process.access('d/a', mask)) === 'ok' ? 'True' : 'False'))
      .join(''),
  'open O_RDONLY + read': open('d/a', O_RDONLY, read),
  'open O_PATH': open('d/a', O_PATH),
  'open O_WRONLY (no write)': open('d/a', O_WRONLY),
  'open O_RDWR (no write)': open('d/a', O_RDWR),
  'open O_WRONLY|O_TRUNC': open('d/a', O_WRONLY | O_TRUNC),
  'open O_RDONLY|O_TRUNC': open('d/a', O_RDONLY | O_TRUNC),
  'open O_WRONLY|O_APPEND': open('d/a', O_WRONLY | O_APPEND),
  'open O_RDONLY|O_APPEND': open('d/a', O_RDONLY | O_APPEND),
  'open O_RDONLY|O_CREAT existing': open('d/a', O_RDONLY | O_CREAT),
  'open O_WRONLY|O_CREAT existing': open('d/a', O_WRONLY | O_CREAT),
  'open O_CREAT|O_EXCL existing': open('d/a', O_WRONLY | O_CREAT | O_EXCL),
  'open O_ACCMODE (3)': open('d/a', 3),
  'open O_RDONLY|O_DIRECTORY on file': open('d/a', O_RDONLY | O_DIRECTORY),
  'open dir O_RDONLY + readdir': open('d', O_RDONLY | O_DIRECTORY, (process, fd) => void process.getdents(fd)),
  'open dir O_WRONLY': open('d', O_WRONLY),
  'open dir O_RDONLY|O_CREAT': open('d', O_RDONLY | O_CREAT),
  'open socket O_RDWR': open('d/sock', O_RDWR | O_NONBLOCK),
  'open O_WRONLY via symlink sl->a': open('d/sl', O_WRONLY),
  'open O_WRONLY|O_NOFOLLOW symlink': open('d/sl', O_WRONLY | O_NOFOLLOW),
  'write 1 byte': open('d/a', O_WRONLY, (process, fd) => void process.write(fd, bytes('X'))),
  'truncate same size(8)': (process) => process.truncate('d/a', 8),
  'truncate 0': (process) => process.truncate('d/a', 0),
  'truncate 100 (extend)': (process) => process.truncate('d/a', 100),
  'truncate dir': (process) => process.truncate('d', 0),
  'ftruncate on RDONLY fd': open('d/a', O_RDONLY, (process, fd) => process.ftruncate(fd, 1)),
  'chmod same mode': (process) => process.chmod('d/a', 0o644),
  'chmod 600': (process) => process.chmod('d/a', 0o600),
  'fchmod on O_RDONLY fd': open('d/a', O_RDONLY, (process, fd) => process.fchmod(fd, 0o600)),
  'chmod dir': (process) => process.chmod('d', 0o700),
  'chmod via symlink (follows)': (process) => process.chmod('d/sl', 0o600),
  'chown(-1,-1)': (process) => process.chown('d/a', -1, -1),
  'chown same uid/gid': (process) => process.chown('d/a', 0, 0),
  'chown 5:6': (process) => process.chown('d/a', 5, 6),
  'lchown symlink': (process) => process.chown('d/sl', 5, 6, false),
  'chown fifo': (process) => process.chown('d/fifo', 5, 6),
  'chmod socket': (process) => process.chmod('d/sock', 0o600),
  'chmod chr dev': (process) => process.chmod('d/chr', 0o600),
  'utimensat NULL (now)': (process) => process.utimens('d/a', 'now', 'now'),
  'utimensat OMIT,OMIT': (process) => process.utimens('d/a', 'omit', 'omit'),
  'utimensat NOW,OMIT': (process) => process.utimens('d/a', 'now', 'omit'),
  'utimensat explicit': (process) => process.utimens('d/a', 1n, 2n),
  'utimensat symlink NOFOLLOW': (process) => process.utimens('d/sl', 1n, 2n, false),
  'utimensat dir': (process) => process.utimens('d', 1n, 2n),
  'getxattr/listxattr': (process) =>
    `[${process
      .listxattr('d/a')
      .toSorted()
      .map((name) => `'${name}'`)
      .join(', ')}]`,
  'setxattr user': (process) => process.setxattr('d/a', 'user.new', bytes('1')),
  'setxattr XATTR_CREATE existing': (process) => process.setxattr('d/a', 'user.foo', bytes('1'), XATTR_CREATE),
  'setxattr XATTR_REPLACE missing': (process) => process.setxattr('d/a', 'user.no', bytes('1'), XATTR_REPLACE),
  'setxattr trusted.overlay.foo': (process) => process.setxattr('d/a', 'trusted.overlay.foo', bytes('1')),
  'getxattr trusted.overlay.origin': (process) => void process.getxattr('d/a', 'trusted.overlay.origin'),
  'setxattr bad namespace foo.bar': (process) => process.setxattr('d/a', 'foo.bar', bytes('1')),
  'setxattr user on symlink': (process) => process.setxattr('d/sl', 'user.x', bytes('1'), 0, false),
  'setxattr user on fifo': (process) => process.setxattr('d/fifo', 'user.x', bytes('1')),
  'setxattr trusted on symlink': (process) => process.setxattr('d/sl', 'trusted.x', bytes('1'), 0, false),
  'removexattr existing': (process) => process.removexattr('d/a', 'user.foo'),
  'removexattr missing': (process) => process.removexattr('d/a', 'user.no'),
  'removexattr missing trusted.overlay.x': (process) => process.removexattr('d/a', 'trusted.overlay.x'),
  'link a -> new': (process) => process.link('d/a', 'd/new'),
  'link a -> existing b': (process) => process.link('d/a', 'd/b'),
  'link symlink (no follow)': (process) => process.link('d/sl', 'd/new'),
  'link dir': (process) => process.link('d/e', 'd/new'),
  'rename a -> new': (process) => process.rename('d/a', 'd/new'),
  'rename a -> b (existing)': (process) => process.rename('d/a', 'd/b'),
  'rename a -> a (same)': (process) => process.rename('d/a', 'd/a'),
  'rename hl1 -> hl2 (lower hardlinks)': (process) => process.rename('hl1', 'hl2'),
  'rename NOREPLACE onto existing': (process) => process.rename('d/a', 'd/b', RENAME_NOREPLACE),
  'rename WHITEOUT flag': (process) => process.rename('d/a', 'd/new', RENAME_WHITEOUT),
  'rename EXCHANGE a<->b': (process) => process.rename('d/a', 'd/b', RENAME_EXCHANGE),
  'rename EXCHANGE file<->dir': (process) => process.rename('d/a', 'd/e', RENAME_EXCHANGE),
  'rename dir (lower)': (process) => process.rename('d/sub', 'd/new'),
  'rename lower dir onto empty lower dir': (process) => process.rename('d/sub', 'd/e'),
  'rename file onto dir': (process) => process.rename('d/a', 'd/e'),
  'rename dir onto file': (process) => process.rename('d/e', 'd/a'),
  'rename dir into own subdir': (process) => process.rename('d', 'd/sub/new'),
  unlink: (process) => process.unlink('d/a'),
  'unlink dir': (process) => process.unlink('d/e'),
  'rmdir empty lower': (process) => process.rmdir('d/e'),
  'rmdir non-empty lower': (process) => process.rmdir('d/sub'),
  'rmdir file': (process) => process.rmdir('d/a'),
  'mkdir new in lower dir': (process) => process.mkdir('d/nd', 0o755),
  'mkdir existing': (process) => process.mkdir('d/e', 0o755),
  'creat new in nested lower dir': open('d/sub/new', O_WRONLY | O_CREAT),
  'symlink new': (process) => process.symlink('t', 'd/ns'),
  'symlink existing': (process) => process.symlink('t', 'd/a'),
  'mknod fifo': (process) => process.mknod('d/nf', S_IFIFO | 0o644, 0),
  'mknod chr 0:0': (process) => process.mknod('d/wh', S_IFCHR, 0),
  'mknod blk 0:0': (process) => process.mknod('d/bb', S_IFBLK | 0o600, 0),
  'mknod chr 0:0 existing name': (process) => process.mknod('d/a', S_IFCHR, 0),
  'bind AF_UNIX': (process) => process.mknod('d/us', S_IFSOCK | 0o755, 0),
  'O_TMPFILE in lower dir': open('d', O_TMPFILE | O_RDWR),
  'fallocate on RDWR fd': open('d/a', O_RDWR, (process, fd) => process.fallocate(fd, 0, 0, 4096)),
  'fsync on RDONLY fd': open('d/a', O_RDONLY, (process, fd) => process.fsync(fd)),
  'fsync dir': open('d', O_RDONLY, (process, fd) => process.fsync(fd)),
  readlink: (process) => process.readlink('d/sl'),
  statfs: (process) => void process.statfs('d'),
  chdir: (process) => process.chdir('d'),
};

const AS_USER: Readonly<Record<string, Operation>> = {
  '[uid1000] open O_WRONLY on root 0644': open('d/a', O_WRONLY),
  '[uid1000] chmod root file': (process) => process.chmod('d/a', 0o600),
  '[uid1000] utimensat NULL on root 0644 file': (process) => process.utimens('d/a', 'now', 'now'),
  '[uid1000] truncate': (process) => process.truncate('d/a', 0),
  '[uid1000] open RDONLY 0600 file': open('secret', O_RDONLY),
  '[uid1000] setxattr user on root file': (process) => process.setxattr('d/a', 'user.x', bytes('1')),
  '[uid1000] unlink in root 0755 dir': (process) => process.unlink('d/a'),
  '[uid1000] mkdir in root 0755 dir': (process) => process.mkdir('d/n', 0o755),
  '[uid1000] link root file (protected_hardlinks=1)': (process) => process.link('d/a', 'd/n'),
};

const UNTOUCHED = '/: d 0755 {uuid[16]}';
const upperOf = (mount: SimulatedMount): string =>
  [...describeTree(mount.root, '/u', { lengths: true })].map(([path, line]) => `${path}: ${line}`).join(' ; ');

const rows = recorded as unknown as readonly (readonly [name: string, result: string, upper: string])[];
const notSimulated = /^open (fifo|chr)/;

describe('copy-up triggers', () => {
  it.each(rows.filter(([name]) => !notSimulated.test(name)))('%s', (name, result, upper) => {
    const mount = layers();
    const asUser = AS_USER[name];
    const operation = asUser ?? OPERATIONS[name];
    if (operation === undefined) throw new Error(`no operation for the row '${name}'`);
    const process = asUser === undefined ? mount.root : mount.as(userCaller(1000, 1000));
    process.chdir('/m');
    const expected = asUser === undefined ? result : result.replace('ok:', '');
    const got = outcome(() => operation(process));
    expect(got).toBe(expected);
    expect(upperOf(mount)).toBe(upper === '—' ? UNTOUCHED : upper);
  });

  it('every copy-up is told with its reason', () => {
    const mount = layers();
    mount.root.chmod('/m/d/a', 0o600);
    expect(mount.events.filter(({ type }) => type === 'copy-up')).toMatchObject([
      { path: '/d', call: 'chmod', rule: 'parent-of-change', bytes: 0 },
      { path: '/d/a', call: 'chmod', rule: 'attribute-change', bytes: 8, shared: true },
    ]);
  });
});
