import { useState, type ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { PHASES, type Cost, type Costs } from '../../learner/index.ts';
import { Button } from '../../ui/button.tsx';
import { bytesText } from '../../ui/bytes.ts';

type Measure = 'bytesCopied' | 'inodes' | 'calls' | 'nanoseconds';
const MEASURES: readonly Measure[] = ['bytesCopied', 'inodes', 'calls', 'nanoseconds'];

const figure = (measure: Measure, value: number): string => {
  if (measure === 'bytesCopied') return bytesText(value);
  if (measure === 'nanoseconds') return `${(value / 1_000_000).toFixed(1)} ms`;
  return String(value);
};

const Cell = ({
  measure,
  cost,
  most,
}: {
  readonly measure: Measure;
  readonly cost: Cost | undefined;
  readonly most: number;
}): ReactElement => {
  if (cost === undefined) return <td>–</td>;
  const value = cost[measure];
  return (
    <td>
      <span className="cost-figure">{figure(measure, value)}</span>
      <span className="cost-bar" style={{ inlineSize: `${most === 0 ? 0 : (100 * value) / most}%` }} />
    </td>
  );
};

/** One kind of cost at a time, phase by phase, one column for each snapshotter. */
export const CostsView = ({ costs }: { readonly costs: readonly Costs[] }): ReactElement => {
  const { editor: texts } = useTexts();
  const [measure, setMeasure] = useState<Measure>('bytesCopied');
  const most = Math.max(...costs.map(({ total }) => total[measure]));
  return (
    <div className="costs">
      <h3>{texts.costs}</h3>
      <p className="results-hint">{texts.costsHint}</p>
      <div className="cost-measures" role="group" aria-label={texts.costs}>
        {MEASURES.map((name) => (
          <Button key={name} look="line" aria-pressed={name === measure} onClick={() => setMeasure(name)}>
            {texts.measures[name]}
          </Button>
        ))}
      </div>
      <table>
        <caption className="unseen">{texts.measures[measure]}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.phase}</th>
            {costs.map(({ snapshotter }) => (
              <th key={snapshotter} scope="col">
                {snapshotter}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {PHASES.map((phase) => (
            <tr key={phase}>
              <th scope="row" title={texts.phaseHints[phase]}>
                {texts.phases[phase]}
              </th>
              {costs.map(({ snapshotter, phases }) => (
                <Cell
                  key={snapshotter}
                  measure={measure}
                  most={most}
                  cost={phases.find((each) => each.phase === phase)}
                />
              ))}
            </tr>
          ))}
          <tr className="cost-total">
            <th scope="row">{texts.total}</th>
            {costs.map(({ snapshotter, total }) => (
              <Cell key={snapshotter} measure={measure} most={most} cost={total} />
            ))}
          </tr>
          <tr className="cost-total">
            <th scope="row">{texts.onDisk}</th>
            {costs.map(({ snapshotter, onDisk }) => (
              <td key={snapshotter}>{fill(texts.onDiskCell, { size: bytesText(onDisk.size), n: onDisk.inodes })}</td>
            ))}
          </tr>
        </tbody>
      </table>
      {costs.map(({ snapshotter, error }) =>
        error === undefined ? null : (
          <p key={snapshotter} className="problem-what" role="alert">
            {fill(texts.endedEarly, { snapshotter, error })}
          </p>
        ),
      )}
      {measure === 'nanoseconds' && <p className="results-hint">{texts.timeModel}</p>}
    </div>
  );
};
