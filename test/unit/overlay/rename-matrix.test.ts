/**
 * Every rename of one name state onto another, as Linux 6.18 answered it: the errno, what the upper layer then holds,
 * and what shows through the mount, now and after a remount.
 */
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { describeTree, linesOf } from './describe-tree.ts';
import matrix from './golden/rename-matrix.json' with { type: 'json' };
import { type NameState, stateOf } from './name-states.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const FLAGS: Readonly<Record<string, number>> = { '0': 0, NOREPLACE: RENAME_NOREPLACE, EXCHANGE: RENAME_EXCHANGE };
const isDirectoryOfTest = (path: string): boolean => ['/', '/a', '/b', '/u'].includes(path);
const isBelow = (path: string): boolean => !isDirectoryOfTest(path) && path !== '/a/keep' && path !== '/b/keep';

interface Row {
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
const sorted = (lines: string): string => lines.split('\n').filter(Boolean).toSorted().join('\n');

const rows: readonly Row[] = (matrix.rows as readonly (readonly (string | number)[])[]).map((row) => ({
  source: row[0] as NameState,
  target: row[1] as NameState,
  dir: String(row[2]),
  flags: String(row[3]),
  redirect: row[4] === 1,
  result: String(row[5]),
  upper: text(row[6] as number),
  upperDirs: text(row[7] as number),
  merged: text(row[8] as number),
}));

const play = ({ source, target, dir, flags, redirect }: Row): object => {
  const mount = new SimulatedMount();
  const paths = [
    ['a/s', stateOf(source)],
    [`${dir}/t`, stateOf(target)],
  ] as const;
  for (const parent of ['a', 'b']) {
    mount.root.mkdir(`/l0/${parent}`, 0o755);
    mount.write(`/l0/${parent}/keep`, 'k');
  }
  for (const [path, state] of paths) state.lower?.(mount, `/l0/${path}`);
  const options = { redirectDir: redirect ? 'on' : 'off' } as const;
  mount.mount(options);
  mount.root.mkdir('/m/u', 0o755);
  for (const [path, state] of paths) state.merged?.(mount, `/m/${path}`);
  const result = outcome(() => mount.root.rename('/m/a/s', `/m/${dir}/t`, FLAGS[flags]));
  const upper = describeTree(mount.root, '/u');
  const merged = (): string => linesOf(describeTree(mount.root, '/m', { layer: false }), isBelow);
  const before = merged();
  mount.unmount();
  mount.mount(options);
  return {
    result,
    upper: sorted(linesOf(upper, isBelow)),
    upperDirs: sorted(linesOf(upper, isDirectoryOfTest)),
    merged: sorted(before),
    remounted: sorted(merged()),
  };
};

describe.each(['0', 'NOREPLACE', 'EXCHANGE'])('rename with flags %s', (flags) => {
  describe.each([false, true])('redirect_dir=on: %s', (redirect) => {
    const chosen = rows.filter((row) => row.flags === flags && row.redirect === redirect);
    const sources = [...new Set(chosen.map((row) => row.source))];
    it.each(sources)('%s onto everything', (source) => {
      for (const row of chosen.filter((each) => each.source === source)) {
        const { result, upper, upperDirs, merged } = row;
        const name = `${row.source} onto ${row.target} in /${row.dir}`;
        expect({ name, ...play(row) }).toEqual({ name, result, upper, upperDirs, merged, remounted: merged });
      }
    });
  });
});
