/** What is open while the object under it is copied up, changed or removed, as on Linux 6.18. */
import { O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY, O_RDWR, O_TMPFILE, O_WRONLY } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';
import { whiteout } from '../layer-entries.ts';
import { namesIn } from '../describe-tree.ts';
import { outcome } from '../simulated-mount.ts';
import { bytes, create, opened, read, readFrom, write } from './acts.ts';
import type { Row, Step } from './row.ts';

const next = (calls: SystemCalls, fd: number, length: number): string => {
  const into = new Uint8Array(length);
  return new TextDecoder().decode(into.subarray(0, calls.read(fd, into)));
};
const names = (calls: SystemCalls, fd: number): string =>
  calls
    .getdents(fd)
    .map(({ name }) => name)
    .toSorted()
    .join(' ');

const LONG_AGO = 1_000_000_000_000_000_000n;
const dated =
  (path: string): Step =>
  ({ base, root }) =>
    root.utimens(base + path, LONG_AGO, LONG_AGO + 1n);
/** Whether reading moves the time of the last access. */
const movesAtime = (calls: SystemCalls, path: string, readIt: () => unknown): string => {
  const before = calls.stat(path).atime;
  readIt();
  return calls.stat(path).atime === before ? 'stays' : 'moves';
};

export const DESCRIPTOR_ROWS: readonly Row[] = [
  {
    name: 'a descriptor of a lower file reads what is written to the copy, from where it was',
    lower: { f: 'lowerdata\n' },
    act: (calls) =>
      opened(calls, 'f', O_RDONLY, (fd) => {
        const first = next(calls, fd, 3);
        opened(calls, 'f', O_RDWR, (other) => calls.pwrite(other, bytes('UPPERDATA\n'), 0));
        const same = calls.fstat(fd).ino === calls.stat('f').ino;
        return [first, readFrom(calls, fd), next(calls, fd, 64), same, calls.fstat(fd).size].join('|');
      }),
    result: 'ok:low|UPPERDATA\n|ERDATA\n|true|10',
    upper: '/f f"UPPERDATA\\n" 0644 {origin}',
  },
  {
    name: 'each of two descriptors keeps its place',
    lower: { f: 'abcdef' },
    act: (calls) =>
      opened(calls, 'f', O_RDONLY, (one) =>
        opened(calls, 'f', O_RDONLY, (other) => {
          const said = [next(calls, one, 2), next(calls, other, 1)];
          write(calls, 'f');
          return [...said, next(calls, one, 2), calls.lseek(one, 0, 'cur')].join('|');
        }),
      ),
    result: 'ok:ab|a|cd|4',
    upper: '/f f"Xbcdef" 0644 {origin}',
  },
  {
    name: 'a lower file that was unlinked is read, and not changed any more',
    lower: { f: 'lower' },
    act: (calls) =>
      opened(calls, 'f', O_RDONLY, (fd) => {
        calls.unlink('f');
        const changes = [
          () => calls.fchmod(fd, 0o600),
          () => calls.fchown(fd, 1, 1),
          () => calls.futimens(fd, 1n, 2n),
          () => calls.fsetxattr(fd, 'user.x', bytes('1')),
        ];
        const refused = changes.map(outcome);
        create(calls, 'f', 0, 0o644);
        return [readFrom(calls, fd), calls.fstat(fd).nlink, ...refused, ...changes.slice(0, 1).map(outcome)].join();
      }),
    result: 'ok:lower,1,EEXIST,EEXIST,EEXIST,EEXIST,EEXIST',
    upper: '/f f"" 0644',
  },
  {
    name: 'an upper file that was unlinked is like every other',
    lower: { f: 'lowerdata' },
    act: (calls) =>
      opened(calls, 'f', O_RDWR, (fd) => {
        calls.unlink('f');
        calls.pwrite(fd, bytes('Z'), 0);
        calls.fchmod(fd, 0o600);
        return `${readFrom(calls, fd)} ${calls.fstat(fd).nlink}`;
      }),
    result: 'ok:Zowerdata 0',
    upper: '/f WHITEOUT n2',
  },
  {
    name: 'a descriptor of a lower directory shows what changed after a rewind, and takes new names',
    lower: { d: { a: '' } },
    act: (calls) =>
      opened(calls, 'd', O_RDONLY | O_DIRECTORY, (fd) => {
        const said = [names(calls, fd)];
        create(calls, 'd/new', 0, 0o644);
        calls.unlink('d/a');
        said.push(names(calls, fd));
        calls.lseek(fd, 0, 'set');
        said.push(names(calls, fd));
        calls.close(calls.open('new2', O_CREAT | O_WRONLY, 0o644, fd));
        return [...said, namesIn(calls, 'd').join(' '), calls.fstat(fd).nlink].join('|');
      }),
    result: 'ok:. .. a||. .. new|new new2|1',
    upper: '/d d 0755 {origin}\n/d/a WHITEOUT n2\n/d/new f"" 0644\n/d/new2 f"" 0644',
  },
  {
    name: 'a lower directory that was removed',
    lower: { d: {} },
    act: (calls) =>
      opened(calls, 'd', O_RDONLY | O_DIRECTORY, (fd) => {
        calls.rmdir('d');
        const tries = [
          () => calls.getdents(fd),
          () => calls.open('n', O_CREAT | O_WRONLY, 0o644, fd),
          () => calls.fchmod(fd, 0o700),
        ];
        return [calls.fstat(fd).nlink, ...tries.map(outcome)].join();
      }),
    result: 'ok:2,ENOENT,ENOENT,ENOTDIR',
    upper: '/d WHITEOUT n2',
  },
  {
    name: 'a merged directory that was removed',
    lower: { d: {} },
    act: (calls) => {
      calls.chmod('d', 0o700);
      return opened(calls, 'd', O_RDONLY | O_DIRECTORY, (fd) => {
        calls.rmdir('d');
        const tries = [() => calls.getdents(fd), () => calls.open('n', O_CREAT | O_WRONLY, 0o644, fd)];
        return [calls.fstat(fd).nlink, ...tries.map(outcome)].join();
      });
    },
    result: 'ok:1,ENOENT,ENOENT',
    upper: '/d WHITEOUT n2',
  },
  {
    name: 'reading a copied-up file moves its atime',
    lower: { f: 'x' },
    layers: dated('/l0/f'),
    act: (calls) => {
      calls.utimens('f', LONG_AGO, LONG_AGO + 1n);
      return movesAtime(calls, 'f', () => read(calls, 'f'));
    },
    result: 'ok:moves',
    upper: '/f f"x" 0644 {origin}',
  },
  {
    name: 'reading a lower file does not',
    lower: { f: 'x' },
    layers: dated('/l0/f'),
    act: (calls) => movesAtime(calls, 'f', () => read(calls, 'f')),
    result: 'ok:stays',
  },
  {
    name: 'nor listing a lower directory',
    lower: { d: { a: '' } },
    layers: dated('/l0/d'),
    act: (calls) => movesAtime(calls, 'd', () => namesIn(calls, 'd')),
    result: 'ok:stays',
  },
  {
    name: 'an unnamed file',
    lower: { d: {} },
    act: (calls) =>
      opened(calls, 'd', O_TMPFILE | O_RDWR, (fd) => {
        calls.write(fd, bytes('x'));
        return `${calls.fstat(fd).nlink} ${calls.fstat(fd).size}`;
      }),
    result: 'ok:0 1',
    upper: '/d d 0755 {origin}',
  },
  {
    name: 'an unnamed file that shall never have a name',
    lower: { d: {} },
    act: (calls) =>
      opened(calls, 'd', O_TMPFILE | O_RDWR | O_EXCL, (fd) => outcome(() => calls.link('', 'd/n', false, fd))),
    result: 'ok:ENOENT',
    upper: '/d d 0755 {origin}',
  },
];

/** A whiteout in a directory that only one layer has is listed, though it cannot be looked up. */
export const GHOST_ROWS: readonly Row[] = [
  {
    name: 'rmdir of a lower directory that holds only a whiteout',
    lower: { d: { x: whiteout() } },
    act: (calls) => calls.rmdir('d'),
    result: 'ok',
    upper: '/d WHITEOUT n2',
  },
  {
    name: 'a copy-up of the directory makes it disappear',
    lower: { d: { x: whiteout(), y: '1' } },
    act: (calls) => {
      const before = namesIn(calls, 'd').join(' ');
      calls.chmod('d', 0o700);
      return `${before}|${namesIn(calls, 'd').join(' ')}`;
    },
    result: 'ok:x y|y',
    upper: '/d d 0700 {origin}',
  },
  {
    name: 'making something at its name, and removing that',
    lower: { d: { x: whiteout(), y: '1' } },
    act: (calls) => {
      create(calls, 'd/x', 0, 0o644);
      const after = namesIn(calls, 'd').join(' ');
      calls.unlink('d/x');
      return `${after}|${namesIn(calls, 'd').join(' ')}`;
    },
    result: 'ok:x y|y',
    upper: '/d d 0755 {origin}',
  },
  {
    name: 'rmdir of a directory of the upper layer that holds one',
    layers: ({ base, root }) => {
      root.mkdir(`${base}/u/d`, 0o755);
      root.mknod(`${base}/u/d/x`, 0o020000, 0);
    },
    act: (calls) => calls.rmdir('d'),
    result: 'ENOTEMPTY',
    upper: '/d d 0755\n/d/x WHITEOUT',
  },
  {
    name: 'listing and rmdir of an opaque directory that holds one',
    lower: { d: { a: '' } },
    layers: ({ base, root }) => {
      root.mkdir(`${base}/u/d`, 0o755);
      root.setxattr(`${base}/u/d`, 'trusted.overlay.opaque', bytes('y'));
      root.mknod(`${base}/u/d/x`, 0o020000, 0);
    },
    act: (calls) => {
      const before = namesIn(calls, 'd').join(' ');
      calls.rmdir('d');
      return before;
    },
    result: 'ok:x',
    upper: '/d WHITEOUT n2',
  },
  {
    name: 'rename of an opaque directory that holds one',
    lower: { d: { a: '' } },
    layers: ({ base, root }) => {
      root.mkdir(`${base}/u/d`, 0o755);
      root.setxattr(`${base}/u/d`, 'trusted.overlay.opaque', bytes('y'));
      root.mknod(`${base}/u/d/x`, 0o020000, 0);
      root.mkdir(`${base}/u/d/k`, 0o755);
    },
    act: (calls) => {
      calls.rename('d', 'e');
      return namesIn(calls, 'e').join(' ');
    },
    result: 'ok:k x',
    upper: '/d WHITEOUT\n/e d 0755 {opaque=y}\n/e/k d 0755\n/e/x WHITEOUT',
  },
];
