import type { ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import type { MachineChart } from '../../../kernel/machine-values.ts';
import { stateWord } from '../state-word.ts';
import { arrowOf, CHART, isArrow, STATE_HEIGHT, STATE_PLACES, STATE_WIDTH } from './places.ts';
import './chart.css';

interface Props {
  readonly chart: MachineChart;
  /** How many keys and names are in each state. */
  readonly counts: Readonly<Record<string, number>>;
  /** The state whose refusals are listed. */
  readonly chosen: string;
  /** `from event` of what the last command did, lit; and of what was refused. */
  readonly taken: ReadonlySet<string>;
  readonly onChoose: (state: string) => void;
}

const Head = ({ id }: { readonly id: string }): ReactElement => (
  <marker id={id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
    <path d="M0 0 8 4 0 8z" className={id} />
  </marker>
);

/** The states as boxes with how many are in each, and every transition between them. */
export const LifecycleChart = ({ chart, counts, chosen, taken, onChoose }: Props): ReactElement => {
  const texts = useTexts();
  const { machine } = texts;
  return (
    <div className="chart" style={{ aspectRatio: `${CHART.width} / ${CHART.height}` }}>
      <svg viewBox={`0 0 ${CHART.width} ${CHART.height}`} aria-hidden="true">
        <defs>
          <Head id="head" />
          <Head id="head-lit" />
        </defs>
        <path className="one-transaction" fill="none" d="M196 34 V28 H330 V34" />
        <text className="arrow-name quiet" x="260" y="22" textAnchor="middle">
          {machine.oneTransaction}
        </text>
        {chart.transitions.filter(isArrow).map((transition) => {
          const arrow = arrowOf(transition);
          const lit = taken.has(`${transition.from} ${transition.event}`);
          return (
            arrow && (
              <g key={`${transition.from} ${transition.event}`} className="arrow" data-lit={lit}>
                <path d={arrow.path} markerEnd={`url(#${lit ? 'head-lit' : 'head'})`} />
                <text className="arrow-name" x={arrow.x} y={arrow.y} textAnchor={arrow.anchor}>
                  {transition.event}
                </text>
              </g>
            )
          );
        })}
      </svg>
      {chart.states.map(({ name, description }) => {
        const place = STATE_PLACES[name];
        const count = counts[name] ?? 0;
        const stays = chart.transitions.filter(
          ({ from, to, event }) => from === name && to === name && event !== 'stat',
        );
        return (
          place && (
            <button
              key={name}
              type="button"
              className="state"
              data-state={name}
              data-lit={count > 0}
              aria-pressed={name === chosen}
              title={description}
              style={{
                insetInlineStart: `${((place.x - STATE_WIDTH / 2) / CHART.width) * 100}%`,
                top: `${((place.y - STATE_HEIGHT / 2) / CHART.height) * 100}%`,
                width: `${(STATE_WIDTH / CHART.width) * 100}%`,
                height: `${(STATE_HEIGHT / CHART.height) * 100}%`,
              }}
              onClick={() => onChoose(name)}
            >
              <strong>{stateWord(texts, name)}</strong>
              <span className="quiet">
                {name === 'Absent' ? machine.absentHint : fill(machine.count, { n: count })}
              </span>
              {stays.length > 0 && <span className="stays">{stays.map(({ event }) => event).join(' · ')}</span>}
            </button>
          )
        );
      })}
    </div>
  );
};
