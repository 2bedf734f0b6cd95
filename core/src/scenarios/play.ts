/** Plays a scenario: carries out its start and its solution, and compares what happens with what it says. */
import { demoImage } from '../demo/index.ts';
import { ctr } from '../ctr/index.ts';
import {
  type BlobSource,
  type CommandStreams,
  createHistory,
  type Entry,
  type History,
  InterruptedError,
  type MachineOptions,
} from '../sandbox/index.ts';
import { callsOf, checkStep, copyUpsOf } from './check/check-step.ts';
import { differencesFrom } from './check/check-state.ts';
import { type Difference, Report } from './check/report.ts';
import { commandLine, commandOf } from './commands.ts';
import type { Bindings } from './pattern.ts';
import type { Scenario, Task } from './schema/scenario.ts';
import type { Step } from './schema/step.ts';

export interface PlayOptions {
  /** Opens an archive that the scenario names by digest or path; `undefined` when there is none. */
  readonly open?: BlobSource;
  readonly codecs?: MachineOptions['codecs'];
  /** With workers, what a scenario starts can be ended whatever it does. */
  readonly host?: NonNullable<MachineOptions['host']>;
  /** Somebody stands by while a step runs, who may interrupt it; a step that was interrupted is a difference. */
  readonly attend?: (step: Step) => Attendant;
  /** Hears of every step once it is compared. */
  readonly onStep?: (step: PlayedStep) => void;
}

export interface Attendant {
  readonly io: CommandStreams;
  /** The step is over. */
  leave(): void;
}

export interface PlayedStep {
  readonly part: 'start' | 'solution';
  /** From 1. */
  readonly number: number;
  readonly step: Step;
  readonly entry: Entry;
  readonly differences: readonly Difference[];
}

export interface PlayedScenario {
  readonly scenario: Scenario;
  readonly history: History;
  /** Empty when everything is as the scenario says. */
  readonly differences: readonly Difference[];
  /** What the solution took. */
  readonly cost: Cost;
}

export interface Cost {
  /** Calls of the snapshotter. */
  readonly calls: number;
  /** Bytes of files copied up. */
  readonly bytes: number;
}

/** What entries cost, to be compared with a scenario's par. */
export const costOf = (entries: readonly Entry[]): Cost => ({
  calls: entries.reduce((sum, { events }) => sum + callsOf(events, 'snapshot-call').length, 0),
  bytes: entries.reduce(
    (sum, { events }) => sum + copyUpsOf(events).reduce((bytes, copyUp) => bytes + copyUp.bytes, 0),
    0,
  ),
});

async function* once(bytes: Promise<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield await bytes;
}

/** The archives of a scenario by its own names for them. */
const blobsOf = (scenario: Scenario, open: BlobSource | undefined): BlobSource => {
  const { blobs = { demo: 'demo' } } = scenario;
  return (name) => {
    const source = blobs[name];
    if (source === undefined) return undefined;
    return source === 'demo' ? once(demoImage()) : open?.(source);
  };
};

/** A machine as the scenario wants it, before its start. */
export const openScenario = (scenario: Scenario, { open, codecs, host }: PlayOptions = {}): Promise<History> =>
  createHistory({
    ...scenario.machine,
    ...(codecs === undefined ? {} : { codecs }),
    ...(host === undefined ? {} : { host }),
    ctr,
    blobs: blobsOf(scenario, open),
  });

/** Tasks whose needs are met by those already done, in the order of the file. */
export const openTasks = ({ tasks = [] }: Scenario, done: ReadonlySet<string>): readonly Task[] =>
  tasks.filter(({ id, needs = [] }) => !done.has(id) && needs.every((need) => done.has(need)));

/**
 * Plays it from start to end. What differs is in the result; nothing stops at the first difference. Beyond the steps'
 * own expectations:
 *
 *   the goal is not reached by the start alone, and is reached by the solution
 *   every task is open at the start, and done by the solution without being lost on the way
 *   the solution keeps to the par
 */
export const playScenario = async (scenario: Scenario, options: PlayOptions = {}): Promise<PlayedScenario> => {
  const history = await openScenario(scenario, options);
  const report = new Report();
  const bindings: Bindings = new Map();
  const done = new Set<string>();

  const settleTasks = async (own: Report): Promise<void> => {
    const lost = new Set<string>();
    for (let open = openTasks(scenario, done), count = -1; count !== done.size; open = openTasks(scenario, done)) {
      count = done.size;
      for (const { id, check, fail } of open) {
        if (fail !== undefined && !lost.has(id) && (await differencesFrom(history, fail)).length === 0) {
          lost.add(id);
          own.add(`task ${id}`, 'not to be lost', 'lost');
        }
        if ((await differencesFrom(history, check, new Map(bindings))).length === 0) done.add(id);
      }
    }
  };

  /** `undefined` when it was interrupted, and taken back. */
  const carryOut = async (step: Step): Promise<Entry | undefined> => {
    const attendant = options.attend?.(step);
    try {
      return await history.execute(commandOf(step), attendant?.io);
    } catch (error) {
      if (error instanceof InterruptedError) return undefined;
      throw error;
    } finally {
      attendant?.leave();
    }
  };

  const run = async (part: PlayedStep['part'], steps: readonly Step[]): Promise<void> => {
    for (const [index, step] of steps.entries()) {
      const entry = await carryOut(step);
      const where = `${part} ${index + 1} (${commandLine(commandOf(step)).split('\n')[0]})`;
      if (entry === undefined) {
        report.add(where, 'to come to an end', 'still running when it was interrupted');
        continue;
      }
      const own = new Report(where);
      checkStep(step.expect ?? {}, entry, bindings, own);
      if (part === 'solution') await settleTasks(own);
      for (const each of own.differences) report.add(each.where, each.wanted, each.found);
      options.onStep?.({ part, number: index + 1, step, entry, differences: own.differences });
    }
  };

  const { start = [], solution, goal, tasks = [], par = {} } = scenario;
  await run('start', start);
  const beginning = history.at;
  if (goal !== undefined && (await differencesFrom(history, goal)).length === 0)
    report.add('goal', 'something to do', 'reached by the start alone');
  for (const { id, check } of openTasks(scenario, done))
    if ((await differencesFrom(history, check)).length === 0)
      report.add(`task ${id}`, 'something to do', 'done by the start');
  await run('solution', solution);
  const goalReport = report.under('goal');
  for (const { where, wanted, found } of goal === undefined ? [] : await differencesFrom(history, goal, bindings))
    goalReport.add(where, wanted, found);
  for (const { id } of tasks) if (!done.has(id)) report.add(`task ${id}`, 'done by the solution', 'still open');
  const cost = costOf(history.path().filter(({ id }) => id > beginning));
  for (const what of ['calls', 'bytes'] as const) {
    const limit = par[what];
    if (limit !== undefined && cost[what] > limit) report.add(`par: ${what}`, `at most ${limit}`, String(cost[what]));
  }
  return { scenario, history, differences: report.differences, cost };
};
