import type { ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import type { MachineChart } from '../../kernel/machine-values.ts';
import { shortName } from '../../ui/bytes.ts';
import { stateWord } from './state-word.ts';
import type { RefusedCall } from './lifecycle-log.ts';

/** Calls of this history that were refused, with containerd's words and what to do. */
export const Refused = ({ calls }: { readonly calls: readonly RefusedCall[] }): ReactElement | null => {
  const { machine } = useTexts();
  if (calls.length === 0) return null;
  return (
    <section aria-label={machine.refused}>
      <h3>{machine.refused}</h3>
      <ul className="refused">
        {calls.slice(0, 5).map(({ id, call }, at) => (
          <li key={`${id}.${at}`}>
            <code>
              {call.name} {call.args.map(shortName).join(' ')}
            </code>
            {call.refusal?.guard !== undefined && (
              <span className="quiet"> {fill(machine.guard, { guard: call.refusal.guard })}</span>
            )}
            <p className="error-text">{call.error}</p>
            <p className="quiet">{call.refusal?.advice}</p>
          </li>
        ))}
      </ul>
    </section>
  );
};

/** What a state answers to every call, the text twin of the drawing. */
export const StateTable = ({
  chart,
  state,
}: {
  readonly chart: MachineChart;
  readonly state: string;
}): ReactElement => {
  const texts = useTexts();
  const { machine } = texts;
  return (
    <details className="state-table">
      <summary>{fill(machine.answers, { state: stateWord(texts, state) })}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{machine.call}</th>
            <th scope="col">{machine.answer}</th>
          </tr>
        </thead>
        <tbody>
          {chart.transitions
            .filter(({ from }) => from === state)
            .map(({ event, to, refusal }, index) => (
              <tr key={index} data-refused={refusal !== undefined}>
                <th scope="row">
                  <code>{event}</code>
                  {refusal !== undefined && (
                    <span className="guard">
                      {refusal.guard === undefined ? machine.always : fill(machine.when, { guard: refusal.guard })}
                    </span>
                  )}
                </th>
                <td>
                  {refusal !== undefined && (
                    <>
                      <b>{refusal.code}</b> <code>{refusal.text}</code>
                    </>
                  )}
                  {to !== undefined && `→ ${stateWord(texts, to)}`}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
};
