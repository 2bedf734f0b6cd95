import {
  commandLine,
  textIn,
  type Difference,
  type Language,
  type PlayedScenario,
  type PlayedStep,
} from '@layerscope/core/scenarios';
import type { Paint } from '../render/colour.ts';
import { formatBytes, plural } from '../render/units.ts';

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');

const withNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** What differs, and how. */
export const renderDifference = ({ where, wanted, found }: Difference, paint: Paint): string =>
  `  ${where}\n    ${paint('green', `wanted: ${wanted}`)}\n    ${paint('red', `found:  ${found}`)}\n`;

/** A step as a reader follows it: what is said, the command, its output. */
export const renderStep = ({ step, entry, differences }: PlayedStep, language: Language, paint: Paint): string => {
  const decoder = new TextDecoder();
  const { stdout, stderr, exitCode } = entry.result;
  return [
    step.say === undefined ? '' : `\n${textIn(step.say, language).trim()}\n`,
    `  ${paint('bold', commandLine(entry.command))}\n`,
    withNewline(indented(decoder.decode(stdout))),
    withNewline(paint('yellow', indented(decoder.decode(stderr)))),
    exitCode === 0 ? '' : paint('dim', `    exit code ${exitCode}\n`),
    ...differences.map((difference) => renderDifference(difference, paint)),
  ].join('');
};

/** One line for a scenario that is as it says; what differs otherwise. */
export const renderPlayed = (
  { scenario, history, differences, cost }: PlayedScenario,
  path: string,
  paint: Paint,
): string => {
  const figures = `${plural(history.at, 'command')}, ${plural(cost.calls, 'call')}, ${formatBytes(cost.bytes)} copied up`;
  if (differences.length === 0) return `${paint('green', 'ok')}    ${scenario.id}  ${paint('dim', `(${figures})`)}\n`;
  return `${paint('red', 'FAIL')}  ${scenario.id}  ${path}\n${differences
    .map((difference) => renderDifference(difference, paint))
    .join('')}`;
};
