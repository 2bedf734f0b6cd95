/** Options that depend on each other: what mount(2) takes, shows and logs, as Linux 6.18 answered it. */
import { FsError, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import { expect, it } from 'vitest';
import golden from './golden/mount-options.json' with { type: 'json' };
import { OPTION_SETS, type OptionAnswer, type OptionSet, shownOptions } from './mount-option-sets.ts';

const answersOf = async (sets: readonly OptionSet[]): Promise<readonly OptionAnswer[]> => {
  const kernel = createSimulatedKernel({ clock: steppingClock(0n), random: seededRandom(1) });
  for (const path of ['/l0', '/l1', '/m']) await kernel.disk.mkdir(path, 0o755);
  const answers: OptionAnswer[] = [];
  for (const [at, { hasUpper, words }] of sets.entries()) {
    for (const dir of [`/u${at}`, `/w${at}`]) await kernel.disk.mkdir(dir, 0o755);
    const layers = ['lowerdir=/l0:/l1', ...(hasUpper ? [`upperdir=/u${at}`, `workdir=/w${at}`] : [])];
    const logged = kernel.dmesg().length;
    const answer = await kernel
      .mount([{ type: 'overlay', source: 'overlay', options: [...layers, ...words] }], '/m')
      .then(
        () => `ok ${shownOptions(kernel.mounts().at(-1)?.options ?? '')}`,
        (error: unknown) => (error instanceof FsError ? error.code : String(error)),
      );
    answers.push([answer, ...kernel.dmesg().slice(logged)].join('\n'));
    if (answer.startsWith('ok')) await kernel.unmount('/m');
  }
  return answers;
};

const named = (given: readonly (string | undefined)[]): readonly string[] =>
  OPTION_SETS.map(({ hasUpper, words }, at) => `${hasUpper ? 'upper' : 'no upper'} ${words.join(',')}: ${given[at]}`);

it(`${OPTION_SETS.length} sets of options`, async () => {
  const answers = await answersOf(OPTION_SETS);
  expect(named(answers)).toEqual(named(golden.sets.map((number) => golden.texts[number])));
});
