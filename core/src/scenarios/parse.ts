/** Reading and writing scenario files: YAML, of which JSON is a part. */
import { parseDocument, stringify } from 'yaml';
import { type Scenario, scenarioSchema } from './schema/scenario.ts';

/** A file that is no scenario. `problems` say where and what, one a line. */
export class ScenarioError extends Error {
  readonly code = 'invalid-scenario';
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    super(`${source} is no scenario:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** Reads a scenario; `source` names the file in errors. Throws `ScenarioError`. */
export const parseScenario = (text: string, source = 'the text'): Scenario => {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new ScenarioError(
      source,
      document.errors.map(({ message }) => message.split('\n')[0] ?? message),
    );
  const parsed = scenarioSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new ScenarioError(
    source,
    parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)),
  );
};

/** A scenario as a YAML file. */
export const scenarioText = (scenario: Scenario): string =>
  stringify(scenario, { lineWidth: 110, blockQuote: 'literal' });
