import { useState, type ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import type { KernelCall, WalkStep } from '../../learner/index.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';

const KernelCalls = ({ calls }: { readonly calls: readonly KernelCall[] }): ReactElement => {
  const { editor: texts } = useTexts();
  if (calls.length === 0) return <p className="results-hint">{texts.noKernelCalls}</p>;
  return (
    <ol className="walk-kernel">
      {calls.map(({ call, args, error }, at) => (
        <li key={at} data-failed={error !== undefined}>
          <b>{call}</b> {args.join('  ')} {error !== undefined && <em>{error}</em>}
        </li>
      ))}
    </ol>
  );
};

const Step = ({ step, before }: { readonly step: WalkStep; readonly before: WalkStep | undefined }): ReactElement => {
  const { editor: texts, layers } = useTexts();
  const known = new Set(before?.files);
  const gone = (before?.files ?? []).filter((file) => !step.files.includes(file));
  return (
    <div className="walk-step">
      {step.error !== undefined && (
        <p className="problem-what" role="alert">
          {step.error}
        </p>
      )}
      {step.answer.map((line) => (
        <pre key={line} className="walk-answer">
          {line}
        </pre>
      ))}
      <div className="walk-columns">
        <div>
          <h4>{texts.kernelCalls}</h4>
          <KernelCalls calls={step.kernel} />
        </div>
        <div>
          <h4>{texts.snapshotsNow}</h4>
          {step.snapshots.length === 0 && <p className="results-hint">{texts.none}</p>}
          <ul className="walk-snapshots">
            {step.snapshots.map(({ name, kind, parent }) => (
              <li key={name}>
                <b>{name}</b> {kind in layers.kinds ? layers.kinds[kind as keyof typeof layers.kinds] : kind}
                {parent !== '' && ` ← ${parent}`}
              </li>
            ))}
          </ul>
          <h4>{texts.filesNow}</h4>
          <ul className="walk-files">
            {step.files.map((file) => (
              <li key={file} data-new={!known.has(file)}>
                {file}
                {!known.has(file) && <span className="unseen"> {texts.isNew}</span>}
              </li>
            ))}
            {gone.map((file) => (
              <li key={file} data-gone="true">
                <del>{file}</del>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </div>
  );
};

/** One call after another; everything it caused stands below it. */
export const WalkView = ({ steps }: { readonly steps: readonly WalkStep[] }): ReactElement => {
  const { editor: texts } = useTexts();
  const [at, setAt] = useState(0);
  const index = Math.min(at, steps.length - 1);
  const step = steps[index];
  if (step === undefined) return <></>;
  return (
    <div className="walk">
      <div className="walk-tools">
        <Button
          aria-label={texts.stepBack}
          title={texts.stepBack}
          disabled={index === 0}
          onClick={() => setAt(index - 1)}
        >
          <Icon name="back" />
        </Button>
        <Button look="main" disabled={index === steps.length - 1} onClick={() => setAt(index + 1)}>
          <Icon name="step" />
          {texts.nextStep}
        </Button>
        <label className="walk-seek">
          <span className="unseen">{texts.seek}</span>
          <input
            type="range"
            min={0}
            max={steps.length - 1}
            value={index}
            onChange={(event) => setAt(Number(event.target.value))}
          />
        </label>
        <span role="status">{fill(texts.stepOf, { at: index + 1, n: steps.length })}</span>
      </div>
      <h3 className="walk-call">
        <code>{step.call}</code>
      </h3>
      <Step step={step} before={steps[index - 1]} />
    </div>
  );
};
