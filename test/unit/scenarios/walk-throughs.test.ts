/** Every scenario that comes with Layerscope is a test: its solution does what its file says. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseScenario, playScenario, scenarioJsonSchema, type Text } from '@layerscope/core/scenarios';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../../core/scenarios/', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe('the scenarios that come with Layerscope', () => {
  it('are those of the walk-throughs at least', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'commit.yaml',
        'create-and-delete-container.yaml',
        'gc-with-lease.yaml',
        'interrupted-pull.yaml',
        'labels-and-update.yaml',
        'moved-upperdir.yaml',
        'pull-again.yaml',
        'pull-three-layers.yaml',
        'view.yaml',
      ]),
    );
  });

  it.each(files)('%s', async (name) => {
    const scenario = parseScenario(readFileSync(FOLDER + name, 'utf8'), name);
    expect(`${scenario.id}.yaml`).toBe(name);
    const texts = [scenario.title, scenario.about, ...(scenario.tasks ?? []).map(({ title }) => title)];
    for (const text of texts) expect(text as Exclude<Text, string>).toHaveProperty('zh');
    const { differences } = await playScenario(scenario);
    expect(differences).toEqual([]);
  });

  it('have a JSON schema beside them that is this one', () => {
    const published = JSON.parse(readFileSync(`${FOLDER}scenario.schema.json`, 'utf8')) as unknown;
    expect(published).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });
});
