import { O_CREAT, O_EXCL, O_RDWR, O_TMPFILE, O_TRUNC, O_WRONLY, S_IFIFO, S_IFSOCK } from '@layerscope/core/fs';
import type { OverlayOptions } from '@layerscope/core/overlay';
import { describeTree, linesOf, namesIn, sorted } from './describe-tree.ts';
import matrix from './golden/create-matrix.json' with { type: 'json' };
import { type NameState, stateOf } from './name-states.ts';
import type { Played, Stage } from './stage.ts';
import { outcome } from './simulated-mount.ts';

const encoder = new TextEncoder();

const removeTree = ({ root }: Stage, path: string): void => {
  for (const name of namesIn(root, path)) root.unlink(`${path}/${name}`);
  root.rmdir(path);
};

const OPERATIONS: Readonly<Record<string, (stage: Stage, path: string) => void>> = {
  'creat O_EXCL': ({ root }, path) => root.close(root.open(path, O_CREAT | O_EXCL | O_WRONLY, 0o640)),
  'creat O_TRUNC': ({ root }, path) => root.close(root.open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o640)),
  mkdir: ({ root }, path) => root.mkdir(path, 0o750),
  symlink: ({ root }, path) => root.symlink('zz', path),
  mkfifo: ({ root }, path) => root.mknod(path, S_IFIFO | 0o640, 0),
  // bind(2) makes the socket and says EADDRINUSE for EEXIST.
  bind: ({ root }, path) => root.mknod(path, S_IFSOCK | 0o755, 0),
  'link keep': ({ root, base }, path) => root.link(`${base}/m/a/keep`, path),
  'O_TMPFILE+linkat': ({ root, base }, path) => {
    const fd = root.open(`${base}/m/a`, O_TMPFILE | O_RDWR, 0o640);
    try {
      root.write(fd, encoder.encode('tmp'));
      root.link('', path, false, fd);
    } finally {
      root.close(fd);
    }
  },
  unlink: ({ root }, path) => root.unlink(path),
  rmdir: ({ root }, path) => root.rmdir(path),
  'unlink twice+recreate': (stage, path) => {
    for (const text of ['r1', 'r2']) {
      stage.root.unlink(path);
      stage.write(path, text);
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

/** The options of the recorded rows, by the number in the table. */
const OPTIONS: readonly OverlayOptions[] = [
  {},
  { redirectDir: 'on' },
  { index: true, redirectDir: 'on', metacopy: true },
];

export const CREATE_OPERATIONS: readonly string[] = Object.keys(OPERATIONS);

export type CreateRow = readonly [
  operation: string,
  state: NameState,
  options: number,
  result: string,
  upper: number,
  merged: number,
];

export const createRows = matrix.rows as unknown as readonly CreateRow[];

/** What a row says came of it. */
export const recordedCreate = ([, , , result, upper, merged]: CreateRow): Played => ({
  result,
  upper: sorted(matrix.texts[upper] ?? ''),
  merged: sorted(matrix.texts[merged] ?? ''),
});

export const playCreate = (stage: Stage, [operation, state, options]: CreateRow): Played => {
  const { base, root } = stage;
  root.mkdir(`${base}/l0/a`, 0o755);
  stage.write(`${base}/l0/a/keep`, 'k');
  stateOf(state).lower?.(stage, `${base}/l0/a/s`);
  stage.mount(OPTIONS[options] ?? {});
  stateOf(state).merged?.(stage, `${base}/m/a/s`);
  const result = outcome(() => OPERATIONS[operation]?.(stage, `${base}/m/a/s`));
  return {
    result: operation === 'bind' ? result.replace('EEXIST', 'EADDRINUSE') : result,
    upper: sorted(linesOf(describeTree(root, `${base}/u`), (path) => path !== '/')),
    merged: sorted(linesOf(describeTree(root, `${base}/m`, { layer: false }), (path) => path !== '/')),
  };
};
