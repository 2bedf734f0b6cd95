/** What a copy-up keeps of an object and of its directory, with the layers on one file system and on two, as on Linux 6.18. */
import { S_IFCHR, S_IFIFO, type Stat } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';
import type { Entries } from '../layer-entries.ts';
import { bytes } from './acts.ts';
import { all, directory, file, type Row, type Step } from './row.ts';

/** Revision 2, effective: cap_net_bind_service. */
const CAPABILITIES = Uint8Array.of(1, 0, 0, 2, 0, 4, ...new Uint8Array(14));
const ACCESSED = 1_111_111_111_111_111_111n;
const MODIFIED = 1_222_222_222_222_222_222n;

/** All that is to survive; ctime, btime and blocks are the copy's own. */
const KEPT = ['ino', 'dev', 'mode', 'nlink', 'uid', 'gid', 'rdev', 'size', 'atime', 'mtime'] as const;

/** The attributes that an action changes, of the object and of the directory `d`. */
const changes =
  (path: string, act: (calls: SystemCalls) => void) =>
  (calls: SystemCalls): string => {
    const look = (): readonly Stat[] => [path, 'd'].map((at) => calls.stat(at, false));
    const before = look();
    act(calls);
    const after = look();
    const [object, parent] = before.map((was, at) => KEPT.filter((field) => was[field] !== after[at]?.[field]));
    return `${object?.join(' ')} | ${parent?.join(' ')}`;
  };

const dated =
  (...paths: readonly string[]): Step =>
  ({ base, root }) =>
    paths.forEach((path) => root.utimens(base + path, ACCESSED, MODIFIED, false));

/** `f` has everything that a file can have. */
const richFile: Step = (stage) => {
  const { base, root } = stage;
  stage.write(`${base}/l0/d/f`, 'r'.repeat(5000));
  root.setxattr(`${base}/l0/d/f`, 'user.a', bytes('1'));
  root.setxattr(`${base}/l0/d/f`, 'trusted.b', bytes('2'));
  root.chown(`${base}/l0/d/f`, 1000, 1001);
  root.chmod(`${base}/l0/d/f`, 0o6755);
  root.setxattr(`${base}/l0/d/f`, 'security.capability', CAPABILITIES);
};
const capabilities = `security.capability=${String.fromCharCode(...CAPABILITIES)}`;
const node =
  (path: string, mode: number, rdev: number): Step =>
  ({ base, root }) =>
    root.mknod(base + path, mode, rdev);
const inDirectory: Entries = { d: { s: {} } };
/** Merged it has one link; the size is that of its entries in the upper layer alone. */
const parentIsMerged = '| nlink size';

const kept: readonly Row[] = [
  {
    name: 'a file with owner, setuid and setgid, times, attributes and capabilities',
    lower: inDirectory,
    layers: all(richFile, dated('/l0/d/f', '/l0/d')),
    act: changes('d/f', (calls) => calls.setxattr('d/f', 'user.z', bytes('1'))),
    result: `ok: ${parentIsMerged}`,
    upper: `/d d 0755 {impure=y,origin}\n/d/f f[5000] 6755 1000:1001 {origin,${capabilities},trusted.b=2,user.a=1,user.z=1}`,
  },
  {
    name: 'a sticky directory in which something is made',
    lower: inDirectory,
    layers: all(
      directory('/l0/d/sticky', 0o1777, 7, 8),
      ({ base, root }) => root.setxattr(`${base}/l0/d/sticky`, 'user.d', bytes('v')),
      dated('/l0/d/sticky', '/l0/d'),
    ),
    act: changes('d/sticky', (calls) => calls.mkdir('d/sticky/n', 0o755)),
    result: `ok:nlink size mtime ${parentIsMerged}`,
    upper: '/d d 0755 {impure=y,origin}\n/d/sticky d 1777 7:8 {origin,user.d=v}\n/d/sticky/n d 0755',
  },
  {
    name: 'a symbolic link that gets other times',
    lower: inDirectory,
    layers: all(({ base, root }) => root.symlink('f', `${base}/l0/d/sl`), dated('/l0/d/sl', '/l0/d')),
    act: changes('d/sl', (calls) => calls.utimens('d/sl', 1n, 2n, false)),
    result: `ok:atime mtime ${parentIsMerged}`,
    upper: '/d d 0755 {impure=y,origin}\n/d/sl l->f {origin}',
  },
  {
    name: 'a device',
    lower: inDirectory,
    layers: all(node('/l0/d/chr', S_IFCHR | 0o644, 0x103), dated('/l0/d/chr', '/l0/d')),
    act: changes('d/chr', (calls) => calls.chmod('d/chr', 0o666)),
    result: `ok:mode ${parentIsMerged}`,
    upper: '/d d 0755 {impure=y,origin}\n/d/chr c(1:3) 0666 {origin}',
  },
  {
    name: 'a fifo',
    lower: inDirectory,
    layers: all(node('/l0/d/fifo', S_IFIFO | 0o644, 0), dated('/l0/d/fifo', '/l0/d')),
    act: changes('d/fifo', (calls) => calls.chmod('d/fifo', 0o666)),
    result: `ok:mode ${parentIsMerged}`,
    upper: '/d d 0755 {impure=y,origin}\n/d/fifo p 0666 {origin}',
  },
  {
    name: 'a file with a hole',
    lower: { d: {} },
    layers: all(
      file('/l0/sparse', 0o644),
      ({ base, root }) => root.truncate(`${base}/l0/sparse`, 8 << 20),
      dated('/l0/sparse'),
    ),
    act: changes('sparse', (calls) => calls.chmod('sparse', 0o600)),
    result: 'ok:mode | ',
    upper: '/sparse f[8388608] 0600 {origin}',
  },
];

const brokenLink = (ids: string): Row => ({
  name: 'one of two hard links',
  lower: { d: {}, hl1: 'hard' },
  layers: ({ base, root }) => root.link(`${base}/l0/hl1`, `${base}/l0/hl2`),
  act: (calls) => {
    const other = calls.stat('hl2');
    const answer = changes('hl1', () => calls.chmod('hl1', 0o600))(calls);
    const now = calls.stat('hl2');
    return `${answer}; the other ${now.ino === other.ino && now.nlink === 2 ? 'stays' : 'changes'}`;
  },
  result: `ok:${ids} mode nlink | ; the other stays`,
  upper: '/hl1 f"hard" 0600',
});

export const COPIED_METADATA_ROWS: readonly Row[] = [
  ...kept,
  brokenLink('ino'),
  ...[...kept, brokenLink('ino dev')].map((row) => ({
    ...row,
    name: `${row.name}, from another file system`,
    separate: true,
  })),
];
