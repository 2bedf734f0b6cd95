/** Who may do what through the mount, and what lands in the upper layer, as Linux 6.18 answered for uid 1000. */
import { O_RDONLY, S_IFCHR } from '@layerscope/core/fs';
import { mark } from '../layer-entries.ts';
import { bytes, create, write } from './acts.ts';
import { all, directory, file, type Row } from './row.ts';

const USER = 1000;

export const PERMISSION_ROWS: readonly Row[] = [
  {
    name: 'write own file in a directory of root',
    layers: file('/l0/f', 0o644, USER),
    asUser: true,
    act: (calls) => write(calls, 'f'),
    result: 'ok',
    upper: '/f f"Xata" 0644 1000:1000 {origin}',
  },
  {
    name: 'write a file of root with 0666',
    layers: file('/l0/f', 0o666),
    asUser: true,
    act: (calls) => write(calls, 'f'),
    result: 'ok',
    upper: '/f f"Xata" 0666 {origin}',
  },
  {
    name: 'chmod own file',
    layers: file('/l0/f', 0o600, USER),
    asUser: true,
    act: (calls) => calls.chmod('f', 0o644),
    result: 'ok',
    upper: '/f f"data" 0644 1000:1000 {origin}',
  },
  {
    name: 'chmod g+s without being in the group drops the bit',
    layers: file('/l0/f', 0o755, USER, 7),
    asUser: true,
    act: (calls) => calls.chmod('f', 0o2755),
    result: 'ok',
    upper: '/f f"data" 0755 1000:7 {origin}',
  },
  {
    name: 'chown own file to another',
    layers: file('/l0/f', 0o644, USER),
    asUser: true,
    act: (calls) => calls.chown('f', 5, -1),
    result: 'EPERM',
  },
  {
    name: 'writing clears setuid and setgid',
    layers: file('/l0/f', 0o6777, 1001),
    asUser: true,
    act: (calls) => write(calls, 'f'),
    result: 'ok',
    upper: '/f f"Xata" 0777 1001:1001 {origin}',
  },
  {
    name: 'truncating clears setuid and setgid',
    layers: file('/l0/f', 0o6777, 1001),
    asUser: true,
    act: (calls) => calls.truncate('f', 1),
    result: 'ok',
    upper: '/f f"d" 0777 1001:1001 {origin}',
  },
  {
    name: 'chown by root clears setuid',
    layers: file('/l0/f', 0o6755, 1001),
    act: (calls) => calls.chown('f', 5, 5),
    result: 'ok',
    upper: '/f f"data" 0755 5:5 {origin}',
  },
  {
    name: 'writing by root keeps setuid',
    layers: file('/l0/f', 0o6755, 1001),
    act: (calls) => write(calls, 'f'),
    result: 'ok',
    upper: '/f f"Xata" 6755 1001:1001 {origin}',
  },
  {
    name: 'a new file belongs to its maker',
    layers: directory('/l0/d', 0o777),
    asUser: true,
    act: (calls) => create(calls, 'd/n', 0, 0o644),
    result: 'ok',
    upper: '/d d 0777 {origin}\n/d/n f"" 0644 1000:1000',
  },
  {
    name: 'a setgid directory hands its group on',
    layers: directory('/l0/d', 0o2777, 0, 50),
    asUser: true,
    act: (calls) => {
      create(calls, 'd/n', 0, 0o644);
      calls.mkdir('d/sub', 0o755);
    },
    result: 'ok',
    upper: '/d d 2777 0:50 {origin}\n/d/n f"" 0644 1000:50\n/d/sub d 2755 1000:50',
  },
  {
    name: 'a setgid directory hands its group on over a whiteout, too',
    layers: all(directory('/l0/d', 0o2777, 0, 50), file('/l0/d/n', 0o644, USER)),
    asUser: true,
    act: (calls) => {
      calls.unlink('d/n');
      calls.mkdir('d/n', 0o750);
    },
    result: 'ok',
    upper: '/d d 2777 0:50 {origin}\n/d/n d 2750 1000:50 {opaque=y}',
  },
  {
    name: "unlink another's file in a sticky directory",
    layers: all(directory('/l0/d', 0o1777), file('/l0/d/n', 0o644)),
    asUser: true,
    act: (calls) => calls.unlink('d/n'),
    result: 'EPERM',
  },
  {
    name: 'unlink own file in a sticky directory',
    layers: all(directory('/l0/d', 0o1777), file('/l0/d/n', 0o644, USER)),
    asUser: true,
    act: (calls) => calls.unlink('d/n'),
    result: 'ok',
    upper: '/d d 1777 {origin}\n/d/n WHITEOUT n2',
  },
  {
    name: "unlink root's file in own directory: the mounter makes the whiteout",
    layers: all(directory('/l0/d', 0o755, USER), file('/l0/d/n', 0o644)),
    asUser: true,
    act: (calls) => calls.unlink('d/n'),
    result: 'ok',
    upper: '/d d 0755 1000:1000 {origin}\n/d/n WHITEOUT n2',
  },
  {
    name: 'rename in own directory',
    layers: all(directory('/l0/d', 0o755, USER), file('/l0/d/n', 0o644)),
    asUser: true,
    act: (calls) => calls.rename('d/n', 'd/m'),
    result: 'ok',
    upper: '/d d 0755 1000:1000 {impure=y,origin}\n/d/m f"data" 0644 {origin}\n/d/n WHITEOUT',
  },
  {
    name: 'rename into a directory of root',
    layers: all(directory('/l0/d', 0o755, USER), file('/l0/d/n', 0o644, USER)),
    asUser: true,
    act: (calls) => calls.rename('d/n', 'n'),
    result: 'EACCES',
  },
  {
    name: 'read own file of mode 0',
    layers: file('/l0/f', 0, USER),
    asUser: true,
    act: (calls) => calls.open('f', O_RDONLY),
    result: 'EACCES',
  },
  {
    name: 'mkdir with a umask',
    layers: directory('/l0/d', 0o777),
    asUser: true,
    act: (calls) => calls.mkdir('d/n', 0o777),
    result: 'ok',
    upper: '/d d 0777 {origin}\n/d/n d 0755 1000:1000',
  },
  {
    name: 'set user attribute of own file',
    layers: file('/l0/f', 0o644, USER),
    asUser: true,
    act: (calls) => calls.setxattr('f', 'user.a', bytes('1')),
    result: 'ok',
    upper: '/f f"data" 0644 1000:1000 {origin,user.a=1}',
  },
  {
    name: 'set trusted attribute of own file',
    layers: file('/l0/f', 0o644, USER),
    asUser: true,
    act: (calls) => calls.setxattr('f', 'trusted.a', bytes('1')),
    result: 'EPERM',
  },
  {
    name: 'trusted attributes are hidden',
    layers: all(file('/l0/f', 0o644, USER), (stage) =>
      mark(stage, `${stage.base}/l0/f`, { 'trusted.a': '1', 'user.q': '1' }),
    ),
    asUser: true,
    act: (calls) => calls.listxattr('f').join(),
    result: 'ok:user.q',
  },
  {
    name: 'link own file',
    layers: all(directory('/l0/d', 0o777), file('/l0/f', 0o600, USER)),
    asUser: true,
    act: (calls) => calls.link('f', 'd/l'),
    result: 'ok',
    upper:
      '/d d 0777 {impure=y,origin}\n/d/l f"data" 0600 n2 1000:1000 {origin}\n/f f"data" 0600 n2 1000:1000 {origin}',
  },
  {
    name: 'root of the upper layer 0700',
    layers: all(file('/l0/f', 0o644), ({ base, root }) => root.chmod(`${base}/u`, 0o700)),
    asUser: true,
    act: (calls) => calls.stat('f'),
    result: 'EACCES',
  },
  {
    name: 'root of the upper layer 0755 over a lower one of 0777',
    layers: ({ base, root }) => root.chmod(`${base}/l0`, 0o777),
    asUser: true,
    act: (calls) => calls.mkdir('q', 0o755),
    result: 'EACCES',
  },
  {
    name: 'root of the upper layer 0777 over a lower one of 0755',
    layers: ({ base, root }) => root.chmod(`${base}/u`, 0o777),
    asUser: true,
    act: (calls) => calls.mkdir('q', 0o755),
    result: 'ok',
    upper: '/q d 0755 1000:1000',
  },
  {
    name: 'mknod of a device',
    layers: directory('/l0/d', 0o777),
    asUser: true,
    act: (calls) => calls.mknod('d/c', S_IFCHR | 0o644, 0x103),
    result: 'EPERM',
  },
];
