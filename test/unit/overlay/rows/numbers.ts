import { O_RDONLY, S_IFDIR, S_IFMT } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';

import recorded from '../golden/inode-numbers.json' with { type: 'json' };
import { put } from '../layer-entries.ts';
import type { Played, Stage } from '../stage.ts';
import { opened } from './acts.ts';

/**
 * st_ino, st_dev, st_nlink and d_ino of every kind of object, before and after a copy-up and after a remount. A number is
 * told by the layer whose real one it is (`U`, `L0`, `L1`), else by itself (`#3`); a device by the file system it stands
 * for: `o` the overlay, `u` the upper one's, `l0`, `l1` the lower ones'. `+1`: with the number of the first lower file
 * system in the highest bits.
 */
export interface NumberTable {
  readonly name: string;
  /** Lower layers that are on a file system of their own. */
  readonly separate: readonly string[];
  readonly xino: string;
  /** `/path number device links`, and the number in its directory's listing. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly remounted: readonly string[];
}

export const NUMBER_TABLES: readonly NumberTable[] = recorded;

const LAYERS = { U: 'u', L0: 'l0', L1: 'l1' } as const;

/** Everything but `f2` and what is in the upper layer is copied up; `g` then moves there. */
const change = (root: SystemCalls, merged: string): void => {
  for (const path of ['d/a', 'f', 'pl/z', 'pl/sub', 'd/b']) root.chmod(`${merged}/${path}`, 0o700);
  root.rename(`${merged}/g`, `${merged}/up/g2`);
};

const PATHS = ['', 'd', 'd/a', 'd/b', 'f', 'g', 'f2', 'pl', 'pl/z', 'pl/sub', 'up', 'up/x', 'uf'];

const found = <Value>(run: () => Value): Value | undefined => {
  try {
    return run();
  } catch {
    return undefined;
  }
};

const HIGH = 1n << 63n;

const look = (
  { base, root }: Stage,
  { separate, xino }: NumberTable,
  lowerDevs: ReadonlyMap<string, number>,
  path: string,
): string | undefined => {
  const stat = found(() => root.stat(`${base}/m/${path}`, false));
  if (stat === undefined) return undefined;
  const inLayers = Object.entries(LAYERS).flatMap(([name, dir]) => {
    const real = found(() => root.stat(`${base}/${dir}/${path}`, false));
    return real === undefined ? [] : [{ name, ino: real.ino }];
  });
  // What moved is known by its old name in the lower layer.
  if (path === 'up/g2') inLayers.push({ name: 'L0', ino: root.stat(`${base}/l0/g`).ino });
  const told = (ino: bigint): string => {
    const plain = inLayers.findLast((layer) => layer.ino === ino);
    const high = inLayers.findLast((layer) => (layer.ino | HIGH) === ino);
    return plain?.name ?? (high === undefined ? `#${ino}` : `${high.name}+1`);
  };
  // A number that was counted up may be somebody's real one by chance.
  const isCounted = separate.length > 0 && xino === 'off' && (stat.mode & S_IFMT) === S_IFDIR;
  const dev =
    stat.dev === root.stat(`${base}/m`).dev
      ? 'o'
      : ([...lowerDevs].find(([, shown]) => shown === stat.dev)?.[0] ?? 'u');
  const slash = path.lastIndexOf('/');
  const row = opened(root, `${base}/m/${path.slice(0, Math.max(slash, 0))}`, O_RDONLY, (fd) =>
    root.getdents(fd).find(({ name }) => name === path.slice(slash + 1)),
  );
  return `${isCounted ? `#${stat.ino}` : told(stat.ino)} ${dev} ${stat.nlink}${row === undefined ? '' : ` ${told(row.ino)}`}`;
};

/** The devices of what is only in one lower layer. */
const devsOf = ({ base, root }: Stage, { separate }: NumberTable): ReadonlyMap<string, number> =>
  new Map(
    [
      ['l0', 'f'],
      ['l1', 'f2'],
    ].flatMap(([layer = '', path]) =>
      separate.includes(layer) ? [[layer, root.stat(`${base}/m/${path}`).dev] as const] : [],
    ),
  );

/** So that no two layers have the same numbers. */
const spendNumbers = ({ base, root }: Stage, layer: string, count: number): void => {
  for (let index = 0; index < count; index++) {
    root.mkdir(`${base}/${layer}/spent`, 0o755);
    root.rmdir(`${base}/${layer}/spent`);
  }
};

export const playNumbers = (stage: Stage, table: NumberTable): Played => {
  const { base, root } = stage;
  for (const [at, layer] of table.separate.entries()) {
    stage.separate(`/${layer}`);
    spendNumbers(stage, layer, 40 * (at + 1));
  }
  put(stage, `${base}/l0`, { d: { a: '' }, f: '', g: '', pl: { z: '', sub: {} } });
  put(stage, `${base}/l1`, { d: { b: '' }, f2: '' });
  put(stage, `${base}/u`, { up: { x: '' }, uf: '' });
  const options = { xino: table.xino === 'on' || table.xino === 'auto' ? table.xino : 'off' } as const;
  const lookAtAll = (paths: readonly string[]): string => {
    const rows = paths.map((path) => [path, () => look(stage, table, devs, path)] as const);
    // Directories are numbered in the order in which they are met.
    for (const path of paths) found(() => root.stat(`${base}/m/${path}`));
    const devs = devsOf(stage, table);
    return rows.map(([path, row]) => `/${path} ${row() ?? 'gone'}`).join('\n');
  };
  stage.mount(options);
  const before = lookAtAll(PATHS);
  change(root, `${base}/m`);
  const after = lookAtAll([...PATHS, 'up/g2']);
  stage.unmount();
  stage.mount(options);
  const remounted = lookAtAll([...PATHS, 'up/g2']);
  stage.unmount();
  return { before, after, remounted };
};

export const recordedNumbers = ({ before, after, remounted }: NumberTable): Played => ({
  before: before.join('\n'),
  after: after.join('\n'),
  remounted: remounted.join('\n'),
});
