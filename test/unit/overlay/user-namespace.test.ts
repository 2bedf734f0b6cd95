/** Mounts made in a user namespace in which only uid and gid 1000 exist, as Linux 6.18 answered. */
import { O_CREAT, O_WRONLY, S_IFCHR, userCaller } from '@layerscope/core/fs';
import { OverlayMountError, type OverlayOptions } from '@layerscope/core/overlay';
import type { SystemCalls } from '@layerscope/core/vfs';
import { describe, expect, it } from 'vitest';
import { describeTree, linesOf } from './describe-tree.ts';
import { put } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const USER = 1000;
const OWN = '1000:1000';
const only = (id: number): boolean => id === USER;

const FALLING_BACK = [
  'failed to set xattr on upper',
  '...falling back to redirect_dir=nofollow.',
  '...falling back to uuid=null.',
  "try mounting with 'userxattr' option",
];

interface Row {
  readonly name: string;
  readonly options: OverlayOptions;
  readonly act?: (calls: SystemCalls) => unknown;
  /** What mount(2) answers when it refuses, else what the action answers. */
  readonly result: string;
  readonly upper: readonly string[];
  readonly work?: readonly string[];
  readonly log?: readonly string[];
}

const USERXATTR: OverlayOptions = { userxattr: true };
const marked = `/ d 0755 ${OWN} {U:uuid}`;
const markedImpure = `/ d 0755 ${OWN} {U:impure=y,U:uuid}`;
const plain = `/ d 0755 ${OWN}`;
const removeDirectory = (calls: SystemCalls): void => {
  calls.unlink('e/x');
  calls.rmdir('e');
};
const WHITEOUT_IN_WORK = ['/work/#N WHITEOUT n2'];

const ROWS: readonly Row[] = [
  {
    name: 'userxattr: a whiteout, a directory over one, copies',
    options: USERXATTR,
    act: (calls) => {
      calls.unlink('f');
      removeDirectory(calls);
      calls.mkdir('e', 0o755);
      calls.chmod('d/a', 0o600);
      calls.chmod('g', 0o600);
    },
    result: 'ok',
    upper: [
      markedImpure,
      `/d d 0755 ${OWN} {U:impure=y,U:origin[0]}`,
      `/d/a f"1" 0600 ${OWN} {U:origin[0]}`,
      `/e d 0755 ${OWN} {U:opaque=y}`,
      '/f WHITEOUT n2',
      `/g f"1" 0600 ${OWN} {U:origin[0]}`,
    ],
    work: WHITEOUT_IN_WORK,
  },
  {
    name: 'without userxattr: unlink',
    options: {},
    act: (calls) => calls.unlink('f'),
    result: 'ok',
    upper: [plain, '/f WHITEOUT n2'],
    work: WHITEOUT_IN_WORK,
    log: FALLING_BACK,
  },
  {
    name: 'without userxattr: a copy',
    options: {},
    act: (calls) => calls.chmod('d/a', 0o600),
    result: 'ok',
    upper: [plain, `/d d 0755 ${OWN}`, `/d/a f"1" 0600 ${OWN}`],
    log: FALLING_BACK,
  },
  {
    name: 'without userxattr: a directory that holds whiteouts cannot be removed',
    options: {},
    act: removeDirectory,
    result: 'EIO',
    upper: [plain, `/e d 0755 ${OWN}`, '/e/x WHITEOUT n2'],
    work: WHITEOUT_IN_WORK,
    log: FALLING_BACK,
  },
  {
    name: 'without userxattr: nor made over a whiteout',
    options: {},
    act: (calls) => {
      calls.unlink('f');
      calls.mkdir('f', 0o755);
    },
    result: 'EIO',
    upper: [plain, '/f WHITEOUT n2'],
    work: WHITEOUT_IN_WORK,
    log: FALLING_BACK,
  },
  {
    name: 'userxattr: a symbolic link gets other times, and no origin',
    options: USERXATTR,
    act: (calls) => calls.utimens('sl', 1n, 2n, false),
    result: 'ok',
    upper: [markedImpure, `/sl l->f ${OWN}`],
  },
  {
    name: 'metacopy=on',
    options: { metacopy: true },
    result: 'EPERM: metacopy requires permission to access trusted xattrs',
    upper: [plain],
  },
  {
    name: 'redirect_dir=on',
    options: { redirectDir: 'on' },
    result: 'EPERM: redirect_dir requires permission to access trusted xattrs',
    upper: [plain],
  },
  {
    name: 'index=on',
    options: { index: true },
    result: 'ok',
    upper: [plain],
    log: [...FALLING_BACK.slice(0, 2), '...falling back to index=off.', ...FALLING_BACK.slice(2)],
  },
  {
    name: 'volatile',
    options: { ...USERXATTR, volatile: true },
    result: 'ok',
    upper: [marked],
    work: [
      `/work/incompat d 0000 ${OWN}`,
      `/work/incompat/volatile d 0000 ${OWN}`,
      `/work/incompat/volatile/dirty f"" 0000 ${OWN}`,
    ],
  },
  {
    name: 'mknod of a device',
    options: USERXATTR,
    act: (calls) => calls.mknod('c', S_IFCHR | 0o644, 0x103),
    result: 'EPERM',
    upper: [marked],
  },
  {
    name: 'chmod of what belongs to nobody there',
    options: USERXATTR,
    act: (calls) => calls.chmod('foreign', 0o600),
    result: 'EPERM',
    upper: [marked],
  },
  {
    name: 'something new in a directory that belongs to nobody there',
    options: USERXATTR,
    act: (calls) => calls.close(calls.open('foreign-d/n', O_CREAT | O_WRONLY, 0o644)),
    result: 'EOVERFLOW',
    upper: [marked],
  },
];

const layers = (): SimulatedMount => {
  const mount = new SimulatedMount();
  const { root } = mount;
  put(mount, '/l0', { d: { a: '1' }, e: { x: '1' }, f: '1', g: '1', foreign: '1', 'foreign-d': {} });
  root.symlink('f', '/l0/sl');
  for (const path of ['/u', '/w', ...['', '/d', '/d/a', '/e', '/e/x', '/f', '/g', '/sl'].map((name) => `/l0${name}`)])
    root.chown(path, USER, USER, false);
  root.chmod('/l0/foreign-d', 0o777);
  return mount;
};

const lines = (mount: SimulatedMount, path: string): readonly string[] =>
  linesOf(describeTree(mount.root, path, { lengths: true }))
    .replaceAll('uuid[16]', 'uuid')
    .replaceAll(/#[0-9a-f]+/g, '#N')
    .split('\n');

const mountThere = (mount: SimulatedMount, options: OverlayOptions): string => {
  try {
    mount.mount(options, true, {
      mounter: userCaller(USER, USER),
      userNamespace: { hasUid: only, hasGid: only },
    });
    return 'ok';
  } catch (error) {
    return error instanceof OverlayMountError ? `${error.code}: ${error.kernelLog}` : String(error);
  }
};

describe('in a user namespace', () => {
  it.each(ROWS)('$name: $result', ({ options, act, result, upper, work = [], log = [] }) => {
    const mount = layers();
    let answer = mountThere(mount, options);
    if (answer === 'ok' && act !== undefined) {
      const process = mount.as(userCaller(USER, USER));
      process.chdir('/m');
      answer = outcome(() => act(process));
    }
    expect(answer).toBe(result);
    expect(lines(mount, '/u')).toEqual(upper);
    const isMounted = mount.overlay !== undefined;
    expect(lines(mount, '/w')).toEqual([plain, ...(isMounted ? [`/work d 0000 ${OWN}`] : []), ...work]);
    expect(mount.events.flatMap((event) => (event.type === 'kernel-log' ? [event.text] : []))).toEqual(log);
  });
});
