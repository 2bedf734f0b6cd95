/** A scenario that is wrong says where: each of these is the demo scenario with one thing changed. */
import {
  commandOf,
  differencesFrom,
  openScenario,
  parseScenario,
  playScenario,
  recordScenario,
  scenarioText,
  stepOf,
  type Expectation,
  type Scenario,
  type Step,
} from '@layerscope/core/scenarios';
import type { RunControl } from '@layerscope/core/shell';
import { describe, expect, it } from 'vitest';

const scenario = (change: Partial<Scenario>): Scenario => ({
  id: 'one',
  title: 'One',
  solution: [],
  ...change,
});

/** One call, of which something is expected. */
const preparing = (wanted: Expectation): Partial<Scenario> => ({
  solution: [{ ctr: 'snapshots prepare a', expect: wanted }],
});

const wrongs = async (change: Partial<Scenario>): Promise<readonly string[]> => {
  const { differences } = await playScenario(scenario(change));
  return differences.map(({ where, wanted, found }) => `${where}: ${wanted} / ${found}`);
};

describe('a scenario says what differs', () => {
  it('in an answer', async () => {
    expect(await wrongs({ solution: [{ shell: 'echo one; echo two', expect: { stdout: 'one\nthree' } }] })).toEqual([
      'solution 1 ($ echo one; echo two): stdout line 2: three / two',
    ]);
    expect(await wrongs({ solution: [{ shell: 'false' }, { shell: 'true', expect: { exit: 1 } }] })).toEqual([
      'solution 1 ($ false): exit code: 0 / 1: ',
      'solution 2 ($ true): exit code: 1 / 0: ',
    ]);
  });

  it('in calls and events', async () => {
    expect(
      await wrongs(preparing({ calls: [['prepare', '<key>', '']], backend: [['prepare', 'default/1/<key>', '']] })),
    ).toEqual([]);
    expect(await wrongs(preparing({ calls: [['view', 'a', '']] }))).toEqual([
      "solution 1 (ctr snapshots prepare a): call 1: view a '' / prepare a ''",
    ]);
    expect(await wrongs(preparing({ calls: ['…', ['commit', '*', '*']] }))).toEqual([
      "solution 1 (ctr snapshots prepare a): call 1: commit '*' '*' / prepare a ''",
    ]);
    expect(await wrongs(preparing({ backend: [] }))).toEqual([
      "solution 1 (ctr snapshots prepare a): backend call 1: no more calls / prepare default/1/a ''",
    ]);
    expect(await wrongs(preparing({ topics: ['/snapshot/prepare', '/snapshot/commit'] }))).toEqual([
      'solution 1 (ctr snapshots prepare a): event 2: /snapshot/commit / no such event',
    ]);
  });

  it('in a tree, by path and attribute', async () => {
    const solution: readonly Step[] = [{ shell: 'mkdir -p /d/e; echo text > /d/f; chmod 640 /d/f; ln -s f /d/l' }];
    const goal = (files: NonNullable<NonNullable<Scenario['goal']>['trees']>[number]['files']): Partial<Scenario> => ({
      solution,
      goal: { trees: [{ path: '/', files }] },
    });
    expect(
      await wrongs(
        goal({
          '/d/f': { type: 'file', mode: '0640', owner: '0:0', size: 5, links: 1, text: 'te*' },
          '/d/l': { type: 'symlink', target: 'f' },
          '/d': { names: ['e', 'f', 'l'] },
          '/d/g': null,
        }),
      ),
    ).toEqual([]);
    expect(
      await wrongs(goal({ '/d/f': { mode: '644', size: 4, text: 'no' }, '/d/l': { target: 'g' }, '/d/e': null })),
    ).toEqual([
      'goal: /: /d/f: mode: 644 / 640',
      'goal: /: /d/f: size: 4 / 5',
      'goal: /: /d/f: text line 1: no / text',
      'goal: /: /d/l: target: g / f',
      'goal: /: /d/e: nothing / directory',
    ]);
    expect(await wrongs(goal({ '/d/missing': {}, '/d': { names: ['e'] } }))).toEqual([
      'goal: /: /d/missing: to be there / nothing',
      'goal: /: /d: names: e / e, f, l',
    ]);
    expect(await wrongs({ goal: { trees: [{ container: 'c9', files: {} }] } })).toEqual([
      'goal: container c9: a tree to look at / container "c9" in namespace "default": not found',
    ]);
  });

  it('in records', async () => {
    const solution: readonly Step[] = [{ ctr: 'snapshots prepare a' }, { ctr: 'snapshots label a x=y' }];
    expect(
      await wrongs({
        solution,
        goal: { snapshots: { has: [{ key: 'a', kind: 'Active', labels: { x: 'y', z: null } }], count: 1 } },
      }),
    ).toEqual([]);
    expect(
      await wrongs({
        solution,
        goal: {
          snapshots: {
            has: [{ key: 'a', kind: 'View', parent: 'p', labels: { x: null, z: '1' } }, { key: 'b' }],
            count: 2,
          },
          images: { has: ['i'] },
          any: [{ leases: { count: 1 } }],
          not: { ran: ['ctr snapshots *'] },
        },
      }),
    ).toEqual([
      'goal: snapshots: a: kind: View / Active',
      'goal: snapshots: a: parent: p / none',
      'goal: snapshots: a: label x: none / y',
      'goal: snapshots: a: label z: 1 / none',
      'goal: snapshots: b: to be there / a',
      'goal: snapshots: count: 2 / 1: a',
      'goal: images: i: to be there / none at all',
      'goal: leases: count: 1 / 0: none at all',
      'goal: not: something else / {"ran":["ctr snapshots *"]}',
    ]);
  });

  it('in its own making', async () => {
    const made: Partial<Scenario> = { start: [{ shell: 'mkdir /d' }], solution: [{ ctr: 'snapshots prepare a' }] };
    const goal = { trees: [{ path: '/', files: { '/d': {} } }] };
    expect(await wrongs({ ...made, goal, par: { calls: 0 } })).toEqual([
      'goal: something to do / reached by the start alone',
      'par: calls: at most 0 / 1',
    ]);
    expect(
      await wrongs({
        ...made,
        tasks: [
          { id: 'first', title: 'First', check: goal },
          { id: 'second', title: 'Second', check: { snapshots: { count: 2 } } },
          { id: 'third', title: 'Third', needs: ['second'], check: { snapshots: { count: 1 } } },
          { id: 'fourth', title: 'Fourth', check: { images: { count: 1 } }, fail: { snapshots: { count: 1 } } },
        ],
      }),
    ).toEqual([
      'task first: something to do / done by the start',
      'solution 1 (ctr snapshots prepare a): task fourth: not to be lost / lost',
      'task second: done by the solution / still open',
      'task third: done by the solution / still open',
      'task fourth: done by the solution / still open',
    ]);
  });

  it('without leaving a trace of looking', async () => {
    const history = await openScenario(scenario({}));
    await history.execute({ type: 'import', blob: 'demo' });
    const before = await history.hash();
    const events = history.entries[1]!.events.length;
    await differencesFrom(history, {
      trees: [
        { snapshot: 'sha256:acd815c6805bb1681f7726dbd4453d032ec766c986d3cef63c15b1099ad85242', files: { '/etc': {} } },
      ],
      content: { count: 1 },
    });
    expect(await history.hash()).toBe(before);
    expect(history.entries[1]!.events.length).toBe(events);
  });
});

describe('scenario files', () => {
  it('are read strictly, with every problem and its place', () => {
    expect(() =>
      parseScenario('id: A\ntitle: x\nsolution:\n  - { ctr: a, shell: b }\n  - { lost: true }\n', 'x.yaml'),
    ).toThrow(
      /x\.yaml is no scenario:\n {2}id: .*\n {2}solution\.0: a step is exactly one of .*\n {2}solution\.1: Unrecognized key: "lost"/,
    );
    expect(() => parseScenario('a: [', 'x.yaml')).toThrow('x.yaml is no scenario');
  });

  it.each([
    { ctr: 'snapshots label a "b c"=d' },
    { ctr: ['snapshots', 'ls'], stdin: 'x' },
    { shell: 'cat <<E\nE\n' },
    { exec: { container: 'c', args: "sh -c 'a b'", namespace: 'n' } },
    { import: 'demo' },
    { import: { blob: 'demo', unpack: false } },
    { gc: true },
    { advance: '1500ms' },
    { advance: '24h' },
    { crash: true },
    { fault: { on: 'kernel', call: 'mount', effect: 'EIO', number: 2 } },
  ] as readonly Step[])('give back the command they were made from: %j', (step) => {
    const command = commandOf(step);
    expect(commandOf(stepOf(command))).toEqual(command);
  });

  it('are written from a session, and play', async () => {
    const history = await openScenario(scenario({}));
    for (const step of [
      { import: 'demo' },
      { ctr: 'run -d layerscope.test/demo:latest c1 sleep infinity' },
      { exec: { container: 'c1', args: ['sh', '-c', 'echo "<*>" > /f; cat /f; nonsense'] } },
      { crash: true },
      { ctr: 'tasks ls' },
    ] as readonly Step[])
      await history.execute(commandOf(step));
    const recorded = scenarioText(recordScenario(history, { id: 'session', title: 'A session' }));
    const { differences } = await playScenario(parseScenario(recorded));
    expect(differences).toEqual([]);
    const changed = recorded.replace('import: demo', 'shell: "true"');
    expect((await playScenario(parseScenario(changed))).differences.length).toBeGreaterThan(0);
  });
});

describe('a step that never ends', () => {
  it('is a difference once somebody has interrupted it, and the rest is played', async () => {
    let left = 0;
    let control: RunControl | undefined;
    const steps = [{ shell: 'while :; do :; done' }, { shell: 'true', expect: { stdout: '' } }];
    const played = await playScenario(scenario({ solution: steps }), {
      // Whoever stands by has had enough at the first pause.
      host: { pause: async () => control?.interrupt(9) },
      attend: () => ({ io: { onStart: (given) => void (control = given) }, leave: () => void (left += 1) }),
    });
    expect(played.differences).toEqual([
      {
        where: 'solution 1 ($ while :; do :; done)',
        wanted: 'to come to an end',
        found: 'still running when it was interrupted',
      },
    ]);
    expect([left, played.history.at]).toEqual([2, 1]);
  });
});
