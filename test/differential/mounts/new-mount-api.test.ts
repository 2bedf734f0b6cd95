/** Overlays mounted step by step (fsopen(2) and its kin): which step is refused, with which words, as Linux 6.18 answered. */
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsError, O_DIRECTORY, O_PATH } from '@layerscope/core/fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';

/** A path below the store, a path as long as said, an open directory or file, a detached tree, a descriptor that is closed. */
type Value =
  | true
  | { readonly text: string }
  | { readonly path: string }
  | { readonly path: string; readonly length: number }
  | { readonly open: string }
  | { readonly tree: string }
  | 'closed';

interface Row {
  readonly name: string;
  readonly steps: readonly (readonly [key: string, value: Value])[];
  /** `ok`, or the step and its errno. */
  readonly answer: string;
  /** What the file system says on its descriptor. */
  readonly says?: readonly string[];
  /** The start of what /proc/mounts shows, from the layers on; DIR stands for the store. */
  readonly shown?: string;
}

const lower = (dir: string): readonly [string, Value] => ['lowerdir+', { path: dir }];
const data = (dir: string): readonly [string, Value] => ['datadir+', { path: dir }];
const UPPER: readonly (readonly [string, Value])[] = [
  ['upperdir', { path: 'u' }],
  ['workdir', { path: 'w' }],
];
const long = (length: number): readonly [string, Value] => ['lowerdir+', { path: 'l1', length }];
const many = (count: number): Row['steps'] => Array.from({ length: count }, (_, at) => lower(`z${at}`));

const ROWS: readonly Row[] = [
  {
    name: 'two lowerdir+',
    steps: [lower('l1'), lower('l2'), ...UPPER],
    answer: 'ok',
    shown: 'lowerdir+=DIR/l1,lowerdir+=DIR/l2,',
  },
  {
    name: 'lowerdir+ after lowerdir',
    steps: [['lowerdir', { path: 'l1' }], lower('l2')],
    answer: 'lowerdir+ EINVAL',
    says: ['e overlay: lowerdir+ and datadir+ cannot follow lowerdir'],
  },
  {
    name: 'lowerdir after lowerdir+ replaces it',
    steps: [lower('l1'), ['lowerdir', { path: 'l2' }], ...UPPER],
    answer: 'ok',
    shown: 'lowerdir=DIR/l2,upperdir',
  },
  {
    name: 'datadir+ without metacopy',
    steps: [lower('l1'), data('do1'), ...UPPER],
    answer: 'ok',
    shown: 'lowerdir+=DIR/l1,datadir+=DIR/do1,upperdir',
  },
  {
    name: 'metacopy as a flag',
    steps: [['metacopy', true]],
    answer: 'metacopy EINVAL',
    says: ["e overlay: Bad value for 'metacopy'"],
  },
  {
    name: 'a regular layer after a data layer',
    steps: [lower('l1'), data('do1'), lower('l2')],
    answer: 'lowerdir+ EINVAL',
    says: ['e overlay: regular lower layers cannot follow data layers'],
  },
  { name: 'data layers only', steps: [data('do1'), ...UPPER], answer: 'create EINVAL' },
  {
    name: 'layers as descriptors',
    steps: [
      ['lowerdir+', { open: 'l1' }],
      ['lowerdir+', { open: 'l2' }],
      ['upperdir', { open: 'u' }],
      ['workdir', { open: 'w' }],
    ],
    answer: 'ok',
    shown: 'lowerdir+=DIR/l1,lowerdir+=DIR/l2,upperdir=DIR/u,workdir=DIR/w',
  },
  {
    name: 'a detached tree as a layer',
    steps: [['lowerdir+', { tree: 'l1' }], lower('l2'), ...UPPER],
    answer: 'ok',
    shown: 'lowerdir+=/,lowerdir+=DIR/l2,',
  },
  {
    name: 'a file as a layer',
    steps: [['lowerdir+', { open: 'l1/a' }]],
    answer: 'lowerdir+ EINVAL',
    says: ['e overlay: DIR/l1/a is not a directory'],
  },
  { name: 'a closed descriptor', steps: [['lowerdir+', 'closed']], answer: 'lowerdir+ EBADF' },
  ...[254, 255].map((length) => ({
    name: `a value of ${length} bytes`,
    steps: [long(length), ...UPPER],
    answer: 'ok',
    shown: 'lowerdir+=/',
  })),
  ...[256, 257, 300].map((length) => ({
    name: `a value of ${length} bytes`,
    steps: [long(length)],
    answer: 'lowerdir+ EINVAL',
  })),
  { name: '500 layers', steps: [...many(500), ...UPPER], answer: 'ok', shown: 'lowerdir+=DIR/z0,' },
  {
    name: '501 layers',
    steps: many(501),
    answer: 'lowerdir+ EINVAL',
    says: ['e overlay: too many lower directories, limit is 500'],
  },
  {
    name: 'an unknown option',
    steps: [['foo', { text: 'bar' }]],
    answer: 'foo EINVAL',
    says: ["e overlay: Unknown parameter 'foo'"],
  },
  {
    name: 'a value that an option does not have',
    steps: [['index', { text: 'maybe' }]],
    answer: 'index EINVAL',
    says: ["e overlay: Bad value for 'index'"],
  },
  {
    name: 'userxattr as a flag',
    steps: [lower('l1'), ...UPPER, ['userxattr', true]],
    answer: 'ok',
    shown: 'lowerdir+=DIR/l1,upperdir=DIR/u,workdir=DIR/w,redirect_dir=nofollow,',
  },
  { name: 'no workdir', steps: [lower('l1'), ['upperdir', { path: 'u' }]], answer: 'create EINVAL' },
  { name: 'a layer that is not there', steps: [lower('nope')], answer: 'lowerdir+ ENOENT' },
  { name: 'a colon separates nothing', steps: [lower('l1:x')], answer: 'lowerdir+ ENOENT' },
];

describe.skipIf(!requires('root', 'overlay-mount'))('an overlay in steps', () => {
  let dir = '';

  beforeAll(async () => {
    const { mount } = await import('../../../host-adapter/src/linux/index.ts');
    dir = mkdtempSync(join(tmpdir(), 'layerscope-steps-'));
    mount('layerscope', dir, 'tmpfs', 0, 'mode=0755');
    const layers = ['l1', 'l2', 'do1', 'm', ...Array.from({ length: 501 }, (_, at) => `z${at}`)];
    for (const name of layers) mkdirSync(join(dir, name));
    writeFileSync(join(dir, 'l1/a'), '');
  });

  afterAll(async () => {
    const { MNT_DETACH, unmount } = await import('../../../host-adapter/src/linux/index.ts');
    unmount(dir, MNT_DETACH);
    rmdirSync(dir);
  });

  it.each(ROWS)('$name: $answer', async ({ name, steps, answer, says = [], shown }) => {
    const linux = await import('../../../host-adapter/src/linux/index.ts');
    const calls = linux.createLinuxSystemCalls();
    const [upper, work, merged] = [join(dir, `u ${name}`), join(dir, `w ${name}`), join(dir, 'm')];
    for (const made of [upper, work]) mkdirSync(made);
    const own = (path: string): string => (path === 'u' ? upper : path === 'w' ? work : join(dir, path));
    const held: number[] = [];
    const keep = (fd: number): number => (held.push(fd), fd);
    const valueOf = (value: Value): true | string | number => {
      if (value === true) return true;
      if (value === 'closed') return 1000;
      if ('text' in value) return value.text;
      if ('open' in value)
        return keep(calls.open(own(value.open), O_PATH | (value.open.includes('/') ? 0 : O_DIRECTORY)));
      if ('tree' in value) return keep(linux.openTree(own(value.tree), linux.OPEN_TREE_CLONE));
      return 'length' in value ? own(value.path).padStart(value.length, '/') : own(value.path);
    };
    const attempt = (step: string, run: () => void): string | undefined => {
      try {
        run();
        return undefined;
      } catch (error) {
        if (error instanceof FsError) return `${step} ${error.code}`;
        throw error;
      }
    };
    const fs = keep(linux.fsopen('overlay'));
    try {
      let refused: string | undefined;
      for (const [key, value] of steps) {
        refused ??= attempt(key, () => linux.fsconfig(fs, key, valueOf(value)));
      }
      refused ??= attempt('create', () => linux.fscreate(fs));
      expect(refused ?? 'ok').toBe(answer);
      expect(linux.fsMessages(fs).map((line) => line.replaceAll(dir, 'DIR'))).toEqual(says);
      if (refused !== undefined) return;
      linux.moveMount(keep(linux.fsmount(fs)), merged);
      try {
        const options = readFileSync('/proc/mounts', 'utf8')
          .split('\n')
          .find((line) => line.split(' ')[1] === merged)
          ?.split(' ')[3]
          ?.replaceAll(String.raw`\040`, ' ')
          .replaceAll(upper, 'DIR/u')
          .replaceAll(work, 'DIR/w')
          .replaceAll(dir, 'DIR');
        expect(options?.replace(/^rw,(relatime,)?/, '').startsWith(shown ?? '')).toBe(true);
      } finally {
        linux.unmount(merged, linux.MNT_DETACH);
      }
    } finally {
      for (const fd of held) calls.close(fd);
    }
  });
});
