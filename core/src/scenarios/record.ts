/** A session as a scenario: what was done, with what it answered, so that it can be played again. */
import type { Entry, History } from '../sandbox/index.ts';
import { stepOf } from './commands.ts';
import type { Scenario } from './schema/scenario.ts';
import type { Expectation, Step } from './schema/step.ts';

const decoder = new TextDecoder();

/** Times and random keys are not the same on another machine; everything else a fixed seed makes the same. */
const asPattern = (bytes: Uint8Array): string => decoder.decode(bytes).replaceAll(/[*<]/g, '*');

const recordedStep = ({ command, result, events }: Entry): Step => {
  const { exitCode, stdout, stderr } = result;
  const expect: Expectation = {
    ...(exitCode === 0 ? {} : { exit: exitCode }),
    ...(stdout.length === 0 ? {} : { stdout: asPattern(stdout) }),
    ...(stderr.length === 0 ? {} : { stderr: asPattern(stderr) }),
    ...(events.some(({ type }) => type === 'power-cut') ? { crash: true } : {}),
  };
  return { ...stepOf(command), ...(Object.keys(expect).length === 0 ? {} : { expect }) };
};

/** The branch that leads to where the history is. `id` and `title` are the author's. */
export const recordScenario = (
  history: Pick<History, 'path'>,
  { id, title, ...rest }: Pick<Scenario, 'id' | 'title' | 'machine' | 'blobs' | 'about'>,
): Scenario => ({ id, title, ...rest, solution: history.path().map(recordedStep) });
