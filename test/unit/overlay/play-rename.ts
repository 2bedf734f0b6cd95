import { RENAME_EXCHANGE, RENAME_NOREPLACE } from '@layerscope/core/fs';
import { describeTree, linesOf, sorted } from './describe-tree.ts';
import matrix from './golden/rename-matrix.json' with { type: 'json' };
import { type NameState, stateOf } from './name-states.ts';
import type { Played, Stage } from './stage.ts';
import { outcome } from './simulated-mount.ts';

const FLAGS: Readonly<Record<string, number>> = { '0': 0, NOREPLACE: RENAME_NOREPLACE, EXCHANGE: RENAME_EXCHANGE };
const isDirectoryOfTest = (path: string): boolean => ['/', '/a', '/b', '/u'].includes(path);
const isBelow = (path: string): boolean => !isDirectoryOfTest(path) && path !== '/a/keep' && path !== '/b/keep';

export interface RenameRow {
  readonly source: NameState;
  readonly target: NameState;
  readonly dir: string;
  readonly flags: string;
  readonly redirect: boolean;
  readonly result: string;
  readonly upper: string;
  readonly upperDirs: string;
  readonly merged: string;
}

const text = (index: number): string => sorted(matrix.texts[index] ?? '');

export const renameRows: readonly RenameRow[] = (matrix.rows as readonly (readonly (string | number)[])[]).map(
  (row) => ({
    source: row[0] as NameState,
    target: row[1] as NameState,
    dir: String(row[2]),
    flags: String(row[3]),
    redirect: row[4] === 1,
    result: String(row[5]),
    upper: text(row[6] as number),
    upperDirs: text(row[7] as number),
    merged: text(row[8] as number),
  }),
);

/** What a row says came of it. */
export const recordedRename = ({ result, upper, upperDirs, merged }: RenameRow): Played => ({
  result,
  upper,
  upperDirs,
  merged,
  remounted: merged,
});

export const playRename = (stage: Stage, { source, target, dir, flags, redirect }: RenameRow): Played => {
  const { base, root } = stage;
  const paths = [
    ['a/s', stateOf(source)],
    [`${dir}/t`, stateOf(target)],
  ] as const;
  for (const parent of ['a', 'b']) {
    root.mkdir(`${base}/l0/${parent}`, 0o755);
    stage.write(`${base}/l0/${parent}/keep`, 'k');
  }
  for (const [path, state] of paths) state.lower?.(stage, `${base}/l0/${path}`);
  const options = { redirectDir: redirect ? 'on' : 'off' } as const;
  stage.mount(options);
  root.mkdir(`${base}/m/u`, 0o755);
  for (const [path, state] of paths) state.merged?.(stage, `${base}/m/${path}`);
  const result = outcome(() => root.rename(`${base}/m/a/s`, `${base}/m/${dir}/t`, FLAGS[flags]));
  const upper = describeTree(root, `${base}/u`);
  const merged = (): string => sorted(linesOf(describeTree(root, `${base}/m`, { layer: false }), isBelow));
  const before = merged();
  stage.unmount();
  stage.mount(options);
  return {
    result,
    upper: sorted(linesOf(upper, isBelow)),
    upperDirs: sorted(linesOf(upper, isDirectoryOfTest)),
    merged: before,
    remounted: merged(),
  };
};
