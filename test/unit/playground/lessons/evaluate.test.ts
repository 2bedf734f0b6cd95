/** How far a learner is: tasks in their order, hints by state, what is still different, and what undo takes back. */
import { commandOf, openScenario, parseScenario, type Scenario } from '@layerscope/core/scenarios';
import { describe, expect, it } from 'vitest';
import { evaluateLesson } from '../../../../playground/src/lessons/engine/evaluate.ts';

const scenario: Scenario = parseScenario(`
id: two-snapshots
title: { en: Two, zh: 两个 }
start:
  - ctr: snapshots prepare first
tasks:
  - id: commit
    title: { en: Commit it, zh: 提交 }
    check: { snapshots: { has: [{ key: layer, kind: Committed }] } }
    fail: { snapshots: { count: 0 } }
    hint:
      - when: { snapshots: { has: [{ key: second }] } }
        text: { en: not that one, zh: 不是它 }
      - text: { en: commit layer first, zh: 提交 }
  - id: again
    title: { en: Prepare on it, zh: 再准备 }
    needs: [commit]
    check: { snapshots: { has: [{ key: second, parent: layer }] } }
goal: { snapshots: { count: 2 } }
par: { calls: 2, bytes: 0 }
solution:
  - ctr: snapshots commit layer first
  - ctr: snapshots prepare second layer
`);

const begin = async () => {
  const history = await openScenario(scenario);
  for (const step of scenario.start ?? []) await history.execute(commandOf(step));
  const begun = history.at;
  const look = (done: readonly string[] = []) => evaluateLesson(history, { scenario, begun, done });
  const ctr = (line: string) => history.execute({ type: 'ctr', args: line.split(' ') });
  return { history, look, ctr };
};

describe('a lesson', () => {
  it('shows the task whose turn it is, and what differs', async () => {
    const { look } = await begin();
    expect(await look()).toMatchObject({
      done: [],
      open: [{ id: 'commit', lost: false, hint: { en: 'commit layer first' } }],
      cost: { calls: 0, bytes: 0 },
    });
    expect((await look()).open[0]?.differences[0]).toMatchObject({ where: expect.stringContaining('layer') });
    expect((await look()).goal).toMatchObject([{ wanted: '2' }]);
  });

  it('chooses the hint by the state', async () => {
    const { look, ctr } = await begin();
    await ctr('snapshots prepare second');
    expect((await look()).open[0]?.hint).toEqual({ en: 'not that one', zh: '不是它' });
  });

  it('goes on to the next task, and is done in the end, within par', async () => {
    const { look, ctr } = await begin();
    await ctr('snapshots commit layer first');
    const half = await look();
    expect(half).toMatchObject({ done: ['commit'], open: [{ id: 'again' }] });
    await ctr('snapshots prepare second layer');
    expect(await look(half.done)).toMatchObject({ done: ['commit', 'again'], open: [], goal: [], cost: { calls: 2 } });
  });

  it('is lost when it cannot be reached any more, and found again by undo', async () => {
    const { history, look, ctr } = await begin();
    await ctr('snapshots rm first');
    expect((await look()).open[0]?.lost).toBe(true);
    await history.undo();
    expect((await look()).open[0]?.lost).toBe(false);
  });

  it('leaves no trace of having looked', async () => {
    const { history, look } = await begin();
    const before = await history.hash();
    await look();
    expect(await history.hash()).toBe(before);
    expect(history.entries).toHaveLength(2);
  });
});
