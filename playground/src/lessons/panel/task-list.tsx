import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { Inline } from './markdown.tsx';

export interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly state: 'done' | 'open' | 'later' | 'lost';
  /** What is not yet as it should be. */
  readonly missing?: readonly string[];
  readonly hint?: string | undefined;
}

export const TaskList = ({ rows }: { readonly rows: readonly TaskRow[] }): ReactElement => {
  const { lessons: texts } = useTexts();
  return (
    <ol className="lesson-tasks">
      {rows.map(({ id, title, state, missing = [], hint }) => (
        <li key={id} data-state={state}>
          <p className="lesson-task">
            <span className="lesson-mark">{texts.taskStates[state]}</span> <Inline text={title} />
          </p>
          {state === 'lost' && <p className="lesson-lost">{texts.lost}</p>}
          {hint !== undefined && (
            <p className="lesson-hint" role="status">
              <Inline text={hint} />
            </p>
          )}
          {missing.length > 0 && state !== 'lost' && (
            <ul className="lesson-missing" aria-label={texts.missing}>
              {missing.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
};
