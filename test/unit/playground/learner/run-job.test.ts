/** A learner's file, from TypeScript to report, without a page: what the worker of the page runs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import type { Report } from '@layerscope/core/conformance';
import type { Costs, Job, JobMessage, Problem, WalkStep } from '../../../../playground/src/learner/job.ts';
import { runJob } from '../../../../playground/src/learner/machine/run-job.ts';

const EXAMPLES = fileURLToPath(new URL('../../../../playground/src/editor/examples/', import.meta.url));
const example = (name: string): string => readFileSync(`${EXAMPLES}${name}.ts`, 'utf8');

const importText = (text: string): Promise<object> =>
  import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);

const told = async (kind: Job['kind'], source: string): Promise<readonly JobMessage[]> => {
  const { code } = await transform(source, { loader: 'ts', format: 'cjs' });
  const messages: JobMessage[] = [];
  await runJob({ kind, module: { name: 'mine.ts', code } }, importText, (message) => messages.push(message));
  return messages;
};

const resultOf = async <T>(kind: Job['kind'], source: string): Promise<T> => {
  const last = (await told(kind, source)).at(-1);
  if (last?.type !== 'result') throw new Error(JSON.stringify(last));
  return last.result as T;
};

const problemOf = async (source: string): Promise<Problem> => {
  const last = (await told('walk', source)).at(-1);
  if (last?.type !== 'problem') throw new Error(JSON.stringify(last));
  return last.problem;
};

describe('examples', () => {
  it.each(['overlayfs', 'native', 'moved-upperdir', 'blank'])('%s keeps every law', async (name) => {
    const report = await resultOf<Report>('check', example(name));
    expect(report.verdicts.filter(({ held }) => !held)).toEqual([]);
    expect(report.held).toBeGreaterThan(140);
  });

  it('broken breaks a law for each of its mistakes', async () => {
    const report = await resultOf<Report>('check', example('broken'));
    const names = report.verdicts.filter(({ held }) => !held).map(({ name }) => name);
    expect(names).toContain('A view is read-only');
    expect(names).toContain('Commit replaces labels');
    expect(names.length).toBeLessThan(10);
    expect(names.length).toBeGreaterThan(2);
  });

  it('tells of each law as it is tried', async () => {
    const messages = await told('check', example('blank'));
    const verdicts = messages.filter(({ type }) => type === 'verdict');
    expect(verdicts.at(-1)).toMatchObject({ done: verdicts.length, total: verdicts.length });
  });
});

describe('a walk', () => {
  it('shows what each call asks of the disk', async () => {
    const steps = await resultOf<readonly WalkStep[]>('walk', example('overlayfs'));
    expect(steps.every(({ error }) => error === undefined)).toBe(true);
    const prepare = steps.find(({ call }) => call === "prepare('box', 'base')");
    expect(prepare?.kernel.map(({ call }) => call)).toContain('rename');
    expect(prepare?.answer.join()).toMatch(/^overlay overlay .*upperdir=/);
    expect(prepare?.snapshots).toContainEqual({ name: 'box', kind: 'Active', parent: 'base' });
    expect(prepare?.files).toContain('snapshots/2/fs/');
  });

  it('ends with the step that fails, and its error', async () => {
    const steps = await resultOf<readonly WalkStep[]>(
      'walk',
      example('blank').replace('await disk.mkdir(tree(id), 0o755);', 'await disk.mkdir("/no", 0o755);'),
    );
    expect(steps.at(-1)).toMatchObject({ call: "mount(mounts('extract'))" });
    expect(steps.at(-1)?.error).toMatch(/ENOENT/);
  });
});

describe('what it costs', () => {
  it('stands beside overlayfs and native on the same work', async () => {
    const [mine, overlayfs, native] = await resultOf<readonly Costs[]>('measure', example('blank'));
    if (mine === undefined || overlayfs === undefined || native === undefined) throw new Error('three were asked for');
    expect([mine.snapshotter, overlayfs.snapshotter, native.snapshotter]).toEqual(['mine.ts', 'overlayfs', 'native']);
    expect([mine.error, overlayfs.error, native.error]).toEqual([undefined, undefined, undefined]);
    // It copies what native copies, but for the views, which native does not copy.
    expect(mine.total.bytesCopied).toBeGreaterThanOrEqual(native.total.bytesCopied);
    expect(native.total.bytesCopied).toBeGreaterThan(20 * overlayfs.total.bytesCopied);
    expect(overlayfs.onDisk.size).toBeLessThan(native.onDisk.size);
    expect(overlayfs.phases.find(({ phase }) => phase === 'write')?.bytesCopied).toBeGreaterThan(0);
    expect(overlayfs.phases.map(({ phase }) => phase)).toEqual(['unpack', 'start', 'write', 'commit', 'remove']);
  });

  it('is the same every time', async () => {
    const [first, second] = [
      await resultOf<readonly Costs[]>('measure', example('overlayfs')),
      await resultOf<readonly Costs[]>('measure', example('overlayfs')),
    ];
    expect(second).toEqual(first);
  });

  it('is told for what was done before a failure', async () => {
    const [mine] = await resultOf<readonly Costs[]>(
      'measure',
      example('blank').replace('commitActive(', "if (name === 'layer-4') throw new Error('no'); commitActive("),
    );
    expect(mine?.error).toBe('no');
    expect(mine?.phases.map(({ phase }) => phase)).toEqual(['unpack', 'start', 'write']);
  });
});

describe('a file that is no snapshotter is told so', () => {
  it.each([
    ["import 'lodash'; export const createSnapshotter = 1;", 'foreign-import', 'lodash'],
    ["const { x } = await0('node:fs'); export const y = x;", 'file-threw', 'await0'],
    ['export const other = 1;', 'no-factory', 'mine.ts'],
    ["export const createSnapshotter = () => { throw new Error('not today'); };", 'factory-threw', 'not today'],
    ['export const createSnapshotter = () => ({ stat: () => 1 });', 'methods-missing', 'update, usage'],
    ['export const createSnapshotter = () => undefined;', 'methods-missing', 'stat, update'],
    ['const a = new Uint8Array(1e15); export const createSnapshotter = () => a;', 'out-of-memory', ''],
  ])('%s', async (source, code, detail) => {
    const problem = await problemOf(source);
    expect(problem.code).toBe(code);
    expect(Object.values(problem.data).join()).toContain(detail);
  });

  it('has an environment of its own, and nothing of the process', async () => {
    expect(await problemOf('throw new Error(JSON.stringify(process));')).toEqual({
      code: 'file-threw',
      data: { detail: 'Error: {"env":{}}' },
    });
  });
});
