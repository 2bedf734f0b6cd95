import { useState, type ReactElement } from 'react';
import { textIn } from '@layerscope/core/scenarios';
import { useTexts } from '../i18n/index.ts';
import type { SlotProps } from '../slots.ts';
import type { KeptLog } from '../kernel/api.ts';
import { keptLog } from '../store/kernel-client.ts';
import { useStore } from '../store/store.ts';
import { Button } from '../ui/button.tsx';
import { EXERCISE } from './data/exercise.ts';
import { LESSONS } from './data/index.ts';
import { languageOf } from './language.ts';
import { ExerciseLesson } from './panel/exercise-lesson.tsx';
import { ScenarioLesson } from './panel/scenario-lesson.tsx';
import { progress } from './progress.ts';
import './lessons.css';

const ALL = [...LESSONS, EXERCISE];

/** What stood on the page before the lessons: a lesson begins on a machine of its own. */
let aside: KeptLog | undefined;

export const Lessons = ({ kernel, locale }: SlotProps): ReactElement => {
  const { lessons: texts } = useTexts();
  const language = languageOf(locale);
  const [chosen, choose] = useState('');
  const finished = useStore(progress, (value) => value.finished);
  const index = ALL.findIndex(({ id }) => id === chosen);
  const lesson = ALL[index];
  const next = ALL[index + 1];

  const begin = (id: string): void => {
    aside ??= keptLog(kernel.state.get());
    choose(id);
  };
  const leave = (): void => {
    choose('');
    if (aside !== undefined) void kernel.call('open', aside);
    aside = undefined;
  };

  if (lesson === undefined) {
    return (
      <div className="lessons">
        <h2>{texts.title}</h2>
        <p className="lessons-about">{texts.about}</p>
        {aside !== undefined && (
          <Button look="line" className="lessons-back" onClick={leave}>
            {texts.leave}
          </Button>
        )}
        <ol className="lessons-list">
          {ALL.map(({ id, title }, number) => (
            <li key={id}>
              <button type="button" className="lessons-entry" onClick={() => begin(id)}>
                <span className="lessons-number">{number + 1}</span>
                <span>{textIn(title, language)}</span>
                {finished.includes(id) && (
                  <span className="lesson-mark" data-state="done">
                    {texts.taskStates.done}
                  </span>
                )}
              </button>
            </li>
          ))}
        </ol>
      </div>
    );
  }
  const scenario = LESSONS.find(({ id }) => id === lesson.id);
  return (
    <div className="lessons">
      <Button className="lessons-back" title={texts.leaveHint} onClick={leave}>
        ← {texts.all}
      </Button>
      <h2>
        {index + 1}. {textIn(lesson.title, language)}
      </h2>
      {scenario === undefined ? (
        <ExerciseLesson exercise={EXERCISE} locale={locale} />
      ) : (
        <ScenarioLesson
          key={scenario.id}
          kernel={kernel}
          scenario={scenario}
          language={language}
          onNext={next === undefined ? undefined : () => choose(next.id)}
        />
      )}
    </div>
  );
};
