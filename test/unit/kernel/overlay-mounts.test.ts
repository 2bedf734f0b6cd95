/** What mount(2) takes and refuses, word by word, as Linux 6.18 answered, logged and showed it. */
import { FsError, O_CREAT, O_WRONLY, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel, type SimulatedKernel } from '@layerscope/core/kernel';
import { describe, expect, it } from 'vitest';
import recorded from './golden/overlay-mounts.json' with { type: 'json' };

interface Row {
  readonly name: string;
  readonly options: string;
  readonly answer: string;
  readonly log?: readonly string[];
  /** What /proc/mounts shows; without the uuid, which only the first mount of an upper directory shows. */
  readonly shown?: string;
  /** Mounted at /b/m0, … meanwhile. */
  readonly beside?: readonly string[];
  /** Mounted and unmounted before. */
  readonly before?: readonly string[];
  /** What is then removed; directories with a slash behind. */
  readonly removed?: readonly string[];
  /** Mounted before at the same place. */
  readonly below?: readonly string[];
  readonly binds?: readonly { readonly source: string; readonly target: string; readonly options: readonly string[] }[];
}

const many = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `/b/z${at}`);
/** `MANY:500` stands for so many layers. */
const unfold = (options: string): string =>
  options
    .replace(/lowerdir=MANY:(\d+)/, (_, count) => `lowerdir=${many(Number(count)).join(':')}`)
    .replace(/lowerdir\+=MANY:(\d+)/, (_, count) =>
      many(Number(count))
        .map((dir) => `lowerdir+=${dir}`)
        .join(','),
    );
const ROWS: readonly Row[] = recorded.map((row) => ({ ...row, options: unfold(row.options) }));

const DIRECTORIES = ['l1', 'l1/sub', 'l2', 'u', 'u/sub', 'w', 'w/sub', 'u2', 'w2', 'm0', 'm1', 'do1', 'do2'];
const NESTED = ['n2u', 'n2w', 'n3u', 'n3w', 'l1/uu', 'l1/ww', 'a:b', 'c,d', 'e\\f'];

const prepare = async (row: Row): Promise<SimulatedKernel> => {
  const kernel = createSimulatedKernel({ clock: steppingClock(0n), random: seededRandom(1) });
  for (const dir of ['/b', '/m', '/other']) await kernel.disk.mkdir(dir, 0o755);
  const dirs = [...DIRECTORIES, ...NESTED].map((dir) => `/b/${dir}`);
  for (const dir of [...dirs, ...(row.options.includes('/z0') ? many(501) : [])]) await kernel.disk.mkdir(dir, 0o755);
  const process = kernel.spawn();
  process.close(process.open('/b/file', O_WRONLY | O_CREAT, 0o644));
  process.exit();
  await kernel.mount([{ type: 'tmpfs', source: 'other', options: [] }], '/other');
  for (const dir of ['/other/u', '/other/w']) await kernel.disk.mkdir(dir, 0o755);
  for (const options of row.before ?? []) {
    await mount(kernel, options, '/m');
    await kernel.unmount('/m');
  }
  for (const path of row.removed ?? []) remove(kernel, path);
  for (const { source, target, options } of row.binds ?? []) {
    await kernel.mount([{ type: 'bind', source, options }], target);
  }
  for (const options of row.below ?? []) await mount(kernel, options, '/m');
  for (const [at, options] of (row.beside ?? []).entries()) await mount(kernel, options, `/b/m${at}`);
  return kernel;
};

const remove = (kernel: SimulatedKernel, path: string): void => {
  const process = kernel.spawn();
  if (path.endsWith('/')) process.rmdir(path);
  else process.unlink(path);
  process.exit();
};

/** Commas that are not escaped separate the options. */
const mount = (kernel: SimulatedKernel, options: string, target: string): Promise<void> =>
  kernel.mount([{ type: 'overlay', source: 'overlay', options: options.split(/(?<!\\),/).filter(Boolean) }], target);

describe('mount(2)', () => {
  it.each(ROWS)('$name: $answer', async (row) => {
    const kernel = await prepare(row);
    const logged = kernel.dmesg().length;
    const answer = await mount(kernel, row.options, '/m').then(
      () => 'ok',
      (error: unknown) => (error instanceof FsError ? error.code : String(error)),
    );
    expect({ answer, log: kernel.dmesg().slice(logged) }).toEqual({ answer: row.answer, log: row.log ?? [] });
    if (row.shown === undefined) return;
    const shown = kernel.mounts().at(-1)?.options.replace('relatime,', '') ?? '';
    expect(row.options.includes('uuid=') ? shown : shown.replace(',uuid=on', '')).toBe(row.shown);
  });
});
