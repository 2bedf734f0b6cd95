/** chattr(1)'s flags through the mount, as Linux 6.18 over tmpfs answered. */
import {
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_NOATIME_FL,
  O_APPEND,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';
import { outcome } from '../simulated-mount.ts';
import { bytes, create, opened, write } from './acts.ts';
import { all, directory, file, type Row, type Step } from './row.ts';

const setFlags = (calls: SystemCalls, path: string, flags: number): void =>
  opened(calls, path, O_RDONLY, (fd) => calls.setFlags(fd, flags));
const flagsOf = (calls: SystemCalls, path: string): number => opened(calls, path, O_RDONLY, (fd) => calls.getFlags(fd));
const flagged =
  (path: string, flags: number): Step =>
  ({ base, root }) =>
    setFlags(root, base + path, flags);

/** Everything that changes an object, or takes away its name. */
const CHANGES: Readonly<Record<string, (calls: SystemCalls, path: string) => unknown>> = {
  write: (calls, path) => opened(calls, path, O_WRONLY, () => undefined),
  append: (calls, path) => opened(calls, path, O_WRONLY | O_APPEND, () => undefined),
  truncating: (calls, path) => opened(calls, path, O_RDONLY | O_TRUNC, () => undefined),
  truncate: (calls, path) => calls.truncate(path, 0),
  chmod: (calls, path) => calls.chmod(path, 0o600),
  chown: (calls, path) => calls.chown(path, 5, 5),
  touch: (calls, path) => calls.utimens(path, 'now', 'now'),
  date: (calls, path) => calls.utimens(path, 1n, 2n),
  setxattr: (calls, path) => calls.setxattr(path, 'user.x', bytes('1')),
  removexattr: (calls, path) => calls.removexattr(path, 'user.x'),
  'W_OK?': (calls, path) => calls.access(path, 2),
  link: (calls, path) => calls.link(path, 'linked'),
  rename: (calls, path) => calls.rename(path, 'renamed'),
  'rename over': (calls, path) => calls.rename('other', path),
  unlink: (calls, path) => calls.unlink(path),
};
const tryAll = (calls: SystemCalls): string =>
  Object.entries(CHANGES)
    .map(([name, change]) => `${name} ${outcome(() => change(calls, 'f'))}`)
    .join(', ');

const NOTHING =
  'write EPERM, append EPERM, truncating EPERM, truncate EPERM, chmod EPERM, chown EPERM, touch EPERM, date EPERM, ' +
  'setxattr EPERM, removexattr EPERM, W_OK? EPERM, link EPERM, rename EPERM, rename over EPERM, unlink EPERM';
const GROWS_ONLY =
  'write EPERM, append ok, truncating EPERM, truncate EPERM, chmod EPERM, chown EPERM, touch ok, date EPERM, ' +
  'setxattr EPERM, removexattr EPERM, W_OK? ok, link EPERM, rename EPERM, rename over EPERM, unlink EPERM';

export const FLAG_ROWS: readonly Row[] = [
  {
    name: 'no flags',
    lower: { f: '1' },
    act: (calls) => flagsOf(calls, 'f'),
    result: 'ok:0',
  },
  {
    name: 'an immutable file, until the flag is taken away',
    lower: { f: '1' },
    act: (calls) => {
      setFlags(calls, 'f', FS_IMMUTABLE_FL);
      const refused = [() => write(calls, 'f'), () => calls.unlink('f'), () => calls.rename('f', 'g')].map(outcome);
      const flags = flagsOf(calls, 'f');
      setFlags(calls, 'f', 0);
      return `0x${flags.toString(16)} ${refused.join()}`;
    },
    result: 'ok:0x10 EPERM,EPERM,EPERM',
    upper: '/f f"1" 0644 {origin}',
  },
  {
    name: 'an immutable file is not changed by anything',
    lower: { f: '1', other: '2' },
    act: (calls) => {
      setFlags(calls, 'f', FS_IMMUTABLE_FL);
      return tryAll(calls);
    },
    result: `ok:${NOTHING}`,
    upper: '/f f"1" 0644 {origin,protattr=i}',
  },
  {
    name: 'a file that only grows',
    lower: { f: '1', other: '2' },
    act: (calls) => {
      setFlags(calls, 'f', FS_APPEND_FL);
      return tryAll(calls);
    },
    result: `ok:${GROWS_ONLY}`,
    upper: '/f f"1" 0644 {origin,protattr=a}',
  },
  {
    name: 'both flags',
    lower: { f: '1' },
    act: (calls) => setFlags(calls, 'f', FS_APPEND_FL | FS_IMMUTABLE_FL),
    result: 'ok',
    upper: '/f f"1" 0644 {origin,protattr=ai}',
  },
  {
    name: 'a directory that only gets names',
    lower: { d: { old: '' } },
    act: (calls) => {
      setFlags(calls, 'd', FS_APPEND_FL);
      const answers = [
        () => calls.unlink('d/old'),
        () => create(calls, 'd/n', 0, 0o644),
        () => calls.rename('d/n', 'n'),
      ];
      return answers.map(outcome).join();
    },
    result: 'ok:EPERM,ok,EPERM',
    upper: '/d d 0755 {origin,protattr=a}\n/d/n f"" 0644',
  },
  {
    name: 'an immutable directory',
    lower: { d: { old: '' } },
    act: (calls) => {
      setFlags(calls, 'd', FS_IMMUTABLE_FL);
      return [
        () => calls.unlink('d/old'),
        () => create(calls, 'd/n'),
        () => calls.rmdir('d'),
        () => write(calls, 'd/old'),
      ]
        .map(outcome)
        .join();
    },
    result: 'ok:EPERM,EPERM,EPERM,ok',
    upper: '/d d 0755 {impure=y,origin,protattr=i}\n/d/old f"X" 0644 {origin}',
  },
  {
    name: 'a lower file that is immutable, until the mount makes a copy without the flag',
    lower: { f: '1' },
    layers: flagged('/l0/f', FS_IMMUTABLE_FL),
    act: (calls, { base, root }) => {
      const refused = [() => write(calls, 'f'), () => calls.chmod('f', 0o600), () => calls.unlink('f')].map(outcome);
      const flags = flagsOf(calls, 'f');
      setFlags(calls, 'f', 0);
      write(calls, 'f');
      setFlags(root, `${base}/l0/f`, 0);
      return `${refused.join()} 0x${flags.toString(16)}`;
    },
    result: 'ok:EPERM,EPERM,EPERM 0x10',
    upper: '/f f"X" 0644 {origin}',
  },
  {
    name: 'a lower directory that only gets names is copied up with the flag',
    lower: { d: { old: '' } },
    layers: flagged('/l0/d', FS_APPEND_FL),
    act: (calls, { base, root }) => {
      create(calls, 'd/n', 0, 0o644);
      const refused = outcome(() => calls.unlink('d/n'));
      setFlags(root, `${base}/l0/d`, 0);
      return `${refused} ${flagsOf(calls, 'd')}`;
    },
    result: 'ok:EPERM 32',
    upper: '/d d 0755 {origin,protattr=a}\n/d/n f"" 0644',
  },
  {
    name: "another flag is the upper object's own",
    lower: { f: '1' },
    act: (calls, { base, root }) => {
      setFlags(calls, 'f', FS_NOATIME_FL);
      return `${flagsOf(calls, 'f')} ${flagsOf(root, `${base}/u/f`)}`;
    },
    result: 'ok:128 128',
    upper: '/f f"1" 0644 {origin}',
  },
  {
    name: 'a copy keeps noatime',
    lower: { f: '1' },
    layers: flagged('/l0/f', FS_NOATIME_FL),
    act: (calls, { base, root }) => {
      calls.chmod('f', 0o600);
      return `${flagsOf(calls, 'f')} ${flagsOf(root, `${base}/u/f`)}`;
    },
    result: 'ok:128 128',
    upper: '/f f"1" 0600 {origin}',
  },
  {
    name: 'a flag that the upper layer does not keep',
    lower: { f: '1' },
    act: (calls) => setFlags(calls, 'f', 0x01),
    result: 'EOPNOTSUPP',
    upper: '/f f"1" 0644 {origin}',
  },
  {
    name: 'flags of what is only a place (O_PATH)',
    lower: { f: '1' },
    act: (calls) => outcome(() => opened(calls, 'f', O_PATH, (fd) => calls.getFlags(fd))),
    result: 'ok:EBADF',
  },
  {
    name: "somebody else's file",
    layers: file('/l0/f', 0o666),
    asUser: true,
    act: (calls) => setFlags(calls, 'f', FS_NOATIME_FL),
    result: 'EPERM',
  },
  {
    name: 'own file, without the capability',
    layers: all(file('/l0/f', 0o644, 1000), directory('/l0/d', 0o755, 1000)),
    asUser: true,
    act: (calls) =>
      [
        () => setFlags(calls, 'f', FS_IMMUTABLE_FL),
        () => opened(calls, 'd', O_RDONLY | O_DIRECTORY, (fd) => calls.setFlags(fd, FS_NOATIME_FL)),
      ]
        .map(outcome)
        .join(),
    result: 'ok:EPERM,ok',
    upper: '/d d 0755 1000:1000 {origin}',
  },
];
