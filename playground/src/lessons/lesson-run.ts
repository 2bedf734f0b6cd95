/** One go at a lesson: what was done at which entry, and how it stands now. */
import { commandOf, type Scenario } from '@layerscope/core/scenarios';
import type { KernelClient } from '../store/kernel-client.ts';
import { createStore, type Store } from '../store/store.ts';
import type { LessonState } from './engine/values.ts';
import { finish } from './progress.ts';

export interface LessonRunState {
  readonly lesson?: LessonState | undefined;
  /** How many steps of the solution were shown. */
  readonly shown: number;
  readonly hint: boolean;
}

export interface LessonRun {
  readonly scenario: Scenario;
  readonly state: Store<LessonRunState>;
  /** Begins again. */
  reset(): Promise<void>;
  /** Carries out the next step of the solution. */
  showNext(): Promise<void>;
  toggleHint(): void;
  close(): void;
}

export const isFinished = (scenario: Scenario, lesson: LessonState | undefined): boolean =>
  lesson !== undefined && lesson.goal.length === 0 && lesson.done.length === (scenario.tasks ?? []).length;

const BEGINNING: LessonRunState = { lesson: undefined, shown: 0, hint: false };

/** Opens the lesson's start as a history of its own. */
export const beginLesson = (kernel: KernelClient, scenario: Scenario): LessonRun => {
  const state = createStore<LessonRunState>(BEGINNING);
  const start = scenario.start ?? [];
  const begun = start.length;
  let doneAt = new Map<number, readonly string[]>();
  let asked = -1;

  const look = async (): Promise<void> => {
    const { at, path } = kernel.state.get().moment;
    if (at === asked || at < begun) return;
    asked = at;
    const before = [...path].toReversed().find((id) => doneAt.has(id));
    const done = (before === undefined ? undefined : doneAt.get(before)) ?? [];
    const lesson = await kernel.call('lesson', { scenario, begun, done });
    doneAt.set(lesson.at, lesson.done);
    if (lesson.at !== kernel.state.get().moment.at) return;
    const isOther = lesson.done.length !== state.get().lesson?.done.length;
    state.set(isOther ? { lesson, hint: false } : { lesson });
    if (isFinished(scenario, lesson)) finish(scenario.id);
  };
  /** The page is gone, or the kernel was restarted: the next moment asks again. */
  const lookNow = (): void => void look().catch(() => (asked = -1));
  const stop = kernel.state.subscribe(lookNow);

  const reset = async (): Promise<void> => {
    doneAt = new Map();
    asked = -1;
    state.set(BEGINNING);
    const commands = start.map((step, index) => ({ parent: index, command: commandOf(step) }));
    await kernel.call('open', { commands, at: begun, checkpoints: [] });
    lookNow();
  };

  return {
    scenario,
    state,
    reset,
    showNext: async () => {
      const { shown } = state.get();
      if (shown === 0) await reset();
      const step = scenario.solution[shown];
      if (step === undefined) return;
      state.set({ shown: shown + 1 });
      await kernel.call('execute', commandOf(step));
    },
    toggleHint: () => state.set({ hint: !state.get().hint }),
    close: stop,
  };
};
