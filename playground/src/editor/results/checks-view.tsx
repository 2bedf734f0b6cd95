import type { Report, Verdict } from '@layerscope/core/conformance';
import type { ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';

const Law = ({ verdict }: { readonly verdict: Verdict }): ReactElement => {
  const { editor: texts } = useTexts();
  return (
    <li className="law" data-held={verdict.held}>
      <p className="law-name">
        <span className="law-mark">{verdict.held ? texts.held : texts.broken}</span> {verdict.name}
      </p>
      <p className="law-rule">{verdict.rule}</p>
      {!verdict.held && <pre className="law-problem">{verdict.problem}</pre>}
    </li>
  );
};

/** The laws that do not hold first: each with the rule, what was expected and what came. */
export const ChecksView = ({ report, file }: { readonly report: Report; readonly file: string }): ReactElement => {
  const { editor: texts } = useTexts();
  const { verdicts, held, broken } = report;
  const values = { n: verdicts.length, held, broken, file };
  return (
    <div className="checks">
      <div role="status">
        <h3 data-held={broken === 0}>{fill(broken === 0 ? texts.allHold : texts.someBroken, values)}</h3>
      </div>
      <p className="results-hint">{fill(broken === 0 ? texts.allHoldHint : texts.someBrokenHint, values)}</p>
      <ul>
        {verdicts
          .filter((verdict) => !verdict.held)
          .map((verdict) => (
            <Law key={verdict.name} verdict={verdict} />
          ))}
      </ul>
      <details>
        <summary>{fill(texts.lawsThatHold, values)}</summary>
        <ul>
          {verdicts
            .filter((verdict) => verdict.held)
            .map((verdict) => (
              <Law key={verdict.name} verdict={verdict} />
            ))}
        </ul>
      </details>
    </div>
  );
};
