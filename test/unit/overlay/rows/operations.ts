/** Single operations and what they leave in the upper layer, as Linux 6.18 answered: names, links, marks, descriptors. */
import { O_NOFOLLOW, O_RDONLY, O_WRONLY } from '@layerscope/core/fs';
import { symlink } from '../layer-entries.ts';
import { outcome } from '../simulated-mount.ts';
import type { Stage } from '../stage.ts';
import { create, links, opened, read, write } from './acts.ts';
import type { Row } from './row.ts';

/** Revision 2, effective: cap_net_bind_service. */
const CAPABILITIES = Uint8Array.of(1, 0, 0, 2, 0, 4, ...new Uint8Array(14));
const KEEP_SIZE_AND_PUNCH = 3;
const twoNames = ({ base, root }: Stage): void => root.link(`${base}/l0/h1`, `${base}/l0/h2`);
const overlayName = (letters: number): string => `trusted.overlay.${'a'.repeat(letters)}`;
const EMPTY_4 = String.raw`"\u0000\u0000\u0000\u0000"`;
const EMPTY_6 = String.raw`"\u0000\u0000\u0000\u0000\u0000\u0000"`;

export const OPERATION_ROWS: readonly Row[] = [
  {
    name: 'open with O_CREAT through a dangling symlink',
    lower: { d: {}, link: symlink('d/new') },
    act: (calls) => create(calls, 'link'),
    result: 'ok',
    upper: '/d d 0755 {origin}\n/d/new f"" 0755',
  },
  {
    name: 'open with O_CREAT and O_NOFOLLOW of a symlink',
    lower: { d: {}, link: symlink('d/new') },
    act: (calls) => create(calls, 'link', O_NOFOLLOW),
    result: 'ELOOP',
  },
  {
    name: 'mkdir, create, rmdir with a slash at the end',
    act: (calls) =>
      [() => calls.mkdir('x/', 0o755), () => create(calls, 'y/'), () => calls.rmdir('x/')].map(outcome).join(),
    result: 'ok:ok,EISDIR,ok',
  },
  {
    name: 'rename onto . and ..',
    lower: { d: {} },
    act: (calls) => ['.', '..'].map((to) => outcome(() => calls.rename('d', to))).join(),
    result: 'ok:EBUSY,EBUSY',
  },
  {
    name: 'rename a lower directory over the one it is in, and into itself',
    lower: { d: { e: { f: {} } } },
    act: (calls) =>
      [() => calls.rename('d/e', 'd'), () => calls.rename('d', 'd/e/g'), () => calls.rename('d', 'd/e/f')]
        .map(outcome)
        .join(),
    result: 'ok:ENOTEMPTY,EINVAL,EINVAL',
  },
  {
    name: 'rmdir and rename of the root',
    act: (calls, { base }) =>
      [() => calls.rmdir(`${base}/m`), () => calls.rename(`${base}/m`, `${base}/x`)].map(outcome).join(),
    result: 'ok:EBUSY,EBUSY',
  },
  {
    name: 'create a name of 256 bytes',
    act: (calls) => create(calls, 'n'.repeat(256)),
    result: 'ENAMETOOLONG',
  },
  {
    name: 'link count of an upper, a lower and a merged directory',
    lower: { l: { s: {}, t: {} } },
    act: (calls) => {
      for (const dir of ['u', 'u/x', 'u/y']) calls.mkdir(dir, 0o755);
      const before = links(calls, 'u', 'l');
      calls.chmod('l', 0o700);
      return [...before, ...links(calls, 'l')].join();
    },
    result: 'ok:4,4,1',
    upper: '/l d 0700 {origin}\n/u d 0755\n/u/x d 0755\n/u/y d 0755',
  },
  {
    name: 'link count of an opaque directory',
    lower: { l: {} },
    act: (calls) => {
      calls.rmdir('l');
      calls.mkdir('l', 0o755);
      calls.mkdir('l/s', 0o755);
      return links(calls, 'l').join();
    },
    result: 'ok:3',
    upper: '/l d 0755 {opaque=y}\n/l/s d 0755',
  },
  {
    name: 'rename a lower file over a hard link',
    lower: { f: '1', g: '2' },
    act: (calls) => {
      calls.link('f', 'h');
      calls.rename('g', 'h');
      return `${links(calls, 'f').join()} ${read(calls, 'h')}`;
    },
    result: 'ok:1 2',
    upper: '/f f"1" 0644 {origin}\n/g WHITEOUT\n/h f"2" 0644 {origin}',
  },
  {
    name: 'unlink the first name of what was linked',
    lower: { f: '1' },
    act: (calls) => {
      calls.link('f', 'h');
      const { ino } = calls.stat('f');
      calls.unlink('f');
      return `${links(calls, 'h').join()} ${calls.stat('h').ino === ino}`;
    },
    result: 'ok:1 true',
    upper: '/f WHITEOUT n2\n/h f"1" 0644 {origin}',
  },
  {
    name: 'two names of a copied-up file are one inode',
    lower: { f: '1' },
    act: (calls) => {
      calls.link('f', 'h');
      return String(calls.stat('f').ino === calls.stat('h').ino);
    },
    result: 'ok:true',
    upper: '/f f"1" 0644 n2 {origin}\n/h f"1" 0644 n2 {origin}',
  },
  {
    name: 'punch a hole into a lower file',
    lower: { f: 'x'.repeat(8192) },
    act: (calls) => {
      opened(calls, 'f', O_WRONLY, (fd) => calls.fallocate(fd, KEEP_SIZE_AND_PUNCH, 0, 4096));
      return `${calls.stat('f').size} ${read(calls, 'f') === '\0'.repeat(64)}`;
    },
    result: 'ok:8192 true',
    upper: '/f f[8192] 0644 {origin}',
  },
  {
    name: 'SEEK_DATA in a lower file',
    lower: { f: 'abcdef' },
    act: (calls) => opened(calls, 'f', O_RDONLY, (fd) => calls.lseek(fd, 0, 'data')),
    result: 'ok:0',
  },
  {
    name: "a mark of overlayfs's own is escaped",
    lower: { f: '' },
    act: (calls) => {
      calls.setxattr('f', 'trusted.overlay.whiteout', new Uint8Array());
      return calls.listxattr('f').join();
    },
    result: 'ok:trusted.overlay.whiteout',
    upper: '/f f"" 0644 {origin,overlay.whiteout=}',
  },
  {
    name: 'a mark whose escaped name just fits',
    lower: { f: '' },
    act: (calls) => calls.setxattr('f', overlayName(231), new Uint8Array()),
    result: 'ok',
    upper: `/f f"" 0644 {origin,overlay.${'a'.repeat(231)}=}`,
  },
  {
    name: 'a mark whose escaped name is too long',
    lower: { f: '' },
    act: (calls) => calls.setxattr('f', overlayName(232), new Uint8Array()),
    result: 'EOPNOTSUPP',
  },
  {
    name: 'create in a lower directory that is the cwd',
    lower: { d: { a: '' } },
    act: (calls) => {
      calls.chdir('d');
      create(calls, 'new');
      return opened(calls, '.', O_RDONLY, (fd) => calls.getdents(fd))
        .map(({ name }) => name)
        .toSorted()
        .join();
    },
    result: 'ok:.,..,a,new',
    upper: '/d d 0755 {origin}\n/d/new f"" 0755',
  },
  {
    name: 'write to a file with capabilities takes them',
    lower: { f: 'data' },
    layers: ({ base, root }) => {
      root.chmod(`${base}/l0/f`, 0o666);
      root.setxattr(`${base}/l0/f`, 'security.capability', CAPABILITIES);
    },
    act: (calls) => write(calls, 'f'),
    asUser: true,
    result: 'ok',
    upper: '/f f"Xata" 0666 {origin}',
  },
  {
    name: 'times of own file in a directory of root',
    lower: { f: 'data' },
    layers: ({ base, root }) => root.chown(`${base}/l0/f`, 1000, 1000),
    act: (calls) => calls.utimens('f', 5n, 6n),
    asUser: true,
    result: 'ok',
    upper: '/f f"data" 0644 1000:1000 {origin}',
  },
  {
    name: 'metacopy: chmod of a file and of one of two hard links',
    lower: { s: 'single', h1: 'hard' },
    options: { metacopy: true },
    layers: twoNames,
    act: (calls) => {
      for (const path of ['s', 'h1']) calls.chmod(path, 0o600);
      return `${links(calls, 's', 'h1', 'h2').join()} ${read(calls, 'h1')}`;
    },
    result: 'ok:1,1,2 hard',
    upper: `/h1 f${EMPTY_4} 0600 {metacopy=}\n/s f${EMPTY_6} 0600 {metacopy=,origin}`,
  },
  {
    name: 'metacopy: then a write and a rename',
    lower: { s: 'single', h1: 'hard' },
    options: { metacopy: true },
    layers: twoNames,
    act: (calls) => {
      for (const path of ['s', 'h1']) calls.chmod(path, 0o600);
      write(calls, 's');
      calls.rename('h1', 'h9');
    },
    result: 'ok',
    upper: `/h1 WHITEOUT\n/h9 f${EMPTY_4} 0600 {metacopy=,redirect=/h1}\n/s f"Xingle" 0600 {origin}`,
  },
  {
    name: 'metacopy and index: the same',
    lower: { s: 'single', h1: 'hard' },
    options: { metacopy: true, index: true },
    layers: twoNames,
    act: (calls) => {
      for (const path of ['s', 'h1']) calls.chmod(path, 0o600);
      const before = links(calls, 's', 'h1', 'h2').join();
      write(calls, 's');
      calls.rename('h1', 'h9');
      return before;
    },
    result: 'ok:1,2,2',
    upper: `/h1 WHITEOUT\n/h9 f${EMPTY_4} 0600 n2 {metacopy=,nlink=U+0,origin,redirect=/h1}\n/s f"Xingle" 0600 {origin}`,
  },
];
