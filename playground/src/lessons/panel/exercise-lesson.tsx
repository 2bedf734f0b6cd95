import { useEffect, useState, type ReactElement } from 'react';
import { textIn } from '@layerscope/core/scenarios';
import { draft, jobs, openExample, startJob } from '../../editor/learner-file.ts';
import { useTexts } from '../../i18n/index.ts';
import { usePage } from '../../store/context.ts';
import { useStore } from '../../store/store.ts';
import type { Exercise } from '../data/exercise.ts';
import { languageOf } from '../language.ts';
import { finish } from '../progress.ts';
import { Markdown } from './markdown.tsx';
import { TaskList } from './task-list.tsx';
import { Tools } from './tools.tsx';

/** A lesson whose work is a file: the report of the conformance suite says how far it is. */
export const ExerciseLesson = ({
  exercise,
  locale,
}: {
  readonly exercise: Exercise;
  readonly locale: string;
}): ReactElement => {
  const { lessons: texts, editor } = useTexts();
  const { selection } = usePage();
  const language = languageOf(locale);
  const [hint, setHint] = useState(false);
  const state = useStore(jobs, (value) => value.state);
  const example = useStore(draft, (value) => value.example);
  const verdicts = state.phase === 'checked' ? state.report.verdicts : [];
  const holds = (laws: readonly string[]): boolean =>
    verdicts.length > 0 && verdicts.every(({ name, held }) => held || (laws.length > 0 && !laws.includes(name)));
  const done = exercise.tasks.filter(({ laws }) => holds(laws)).map(({ id }) => id);
  const current = exercise.tasks.find(({ id }) => !done.includes(id));
  const finished = current === undefined;

  const open = (name: Exercise['start']): void => {
    openExample(name);
    selection.set({ view: 'editor', maximized: '' });
  };
  useEffect(() => {
    selection.set({ view: 'editor', maximized: '' });
  }, [selection]);
  useEffect(() => {
    if (finished) finish(exercise.id);
  }, [finished, exercise.id]);

  return (
    <div className="lesson">
      <Markdown text={textIn(exercise.about, language)} />
      {example !== exercise.start && !finished && (
        <button type="button" className="button" data-look="main" onClick={() => open(exercise.start)}>
          {texts.openFile}
        </button>
      )}
      <TaskList
        rows={exercise.tasks.map((task) => ({
          id: task.id,
          title: textIn(task.title, language),
          state: done.includes(task.id) ? 'done' : task === current ? 'open' : 'later',
          hint: hint && task === current ? textIn(task.hint, language) : undefined,
        }))}
      />
      {finished && (
        <p className="lesson-finished" role="status">
          {texts.finished}
        </p>
      )}
      <Tools
        label={texts.tools}
        tools={[
          { label: editor.actions.check, shortcut: 'alt+c', run: () => void startJob('check', locale) },
          { label: texts.reset, shortcut: 'alt+r', run: () => open(exercise.start) },
          { label: texts.hint, shortcut: 'alt+h', pressed: hint, run: () => setHint(!hint) },
          { label: texts.solution, shortcut: 'alt+s', run: () => open(exercise.solution) },
        ]}
      />
    </div>
  );
};
