import type { ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { Button } from '../../ui/button.tsx';
import type { JobState } from '../job-state.ts';
import { ChecksView } from './checks-view.tsx';
import { CostsView } from './costs-view.tsx';
import { ProblemView } from './problem-view.tsx';
import { WalkView } from './walk-view.tsx';
import './results.css';

interface Props {
  readonly state: JobState;
  readonly file: string;
  readonly onCancel: () => void;
}

const Running = ({ state, onCancel }: { readonly state: JobState; readonly onCancel: () => void }): ReactElement => {
  const { editor: texts } = useTexts();
  if (state.phase !== 'running') return <></>;
  const { kind, label, done, total } = state;
  return (
    <div className="results-running">
      <p role="status">{fill(texts.running[kind], { done, total })}</p>
      <progress aria-label={texts.actions[kind]} {...(total === 0 ? {} : { value: done, max: total })} />
      <p className="results-doing">{label}</p>
      <Button look="line" onClick={onCancel}>
        {texts.stop}
      </Button>
    </div>
  );
};

export const Results = ({ state, file, onCancel }: Props): ReactElement => {
  const { editor: texts } = useTexts();
  return (
    <section className="results" aria-label={texts.results} tabIndex={0} data-phase={state.phase}>
      {state.phase === 'idle' && <p className="results-hint">{fill(texts.idle, { file })}</p>}
      {state.phase === 'running' && <Running state={state} onCancel={onCancel} />}
      {state.phase === 'walked' && <WalkView steps={state.steps} />}
      {state.phase === 'checked' && <ChecksView report={state.report} file={file} />}
      {state.phase === 'measured' && <CostsView costs={state.costs} />}
      {state.phase === 'failed' && <ProblemView problem={state.problem} />}
    </section>
  );
};
