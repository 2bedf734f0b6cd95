/** Every way to make or remove a name, in every state of the name, as Linux 6.18 answered it. */
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  S_IFIFO,
  S_IFSOCK,
} from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { describeTree, linesOf } from './describe-tree.ts';
import matrix from './golden/create-matrix.json' with { type: 'json' };
import { type NameState, stateOf } from './name-states.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const encoder = new TextEncoder();
const sorted = (lines: string): string => lines.split('\n').filter(Boolean).toSorted().join('\n');

const removeTree = ({ root }: SimulatedMount, path: string): void => {
  const fd = root.open(path, O_DIRECTORY);
  const names = root.getdents(fd).map(({ name }) => name);
  root.close(fd);
  for (const name of names.filter((each) => each !== '.' && each !== '..')) root.unlink(`${path}/${name}`);
  root.rmdir(path);
};

const OPERATIONS: Readonly<Record<string, (mount: SimulatedMount, path: string) => void>> = {
  'creat O_EXCL': ({ root }, path) => root.close(root.open(path, O_CREAT | O_EXCL | O_WRONLY, 0o640)),
  'creat O_TRUNC': ({ root }, path) => root.close(root.open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o640)),
  mkdir: ({ root }, path) => root.mkdir(path, 0o750),
  symlink: ({ root }, path) => root.symlink('zz', path),
  mkfifo: ({ root }, path) => root.mknod(path, S_IFIFO | 0o640, 0),
  // bind(2) makes the socket and says EADDRINUSE for EEXIST.
  bind: ({ root }, path) => root.mknod(path, S_IFSOCK | 0o755, 0),
  'link keep': ({ root }, path) => root.link('/m/a/keep', path),
  'O_TMPFILE+linkat': ({ root }, path) => {
    const fd = root.open('/m/a', O_TMPFILE | O_RDWR, 0o640);
    try {
      root.write(fd, encoder.encode('tmp'));
      root.link('', path, false, fd);
    } finally {
      root.close(fd);
    }
  },
  unlink: ({ root }, path) => root.unlink(path),
  rmdir: ({ root }, path) => root.rmdir(path),
  'unlink twice+recreate': (mount, path) => {
    for (const text of ['r1', 'r2']) {
      mount.root.unlink(path);
      mount.write(path, text);
    }
  },
  'rmdir+mkdir': ({ root }, path) => {
    root.rmdir(path);
    root.mkdir(path, 0o755);
  },
  'rmdir+mkdir+rmdir': ({ root }, path) => {
    root.rmdir(path);
    root.mkdir(path, 0o755);
    root.rmdir(path);
  },
  rmtree: removeTree,
};

type Row = readonly [
  operation: string,
  state: NameState,
  redirect: number,
  result: string,
  upper: number,
  merged: number,
];
const rows = matrix.rows as unknown as readonly Row[];

const notRoot = (path: string): boolean => path !== '/';

const play = ([operation, state, redirect]: Row): object => {
  const mount = new SimulatedMount();
  mount.root.mkdir('/l0/a', 0o755);
  mount.write('/l0/a/keep', 'k');
  stateOf(state).lower?.(mount, '/l0/a/s');
  mount.mount({ redirectDir: redirect === 1 ? 'on' : 'off' });
  stateOf(state).merged?.(mount, '/m/a/s');
  const result = outcome(() => OPERATIONS[operation]?.(mount, '/m/a/s'));
  return {
    result: operation === 'bind' ? result.replace('EEXIST', 'EADDRINUSE') : result,
    upper: sorted(linesOf(describeTree(mount.root, '/u'), notRoot)),
    merged: sorted(linesOf(describeTree(mount.root, '/m', { layer: false }), notRoot)),
  };
};

describe.each(Object.keys(OPERATIONS))('%s', (operation) => {
  it.each([0, 1])('in every state of the name, redirect_dir=on: %i', (redirect) => {
    const chosen = rows.filter((row) => row[0] === operation && row[2] === redirect);
    expect(chosen).toHaveLength(16);
    for (const row of chosen) {
      const [, state, , result, upper, merged] = row;
      const expected = { result, upper: sorted(matrix.texts[upper] ?? ''), merged: sorted(matrix.texts[merged] ?? '') };
      expect({ state, ...play(row) }).toEqual({ state, ...expected });
    }
  });
});
