import type { ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import type { Problem } from '../../learner/index.ts';

/** What went wrong, and what to do about it. */
export const ProblemView = ({ problem }: { readonly problem: Problem }): ReactElement => {
  const { editor: texts } = useTexts();
  const { what, advice } = texts.problems[problem.code];
  return (
    <div className="problem" role="alert">
      <p className="problem-what">{fill(what, problem.data)}</p>
      <p>{fill(advice, problem.data)}</p>
    </div>
  );
};
