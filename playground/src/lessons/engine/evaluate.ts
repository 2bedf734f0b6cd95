/** How far a learner is. Runs beside the kernel; looking leaves no trace. */
import { costOf, differencesFrom, openTasks, type Hint, type Task } from '@layerscope/core/scenarios';
import type { History } from '@layerscope/core/sandbox';
import type { LessonQuery, LessonState, OpenTask } from './values.ts';

const isTrue = async (history: History, check: Task['check'] | undefined): Promise<boolean> =>
  check !== undefined && (await differencesFrom(history, check)).length === 0;

const hintFor = async (history: History, hints: readonly Hint[]): Promise<Hint | undefined> => {
  for (const hint of hints) if (hint.when === undefined || (await isTrue(history, hint.when))) return hint;
  return undefined;
};

export const evaluateLesson = async (
  history: History,
  { scenario, begun, done: before }: LessonQuery,
): Promise<LessonState> => {
  const { goal, tasks = [] } = scenario;
  const done = new Set(before);
  for (let count = -1; count !== done.size;) {
    count = done.size;
    for (const { id, check } of openTasks(scenario, done)) if (await isTrue(history, check)) done.add(id);
  }
  const open: OpenTask[] = [];
  for (const { id, check, hint = [], fail } of openTasks(scenario, done)) {
    const fitting = await hintFor(history, hint);
    open.push({
      id,
      ...(fitting === undefined ? {} : { hint: fitting.text }),
      differences: await differencesFrom(history, check),
      lost: await isTrue(history, fail),
    });
  }
  return {
    at: history.at,
    done: tasks.map(({ id }) => id).filter((id) => done.has(id)),
    open,
    goal: goal === undefined ? [] : await differencesFrom(history, goal),
    cost: costOf(history.path().filter(({ id }) => id > begun)),
  };
};
