/** Every lesson can be done: its solution reaches the goal within par, and its start alone does not. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseScenario, playScenario, textIn, type Scenario } from '@layerscope/core/scenarios';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../../../playground/src/lessons/data/', import.meta.url));
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .toSorted();
const read = (name: string): Scenario => parseScenario(readFileSync(FOLDER + name, 'utf8'), name);

const texts = (scenario: Scenario): readonly unknown[] => [
  scenario.title,
  scenario.about,
  ...(scenario.tasks ?? []).flatMap(({ title, hint = [] }) => [title, ...hint.map(({ text }) => text)]),
];

describe.each(files)('%s', (name) => {
  it('is done by its solution, and not by its start', async () => {
    const { differences } = await playScenario(read(name));
    expect(differences.map(({ where, wanted, found }) => `${where}: expected ${wanted}, found ${found}`)).toEqual([]);
  });

  it('says everything in both languages', () => {
    for (const text of texts(read(name))) {
      expect(text).toMatchObject({ en: expect.stringMatching(/\S/), zh: expect.stringMatching(/[\u4e00-\u9fff]|`/) });
    }
  });

  it('has a hint for every task', () => {
    const scenario = read(name);
    expect(textIn(scenario.title, 'zh')).not.toBe(textIn(scenario.title, 'en'));
    for (const { hint = [] } of scenario.tasks ?? []) expect(hint.length).toBeGreaterThan(0);
    expect(scenario.tasks?.length).toBeGreaterThan(1);
    expect(scenario.goal).toBeDefined();
    expect(scenario.par).toBeDefined();
  });
});
