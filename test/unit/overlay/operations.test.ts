/** Single operations and what they leave in the upper layer, as Linux 6.18 answered: names, links, marks, descriptors. */
import { O_CREAT, O_NOFOLLOW, O_RDONLY, O_WRONLY, userCaller } from '@layerscope/core/fs';
import type { OverlayOptions } from '@layerscope/core/overlay';
import type { Process } from '@layerscope/core/vfs';
import { describe, expect, it } from 'vitest';
import { describeTree, linesOf } from './describe-tree.ts';
import { type Entries, put, symlink } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

interface Row {
  readonly name: string;
  readonly lower: Entries;
  readonly options?: OverlayOptions;
  readonly prepare?: (mount: SimulatedMount) => void;
  readonly act: (process: Process) => unknown;
  readonly asUser?: boolean;
  readonly result: unknown;
  /** The upper layer below its root. */
  readonly upper: string;
}

/** Revision 2, effective: cap_net_bind_service. */
const CAPABILITIES = Uint8Array.of(1, 0, 0, 2, 0, 4, ...new Uint8Array(14));
const KEEP_SIZE_AND_PUNCH = 3;
const encoder = new TextEncoder();
const create = (process: Process, path: string, flags = 0): void =>
  process.close(process.open(path, O_WRONLY | O_CREAT | flags, 0o755));
const write = (process: Process, path: string): void => {
  const fd = process.open(path, O_WRONLY);
  process.write(fd, encoder.encode('X'));
  process.close(fd);
};
const read = (process: Process, path: string): string => {
  const fd = process.open(path, O_RDONLY);
  const bytes = new Uint8Array(64);
  const text = new TextDecoder().decode(bytes.subarray(0, process.read(fd, bytes)));
  process.close(fd);
  return text;
};
const links = (process: Process, ...paths: readonly string[]): readonly number[] =>
  paths.map((path) => process.stat(path).nlink);
const twoNames = ({ root }: SimulatedMount): void => root.link('/l0/h1', '/l0/h2');
const overlayName = (letters: number): string => `trusted.overlay.${'a'.repeat(letters)}`;
const EMPTY_4 = String.raw`"\u0000\u0000\u0000\u0000"`;
const EMPTY_6 = String.raw`"\u0000\u0000\u0000\u0000\u0000\u0000"`;

const ROWS: readonly Row[] = [
  {
    name: 'open with O_CREAT through a dangling symlink',
    lower: { d: {}, link: symlink('d/new') },
    act: (process) => create(process, 'link'),
    result: 'ok',
    upper: '/d d 0755 {origin}\n/d/new f"" 0755',
  },
  {
    name: 'open with O_CREAT and O_NOFOLLOW of a symlink',
    lower: { d: {}, link: symlink('d/new') },
    act: (process) => create(process, 'link', O_NOFOLLOW),
    result: 'ELOOP',
    upper: '',
  },
  {
    name: 'mkdir, create, rmdir with a slash at the end',
    lower: {},
    act: (process) =>
      [() => process.mkdir('x/', 0o755), () => create(process, 'y/'), () => process.rmdir('x/')].map(outcome).join(),
    result: 'ok:ok,EISDIR,ok',
    upper: '',
  },
  {
    name: 'rename onto . and ..',
    lower: { d: {} },
    act: (process) => ['.', '..'].map((to) => outcome(() => process.rename('d', to))).join(),
    result: 'ok:EBUSY,EBUSY',
    upper: '',
  },
  {
    name: 'rename a lower directory over the one it is in, and into itself',
    lower: { d: { e: { f: {} } } },
    act: (process) =>
      [() => process.rename('d/e', 'd'), () => process.rename('d', 'd/e/g'), () => process.rename('d', 'd/e/f')]
        .map(outcome)
        .join(),
    result: 'ok:ENOTEMPTY,EINVAL,EINVAL',
    upper: '',
  },
  {
    name: 'rmdir and rename of the root',
    lower: {},
    act: (process) => [() => process.rmdir('/m'), () => process.rename('/m', '/x')].map(outcome).join(),
    result: 'ok:EBUSY,EBUSY',
    upper: '',
  },
  {
    name: 'create a name of 256 bytes',
    lower: {},
    act: (process) => create(process, 'n'.repeat(256)),
    result: 'ENAMETOOLONG',
    upper: '',
  },
  {
    name: 'link count of an upper, a lower and a merged directory',
    lower: { l: { s: {}, t: {} } },
    act: (process) => {
      for (const dir of ['u', 'u/x', 'u/y']) process.mkdir(dir, 0o755);
      const before = links(process, 'u', 'l');
      process.chmod('l', 0o700);
      return [...before, ...links(process, 'l')].join();
    },
    result: 'ok:4,4,1',
    upper: '/l d 0700 {origin}\n/u d 0755\n/u/x d 0755\n/u/y d 0755',
  },
  {
    name: 'link count of an opaque directory',
    lower: { l: {} },
    act: (process) => {
      process.rmdir('l');
      process.mkdir('l', 0o755);
      process.mkdir('l/s', 0o755);
      return links(process, 'l').join();
    },
    result: 'ok:3',
    upper: '/l d 0755 {opaque=y}\n/l/s d 0755',
  },
  {
    name: 'rename a lower file over a hard link',
    lower: { f: '1', g: '2' },
    act: (process) => {
      process.link('f', 'h');
      process.rename('g', 'h');
      return `${links(process, 'f').join()} ${read(process, 'h')}`;
    },
    result: 'ok:1 2',
    upper: '/f f"1" 0644 {origin}\n/g WHITEOUT\n/h f"2" 0644 {origin}',
  },
  {
    name: 'unlink the first name of what was linked',
    lower: { f: '1' },
    act: (process) => {
      process.link('f', 'h');
      const { ino } = process.stat('f');
      process.unlink('f');
      return `${links(process, 'h').join()} ${process.stat('h').ino === ino}`;
    },
    result: 'ok:1 true',
    upper: '/f WHITEOUT n2\n/h f"1" 0644 {origin}',
  },
  {
    name: 'two names of a copied-up file are one inode',
    lower: { f: '1' },
    act: (process) => {
      process.link('f', 'h');
      return String(process.stat('f').ino === process.stat('h').ino);
    },
    result: 'ok:true',
    upper: '/f f"1" 0644 n2 {origin}\n/h f"1" 0644 n2 {origin}',
  },
  {
    name: 'punch a hole into a lower file',
    lower: { f: 'x'.repeat(8192) },
    act: (process) => {
      const fd = process.open('f', O_WRONLY);
      process.fallocate(fd, KEEP_SIZE_AND_PUNCH, 0, 4096);
      process.close(fd);
      return `${process.stat('f').size} ${read(process, 'f') === '\0'.repeat(64)}`;
    },
    result: 'ok:8192 true',
    upper: '/f f[8192] 0644 {origin}',
  },
  {
    name: 'SEEK_DATA in a lower file',
    lower: { f: 'abcdef' },
    act: (process) => process.lseek(process.open('f', O_RDONLY), 0, 'data'),
    result: 'ok:0',
    upper: '',
  },
  {
    name: "a mark of overlayfs's own is escaped",
    lower: { f: '' },
    act: (process) => {
      process.setxattr('f', 'trusted.overlay.whiteout', new Uint8Array());
      return process.listxattr('f').join();
    },
    result: 'ok:trusted.overlay.whiteout',
    upper: '/f f"" 0644 {origin,overlay.whiteout=}',
  },
  {
    name: 'a mark whose escaped name just fits',
    lower: { f: '' },
    act: (process) => process.setxattr('f', overlayName(231), new Uint8Array()),
    result: 'ok',
    upper: `/f f"" 0644 {origin,overlay.${'a'.repeat(231)}=}`,
  },
  {
    name: 'a mark whose escaped name is too long',
    lower: { f: '' },
    act: (process) => process.setxattr('f', overlayName(232), new Uint8Array()),
    result: 'EOPNOTSUPP',
    upper: '',
  },
  {
    name: 'create in a lower directory that is the cwd',
    lower: { d: { a: '' } },
    act: (process) => {
      process.chdir('d');
      create(process, 'new');
      const fd = process.open('.', O_RDONLY);
      return process
        .getdents(fd)
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
    prepare: ({ root }) => {
      root.chmod('/l0/f', 0o666);
      root.setxattr('/l0/f', 'security.capability', CAPABILITIES);
    },
    act: (process) => write(process, 'f'),
    asUser: true,
    result: 'ok',
    upper: '/f f"Xata" 0666 {origin}',
  },
  {
    name: 'times of own file in a directory of root',
    lower: { f: 'data' },
    prepare: ({ root }) => root.chown('/l0/f', 1000, 1000),
    act: (process) => process.utimens('f', 5n, 6n),
    asUser: true,
    result: 'ok',
    upper: '/f f"data" 0644 1000:1000 {origin}',
  },
  {
    name: 'metacopy: chmod of a file and of one of two hard links',
    lower: { s: 'single', h1: 'hard' },
    options: { metacopy: true },
    prepare: twoNames,
    act: (process) => {
      for (const path of ['s', 'h1']) process.chmod(path, 0o600);
      return `${links(process, 's', 'h1', 'h2').join()} ${read(process, 'h1')}`;
    },
    result: 'ok:1,1,2 hard',
    upper: `/h1 f${EMPTY_4} 0600 {metacopy=}\n/s f${EMPTY_6} 0600 {metacopy=,origin}`,
  },
  {
    name: 'metacopy: then a write and a rename',
    lower: { s: 'single', h1: 'hard' },
    options: { metacopy: true },
    prepare: twoNames,
    act: (process) => {
      for (const path of ['s', 'h1']) process.chmod(path, 0o600);
      write(process, 's');
      process.rename('h1', 'h9');
    },
    result: 'ok',
    upper: `/h1 WHITEOUT\n/h9 f${EMPTY_4} 0600 {metacopy=,redirect=/h1}\n/s f"Xingle" 0600 {origin}`,
  },
  {
    name: 'metacopy and index: the same',
    lower: { s: 'single', h1: 'hard' },
    options: { metacopy: true, index: true },
    prepare: twoNames,
    act: (process) => {
      for (const path of ['s', 'h1']) process.chmod(path, 0o600);
      const before = links(process, 's', 'h1', 'h2').join();
      write(process, 's');
      process.rename('h1', 'h9');
      return before;
    },
    result: 'ok:1,2,2',
    upper: `/h1 WHITEOUT\n/h9 f${EMPTY_4} 0600 n2 {metacopy=,nlink=U+0,origin,redirect=/h1}\n/s f"Xingle" 0600 {origin}`,
  },
];

describe('an operation', () => {
  it.each(ROWS)('$name: $result', ({ lower, options, prepare, act, asUser, result, upper }) => {
    const mount = new SimulatedMount();
    put(mount, '/l0', lower);
    prepare?.(mount);
    mount.mount(options);
    const process = asUser === true ? mount.as(userCaller(1000, 1000)) : mount.root;
    const got = outcome(() => {
      process.chdir('/m');
      return act(process);
    });
    expect({ got, left: linesOf(describeTree(mount.root, '/u'), (path) => path !== '/') }).toEqual({
      got: result,
      left: upper,
    });
  });
});

describe('a listing that is read in parts while the directory changes', () => {
  it.each([
    ['a lower directory', false],
    ['a merged directory', true],
  ])('%s shows what was there at first', (_what, isCopiedUp) => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { d: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, ''])) });
    mount.mount();
    const { root } = mount;
    root.chdir('/m');
    if (isCopiedUp) root.chmod('d', 0o700);
    const fd = root.open('d', O_RDONLY);
    const names = root.getdents(fd, 10).map(({ name }) => name);
    create(root, 'd/zzz');
    root.unlink('d/f150');
    for (let rows = root.getdents(fd, 50); rows.length > 0; rows = root.getdents(fd, 50)) {
      names.push(...rows.map(({ name }) => name));
    }
    expect([names.length, names.includes('zzz'), names.includes('f150')]).toEqual([202, false, true]);
  });
});
