/** Who may do what through the mount, and what lands in the upper layer, as Linux 6.18 answered for uid 1000. */
import {
  ACL_ACCESS,
  ACL_DEFAULT,
  encodeAcl,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  S_IFCHR,
  userCaller,
} from '@layerscope/core/fs';
import type { Process } from '@layerscope/core/vfs';
import { describe, expect, it } from 'vitest';
import { describeTree, linesOf } from './describe-tree.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const USER = 1000;
const encoder = new TextEncoder();

interface Case {
  readonly name: string;
  readonly layers: (mount: SimulatedMount) => void;
  readonly act: (process: Process) => unknown;
  readonly asRoot?: boolean;
  readonly result: string;
  /** The upper layer below its root. */
  readonly upper?: string;
}

const file =
  (path: string, mode: number, uid = 0, gid = uid) =>
  (mount: SimulatedMount): void => {
    mount.write(path, 'data');
    mount.root.chown(path, uid, gid);
    mount.root.chmod(path, mode);
  };
const directory =
  (path: string, mode: number, uid = 0, gid = uid) =>
  ({ root }: SimulatedMount): void => {
    root.mkdir(path, 0o755);
    root.chown(path, uid, gid);
    root.chmod(path, mode);
  };
const all =
  (...steps: readonly ((mount: SimulatedMount) => void)[]) =>
  (mount: SimulatedMount): void =>
    steps.forEach((step) => step(mount));

const write = (process: Process): void => {
  const fd = process.open('f', O_WRONLY);
  process.write(fd, encoder.encode('X'));
  process.close(fd);
};
const create =
  (path: string) =>
  (process: Process): void =>
    process.close(process.open(path, O_WRONLY | O_CREAT, 0o644));

const CASES: readonly Case[] = [
  {
    name: 'write own file in a directory of root',
    layers: file('/l0/f', 0o644, USER),
    act: write,
    result: 'ok',
    upper: '/f f"Xata" 0644 1000:1000 {origin}',
  },
  {
    name: 'write a file of root with 0666',
    layers: file('/l0/f', 0o666),
    act: write,
    result: 'ok',
    upper: '/f f"Xata" 0666 {origin}',
  },
  {
    name: 'chmod own file',
    layers: file('/l0/f', 0o600, USER),
    act: (process) => process.chmod('f', 0o644),
    result: 'ok',
    upper: '/f f"data" 0644 1000:1000 {origin}',
  },
  {
    name: 'chmod g+s without being in the group drops the bit',
    layers: file('/l0/f', 0o755, USER, 7),
    act: (process) => process.chmod('f', 0o2755),
    result: 'ok',
    upper: '/f f"data" 0755 1000:7 {origin}',
  },
  {
    name: 'chown own file to another',
    layers: file('/l0/f', 0o644, USER),
    act: (process) => process.chown('f', 5, -1),
    result: 'EPERM',
  },
  {
    name: 'writing clears setuid and setgid',
    layers: file('/l0/f', 0o6777, 1001),
    act: write,
    result: 'ok',
    upper: '/f f"Xata" 0777 1001:1001 {origin}',
  },
  {
    name: 'truncating clears setuid and setgid',
    layers: file('/l0/f', 0o6777, 1001),
    act: (process) => process.truncate('f', 1),
    result: 'ok',
    upper: '/f f"d" 0777 1001:1001 {origin}',
  },
  {
    name: 'chown by root clears setuid',
    asRoot: true,
    layers: file('/l0/f', 0o6755, 1001),
    act: (process) => process.chown('f', 5, 5),
    result: 'ok',
    upper: '/f f"data" 0755 5:5 {origin}',
  },
  {
    name: 'writing by root keeps setuid',
    asRoot: true,
    layers: file('/l0/f', 0o6755, 1001),
    act: write,
    result: 'ok',
    upper: '/f f"Xata" 6755 1001:1001 {origin}',
  },
  {
    name: 'a new file belongs to its maker',
    layers: directory('/l0/d', 0o777),
    act: create('d/n'),
    result: 'ok',
    upper: '/d d 0777 {origin}\n/d/n f"" 0644 1000:1000',
  },
  {
    name: 'a setgid directory hands its group on',
    layers: directory('/l0/d', 0o2777, 0, 50),
    act: (process) => {
      create('d/n')(process);
      process.mkdir('d/sub', 0o755);
    },
    result: 'ok',
    upper: '/d d 2777 0:50 {origin}\n/d/n f"" 0644 1000:50\n/d/sub d 2755 1000:50',
  },
  {
    name: 'a setgid directory hands its group on over a whiteout, too',
    layers: all(directory('/l0/d', 0o2777, 0, 50), file('/l0/d/n', 0o644, USER)),
    act: (process) => {
      process.unlink('d/n');
      process.mkdir('d/n', 0o750);
    },
    result: 'ok',
    upper: '/d d 2777 0:50 {origin}\n/d/n d 2750 1000:50 {opaque=y}',
  },
  {
    name: "unlink another's file in a sticky directory",
    layers: all(directory('/l0/d', 0o1777), file('/l0/d/n', 0o644)),
    act: (process) => process.unlink('d/n'),
    result: 'EPERM',
  },
  {
    name: 'unlink own file in a sticky directory',
    layers: all(directory('/l0/d', 0o1777), file('/l0/d/n', 0o644, USER)),
    act: (process) => process.unlink('d/n'),
    result: 'ok',
    upper: '/d d 1777 {origin}\n/d/n WHITEOUT n2',
  },
  {
    name: "unlink root's file in own directory: the mounter makes the whiteout",
    layers: all(directory('/l0/d', 0o755, USER), file('/l0/d/n', 0o644)),
    act: (process) => process.unlink('d/n'),
    result: 'ok',
    upper: '/d d 0755 1000:1000 {origin}\n/d/n WHITEOUT n2',
  },
  {
    name: 'rename in own directory',
    layers: all(directory('/l0/d', 0o755, USER), file('/l0/d/n', 0o644)),
    act: (process) => process.rename('d/n', 'd/m'),
    result: 'ok',
    upper: '/d d 0755 1000:1000 {impure=y,origin}\n/d/m f"data" 0644 {origin}\n/d/n WHITEOUT',
  },
  {
    name: 'rename into a directory of root',
    layers: all(directory('/l0/d', 0o755, USER), file('/l0/d/n', 0o644, USER)),
    act: (process) => process.rename('d/n', 'n'),
    result: 'EACCES',
  },
  {
    name: 'read own file of mode 0',
    layers: file('/l0/f', 0, USER),
    act: (process) => process.open('f', O_RDONLY),
    result: 'EACCES',
  },
  {
    name: 'mkdir with a umask',
    layers: directory('/l0/d', 0o777),
    act: (process) => process.mkdir('d/n', 0o777),
    result: 'ok',
    upper: '/d d 0777 {origin}\n/d/n d 0755 1000:1000',
  },
  {
    name: 'set user attribute of own file',
    layers: file('/l0/f', 0o644, USER),
    act: (process) => process.setxattr('f', 'user.a', encoder.encode('1')),
    result: 'ok',
    upper: '/f f"data" 0644 1000:1000 {origin,user.a=1}',
  },
  {
    name: 'set trusted attribute of own file',
    layers: file('/l0/f', 0o644, USER),
    act: (process) => process.setxattr('f', 'trusted.a', encoder.encode('1')),
    result: 'EPERM',
  },
  {
    name: 'trusted attributes are hidden',
    layers: all(
      file('/l0/f', 0o644, USER),
      (mount) => (mount.xattr('/l0/f', 'trusted.a', '1'), mount.xattr('/l0/f', 'user.q', '1')),
    ),
    act: (process) => process.listxattr('f').join(),
    result: 'ok:user.q',
  },
  {
    name: 'link own file',
    layers: all(directory('/l0/d', 0o777), file('/l0/f', 0o600, USER)),
    act: (process) => process.link('f', 'd/l'),
    result: 'ok',
    upper:
      '/d d 0777 {impure=y,origin}\n/d/l f"data" 0600 1000:1000 n2 {origin}\n/f f"data" 0600 1000:1000 n2 {origin}',
  },
  {
    name: 'root of the upper layer 0700',
    layers: all(file('/l0/f', 0o644), ({ root }) => root.chmod('/u', 0o700)),
    act: (process) => process.stat('f'),
    result: 'EACCES',
  },
  {
    name: 'root of the upper layer 0755 over a lower one of 0777',
    layers: ({ root }) => root.chmod('/l0', 0o777),
    act: (process) => process.mkdir('q', 0o755),
    result: 'EACCES',
  },
  {
    name: 'root of the upper layer 0777 over a lower one of 0755',
    layers: ({ root }) => root.chmod('/u', 0o777),
    act: (process) => process.mkdir('q', 0o755),
    result: 'ok',
    upper: '/q d 0755 1000:1000',
  },
  {
    name: 'mknod of a device',
    layers: directory('/l0/d', 0o777),
    act: (process) => process.mknod('d/c', S_IFCHR | 0o644, 0x103),
    result: 'EPERM',
  },
];

/** `user::rw-,user:1000:…,mask::…,…`: the beginning of the value is what Linux's answer was written down with. */
const list = (text: string): Uint8Array =>
  encodeAcl(
    text.split(' ').map((row) => {
      const [tag = 0, permissions = 0, id = 0xffffffff] = row.split(':').map(Number);
      return { tag, permissions, id };
    }),
  );
const USER_LIST = '1:6 2:6:1000 4:0 16:7 32:0';
const withList =
  (path: string, name: string, text: string) =>
  ({ root }: SimulatedMount): void =>
    root.setxattr(path, name, list(text));
const listsOf = (process: Process, path: string): string =>
  [ACL_ACCESS, ACL_DEFAULT]
    .map((name) => outcome(() => Buffer.from(process.getxattr(path, name)).toString('hex').slice(0, 40)))
    .join();
const START = '0200000001000600ffffffff02000600e8030000';

const ACL_CASES: readonly (Case & { readonly lists: readonly string[] })[] = [
  {
    name: 'a list lets a user write a file of root',
    layers: all(file('/l0/f', 0o600), withList('/l0/f', ACL_ACCESS, USER_LIST)),
    act: write,
    result: 'ok',
    upper: '/f f"Xata" 0670 {origin,acl}',
    lists: [`/u/f ok:${START},ENODATA`],
  },
  {
    name: 'a list that lets a user read does not let him write',
    layers: all(file('/l0/f', 0o600), withList('/l0/f', ACL_ACCESS, '1:6 2:4:1000 4:0 16:7 32:0')),
    act: write,
    result: 'EACCES',
    lists: [],
  },
  {
    name: 'a default list of a lower directory',
    layers: all(directory('/l0/d', 0o777), withList('/l0/d', ACL_DEFAULT, USER_LIST)),
    act: (process) => {
      process.close(process.open('d/n', O_WRONLY | O_CREAT, 0o666));
      process.mkdir('d/s', 0o777);
    },
    result: 'ok',
    upper: '/d d 0777 {origin,acl}\n/d/n f"" 0660 1000:1000 {acl}\n/d/s d 0670 1000:1000 {acl}',
    lists: [`/u/d ENODATA,ok:${START}`, `/u/d/n ok:${START},ENODATA`, `/u/d/s ok:${START},ok:${START}`],
  },
  {
    name: 'a default list and a whiteout',
    layers: all(
      directory('/l0/d', 0o777),
      withList('/l0/d', ACL_DEFAULT, USER_LIST),
      file('/l0/d/n', 0o644),
      directory('/l0/d/s', 0o755),
    ),
    act: (process) => {
      process.unlink('d/n');
      process.rmdir('d/s');
      process.close(process.open('d/n', O_WRONLY | O_CREAT, 0o666));
      process.mkdir('d/s', 0o777);
    },
    result: 'ok',
    upper: '/d d 0777 {origin,acl}\n/d/n f"" 0660 1000:1000 {acl}\n/d/s d 0670 1000:1000 {opaque=y,acl}',
    lists: [`/u/d ENODATA,ok:${START}`, `/u/d/n ok:${START},ENODATA`, `/u/d/s ok:${START},ok:${START}`],
  },
];

/** One word for all lists: their values are compared by themselves. */
const withoutLists = (text: string): string =>
  text
    .replaceAll(/,?system\.posix_acl_\w+=[^,}]*/g, '|')
    .replaceAll(/\|+/g, ',acl')
    .replaceAll('{,', '{');

describe('access control lists, as uid 1000', () => {
  it.each(ACL_CASES)('$name: $result', ({ layers, act, result, upper = '', lists }) => {
    const mount = new SimulatedMount();
    layers(mount);
    mount.mount();
    const process = mount.as(userCaller(USER, USER));
    const got = outcome(() => {
      process.chdir('/m');
      return act(process);
    });
    const left = linesOf(describeTree(mount.root, '/u'), (path) => path !== '/');
    expect({ got, left: withoutLists(left) }).toEqual({ got: result, left: normal(upper) });
    expect(lists.map((line) => `${line.split(' ')[0]} ${listsOf(mount.root, line.split(' ')[0] ?? '')}`)).toEqual(
      lists,
    );
  });

  it('are not handed on to what is put together in the work directory', () => {
    const mount = new SimulatedMount();
    file('/l0/f', 0o640)(mount);
    withList('/w', ACL_DEFAULT, USER_LIST)(mount);
    mount.mount();
    mount.root.chmod('/m/f', 0o644);
    mount.root.mkdir('/m/d', 0o755);
    expect(listsOf(mount.root, '/w/work')).toBe('ENODATA,ENODATA');
    expect(listsOf(mount.root, '/u/f')).toBe('ENODATA,ENODATA');
    expect(mount.root.stat('/w/work').mode & 0o7777).toBe(0);
  });

  it('cost the setgid bit when someone of another group changes them', () => {
    const mount = new SimulatedMount();
    file('/l0/f', 0o2755, USER, 7)(mount);
    mount.mount();
    mount.as(userCaller(USER, USER)).setxattr('/m/f', ACL_ACCESS, list(USER_LIST));
    expect(mount.root.stat('/u/f').mode & 0o7777).toBe(0o670);
  });
});

/** Link counts stand before owners here, as `describeTree` writes them. */
const normal = (text: string): string => text.replace(/ (\d+:\d+) (n\d)/g, ' $2 $1');

describe('as uid 1000', () => {
  it.each(CASES)('$name: $result', ({ layers, act, asRoot, result, upper = '' }) => {
    const mount = new SimulatedMount();
    layers(mount);
    mount.mount();
    const process = asRoot === true ? mount.root : mount.as(userCaller(USER, USER));
    const got = outcome(() => {
      process.chdir('/m');
      return act(process);
    });
    const left = linesOf(describeTree(mount.root, '/u'), (path) => path !== '/');
    expect({ got, left }).toEqual({ got: result, left: normal(upper) });
  });

  it('lets the mounter, not the caller, reach the layers', () => {
    const mount = new SimulatedMount();
    file('/l0/f', 0o644)(mount);
    for (const dir of ['/l0', '/u', '/w']) mount.root.chown(dir, 5, 5);
    mount.mount();
    const process = mount.as(userCaller(5, 5));
    process.chdir('/m');
    process.unlink('f');
    expect(mount.root.stat('/u/f', false)).toMatchObject({ uid: 0, rdev: 0, nlink: 2 });
    process.close(process.open('f', O_RDWR | O_CREAT, 0o600));
    expect(mount.root.stat('/u/f')).toMatchObject({ uid: 5, gid: 5 });
  });
});
