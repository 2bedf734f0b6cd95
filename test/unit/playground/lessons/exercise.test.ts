/** The lesson that is a file: the one it begins with breaks a law for each task, the solution breaks none. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Report } from '@layerscope/core/conformance';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import type { JobMessage } from '../../../../playground/src/learner/job.ts';
import { runJob } from '../../../../playground/src/learner/machine/run-job.ts';
import { EXERCISE } from '../../../../playground/src/lessons/data/exercise.ts';

const check = async (example: string): Promise<Report> => {
  const file = fileURLToPath(new URL(`../../../../playground/src/editor/examples/${example}.ts`, import.meta.url));
  const { code } = await transform(readFileSync(file, 'utf8'), { loader: 'ts', format: 'cjs' });
  const messages: JobMessage[] = [];
  const importText = (text: string): Promise<object> =>
    import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);
  await runJob({ kind: 'check', module: { name: 'mine.ts', code } }, importText, (message) => messages.push(message));
  const last = messages.at(-1);
  if (last?.type !== 'result') throw new Error(JSON.stringify(last));
  return last.result as Report;
};

describe('write-your-own', () => {
  it('begins with every task undone', async () => {
    const { verdicts } = await check(EXERCISE.start);
    for (const { laws } of EXERCISE.tasks)
      for (const law of laws) expect(verdicts.find(({ name }) => name === law)).toMatchObject({ held: false });
    const named = EXERCISE.tasks.flatMap(({ laws }) => laws);
    expect(
      verdicts
        .filter(({ held }) => !held)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([...named].toSorted());
  });

  it('is done by its solution', async () => {
    expect((await check(EXERCISE.solution)).broken).toBe(0);
  });
});
