import { useEffect, useMemo, type ReactElement } from 'react';
import { textIn, type Difference, type Scenario } from '@layerscope/core/scenarios';
import { fill, useTexts } from '../../i18n/index.ts';
import type { KernelClient } from '../../store/kernel-client.ts';
import { useStore } from '../../store/store.ts';
import { bytesText } from '../../ui/bytes.ts';
import { beginLesson, isFinished, type LessonRun } from '../lesson-run.ts';
import type { Language } from '../language.ts';
import { differenceText } from './difference-text.ts';
import { Markdown } from './markdown.tsx';
import { TaskList, type TaskRow } from './task-list.tsx';
import { Tools } from './tools.tsx';

interface Props {
  readonly kernel: KernelClient;
  readonly scenario: Scenario;
  readonly language: Language;
  readonly onNext: (() => void) | undefined;
}

/** What is told of an unfinished task: the rest is for later. */
const SHOWN_DIFFERENCES = 3;

/** A lesson goes on when the panel was closed in between. */
const runs = new WeakMap<Scenario, LessonRun>();

const runOf = (kernel: KernelClient, scenario: Scenario): LessonRun => {
  let run = runs.get(scenario);
  if (run === undefined) {
    run = beginLesson(kernel, scenario);
    runs.set(scenario, run);
  }
  return run;
};

export const ScenarioLesson = ({ kernel, scenario, language, onNext }: Props): ReactElement => {
  const all = useTexts();
  const { lessons: texts, frame } = all;
  const run = useMemo(() => runOf(kernel, scenario), [kernel, scenario]);
  const { lesson, hint, shown } = useStore(run.state, (value) => value);
  const busy = useStore(kernel.state, (state) => state.busy > 0);
  useEffect(() => {
    void run.reset();
    return () => {
      run.close();
      runs.delete(scenario);
    };
  }, [run, scenario]);

  const { tasks = [], par = {}, about, solution } = scenario;
  const sentence = (difference: Difference): string => differenceText(all, difference);
  const rows = tasks.map(({ id, title }): TaskRow => {
    const open = lesson?.open.find((each) => each.id === id);
    const state = lesson?.done.includes(id) ? 'done' : open === undefined ? 'later' : open.lost ? 'lost' : 'open';
    return {
      id,
      title: textIn(title, language),
      state,
      ...(open === undefined || lesson?.cost === undefined
        ? {}
        : { missing: open.differences.slice(0, SHOWN_DIFFERENCES).map(sentence) }),
      hint: hint && open?.hint !== undefined ? textIn(open.hint, language) : undefined,
    };
  });
  const finished = isFinished(scenario, lesson);
  const allDone = lesson !== undefined && lesson.done.length === tasks.length;
  const said = shown === 0 ? undefined : solution[shown - 1]?.say;

  return (
    <div className="lesson">
      {about !== undefined && <Markdown text={textIn(about, language)} />}
      <TaskList rows={rows} />
      {allDone && !finished && (
        <ul className="lesson-missing" aria-label={texts.goal}>
          {lesson.goal.slice(0, SHOWN_DIFFERENCES).map((difference) => (
            <li key={difference.where}>{sentence(difference)}</li>
          ))}
        </ul>
      )}
      {said !== undefined && <Markdown text={textIn(said, language)} />}
      {lesson !== undefined && (
        <p className="lesson-cost">
          {fill(texts.cost, {
            calls: lesson.cost.calls,
            bytes: bytesText(lesson.cost.bytes),
            parCalls: par.calls ?? 0,
            parBytes: bytesText(par.bytes ?? 0),
          })}
        </p>
      )}
      {finished && (
        <p className="lesson-finished" role="status">
          {lesson !== undefined && lesson.cost.calls <= (par.calls ?? 0) && lesson.cost.bytes <= (par.bytes ?? 0)
            ? texts.finishedInPar
            : texts.finished}
        </p>
      )}
      <Tools
        label={texts.tools}
        tools={[
          {
            label: frame.undo,
            shortcut: 'mod+z',
            isPages: true,
            disabled: busy,
            run: () => void kernel.call('undo', undefined),
          },
          { label: texts.reset, shortcut: 'alt+r', disabled: busy, run: () => void run.reset() },
          { label: texts.hint, shortcut: 'alt+h', pressed: hint, run: run.toggleHint },
          {
            label:
              shown === 0 || shown >= solution.length
                ? texts.solution
                : fill(texts.solutionStep, { n: shown + 1, of: solution.length }),
            shortcut: 'alt+s',
            disabled: busy || shown >= solution.length,
            run: () => void run.showNext(),
          },
        ]}
      />
      {finished && onNext !== undefined && (
        <button type="button" className="button" data-look="main" onClick={onNext}>
          {texts.next}
        </button>
      )}
    </div>
  );
};
